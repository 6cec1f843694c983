/**
 * Numbers as users write them in priors: `2.5`, `-1e-3`, `1/3`, `2.5 * {sd_y}`. A small recursive-descent evaluator:
 * no user text ever becomes code.
 */
import { PriorError } from "../errors.ts";
import { type Piece, priorSyntaxError } from "./syntax.ts";

interface Token {
  readonly value: number | string;
  readonly at: number;
}

/** Deeper nesting than anyone writes is refused before it can exhaust the stack. */
const DEEPEST = 100;

/**
 * @param variables values of the placeholders that may stand in braces
 * @param whole the text that errors show, when `text` is a part of it that begins at `start`
 * @throws PriorError for anything but numbers, the given variables, + − * / and parentheses
 */
export function evaluateNumber(
  text: string,
  variables: Readonly<Record<string, number>> = {},
  whole: Piece = { text, start: 0 },
): number {
  const fail = (at: number): never => {
    const what = text.trim() === "" ? "a number is missing" : `"${text.trim()}" is not a number`;
    throw priorSyntaxError(what, whole.text, whole.start + at);
  };
  const tokens = tokenise(text, variables, fail);
  let next = 0;
  let depth = 0;
  const sum = (): number => {
    let value = product();
    for (;;) {
      if (take("+")) value += product();
      else if (take("-")) value -= product();
      else return value;
    }
  };
  const product = (): number => {
    let value = signed();
    for (;;) {
      if (take("*")) value *= signed();
      else if (take("/")) value /= signed();
      else return value;
    }
  };
  const signed = (): number => {
    if (++depth > DEEPEST) throw new PriorError("the number is nested too deeply");
    const value = take("-") ? -signed() : take("+") ? signed() : operand();
    depth--;
    return value;
  };
  const operand = (): number => {
    const token = tokens[next];
    if (typeof token?.value === "number") {
      next++;
      return token.value;
    }
    if (!take("(")) return fail(position());
    const value = sum();
    return take(")") ? value : fail(position());
  };
  const take = (symbol: string): boolean => {
    if (tokens[next]?.value !== symbol) return false;
    next++;
    return true;
  };
  const position = (): number => tokens[next]?.at ?? text.length;

  const value = sum();
  return next === tokens.length ? value : fail(position());
}

function tokenise(
  text: string,
  variables: Readonly<Record<string, number>>,
  fail: (at: number) => never,
): Token[] {
  const token = /\s*(?:((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|\{(\w+)\}|([-+*/()]))/y;
  const end = text.trimEnd().length;
  const tokens: Token[] = [];
  while (token.lastIndex < end) {
    const from = token.lastIndex;
    const match = token.exec(text);
    if (match === null) return fail(from + text.slice(from).search(/\S/));
    const [all, number, name, symbol] = match;
    const at = from + all.search(/\S/);
    tokens.push({ at, value: number ? Number(number) : name ? lookUp(name, variables) : symbol! });
  }
  return tokens;
}

function lookUp(name: string, variables: Readonly<Record<string, number>>): number {
  if (Object.hasOwn(variables, name)) return variables[name]!;
  throw new PriorError(
    `unknown placeholder {${name}}; there are ${Object.keys(variables).join(", ") || "none here"}`,
  );
}
