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
  "[",
  "]",
];
const NAME = /(?:\p{L}|\.(?!\d)|_)[\p{L}\p{M}\p{N}._]*/uy;
const NUMBER = /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?L?/y;

export function scan(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const push = (kind: Token["kind"], value: string, end: number): void => {
    tokens.push({ kind, text: value, start: at, end });
    at = end;
  };
  while (at < text.length) {
    const char = text[at]!;
    if (/\s/.test(char)) {
      at++;
      continue;
    }
    if (char === "`" || char === '"' || char === "'") {
      const closing = text.indexOf(char, at + 1);
      if (closing < 0)
        throw new FormulaError(`this ${char === "`" ? "back-tick" : "quote"} is never closed`, text, at);
      push(char === "`" ? "name" : "string", text.slice(at + 1, closing), closing + 1);
      continue;
    }
    const number = matchAt(NUMBER, text, at);
    if (number !== undefined) {
      push("number", number, at + number.length);
      continue;
    }
    const name = matchAt(NAME, text, at);
    if (name !== undefined) {
      push("name", name, at + name.length);
      continue;
    }
    const operator = OPERATORS.find((sign) => text.startsWith(sign, at));
    if (operator === undefined) throw new FormulaError(`unexpected character "${char}"`, text, at);
    push("operator", operator === "**" ? "^" : operator, at + operator.length);
  }
  tokens.push({ kind: "end", text: "", start: text.length, end: text.length });
  return tokens;
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}
