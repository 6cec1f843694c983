/** Characters → tokens with their positions. */
import { FormulaError } from "../errors.ts";

export interface Token {
  readonly kind: "number" | "string" | "name" | "operator" | "end";
  /** Operator sign, name (back-ticks removed), string contents or number text. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Longest first, so that `||` is not read as two bars. */
const OPERATORS = [
  "%in%",
  "%%",
  "**",
  "||",
  "&&",
  "==",
  "!=",
  "<=",
  ">=",
  "~",
  "|",
  "+",
  "-",
  "*",
  "/",
  ":",
  "^",
  "(",
  ")",
  ",",
  "=",
  "<",
  ">",
  "!",
  "&",
] as const;

/** What R has and formulas here have not, each with what to write instead. */
const REFUSED: readonly (readonly [sign: string, advice: string])[] = [
  ["::", "functions are written without their package: poly(x, 2), not stats::poly(x, 2)"],
  ["<-", 'formulas cannot assign; for "less than a negative number" leave a space: x < -1'],
  ["->", 'formulas cannot assign; for "minus, greater than" leave a space'],
  ["$", "columns are written by their name alone: x, not data$x"],
  ["[", "elements cannot be picked in a formula: make a column of them first"],
  ["]", "elements cannot be picked in a formula: make a column of them first"],
  ["#", "comments cannot stand in a formula"],
];

const NAME = /(?:\p{L}|\.(?!\d)|_)[\p{L}\p{M}\p{N}._]*/uy;
const NUMBER = /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?L?/y;
const SPACE = /[\s\uFEFF]+/y;
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f", "0": "\0" };

/** Longer formulas are taken for a mistake, before they exhaust the stack of what walks the tree. */
const MOST_TOKENS = 10_000;

/** @throws FormulaError for a character that has no meaning and for a quote or back-tick that is never closed. */
export function scan(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const push = (kind: Token["kind"], value: string, end: number): void => {
    tokens.push({ kind, text: value, start: at, end });
    at = end;
  };
  while (at < text.length) {
    const char = text[at]!;
    const space = matchAt(SPACE, text, at);
    if (space !== undefined) {
      at += space.length;
      continue;
    }
    if (tokens.length >= MOST_TOKENS) throw new FormulaError("the formula is too long", text.slice(0, 80), 0);
    if (char === "`" || char === '"' || char === "'") {
      const quoted = readQuoted(text, at);
      push(char === "`" ? "name" : "string", quoted.text, quoted.end);
      continue;
    }
    const number = matchAt(NUMBER, text, at);
    if (number !== undefined) {
      if (!Number.isFinite(Number.parseFloat(number)))
        throw new FormulaError("this number is too large", text, at);
      push("number", number, at + number.length);
      continue;
    }
    const name = matchAt(NAME, text, at);
    if (name !== undefined) {
      push("name", name, at + name.length);
      continue;
    }
    const refused = REFUSED.find(([sign]) => text.startsWith(sign, at));
    if (refused !== undefined) throw new FormulaError(`unexpected "${refused[0]}": ${refused[1]}`, text, at);
    const operator = OPERATORS.find((sign) => text.startsWith(sign, at));
    if (operator === undefined) {
      const shown = String.fromCodePoint(text.codePointAt(at)!);
      throw new FormulaError(
        `unexpected character "${shown}" (a name with such characters goes in back-ticks)`,
        text,
        at,
      );
    }
    push("operator", operator === "**" ? "^" : operator, at + operator.length);
  }
  tokens.push({ kind: "end", text: "", start: text.length, end: text.length });
  return tokens;
}

/**
 * Contents of the quotes or back-ticks that open at `start`, and the offset behind them. In back-ticks a backslash is
 * special only before a back-tick or a backslash, so that other column names stand there as they are.
 */
function readQuoted(text: string, start: number): { text: string; end: number } {
  const quote = text[start]!;
  let contents = "";
  let at = start + 1;
  for (; at < text.length && text[at] !== quote; at++) {
    const next = text[at + 1];
    if (text[at] !== "\\" || next === undefined || (quote === "`" && next !== "`" && next !== "\\")) {
      contents += text[at];
      continue;
    }
    at++;
    if (next === "u" && quote !== "`") {
      const code = /^[0-9a-fA-F]{4}/.exec(text.slice(at + 1, at + 5))?.[0];
      if (code === undefined) throw new FormulaError("\\u takes four hexadecimal digits", text, at - 1);
      contents += String.fromCharCode(Number.parseInt(code, 16));
      at += 4;
    } else contents += quote === "`" ? next : (ESCAPES[next] ?? next);
  }
  const what = quote === "`" ? "back-tick" : "quote";
  if (at >= text.length) throw new FormulaError(`this ${what} is never closed`, text, start);
  if (quote === "`" && contents === "")
    throw new FormulaError("there is no name between these back-ticks", text, start);
  return { text: contents, end: at + 1 };
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}
