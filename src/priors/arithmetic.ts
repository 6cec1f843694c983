/**
 * Numbers as users write them in priors: `2.5`, `-1e-3`, `1/3`, `2.5 * {sd_y}`. A small recursive-descent evaluator:
 * no user text ever becomes code.
 */
import { PriorError } from "../errors.ts";

const TOKEN = /\s*(?:((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|\{(\w+)\}|([-+*/()]))/y;

/** @throws PriorError for anything but numbers, the given variables, + − * / and parentheses. */
export function evaluateNumber(text: string, variables: Readonly<Record<string, number>> = {}): number {
  const tokens: (number | string)[] = [];
  TOKEN.lastIndex = 0;
  const trimmed = text.trim();
  while (TOKEN.lastIndex < trimmed.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(trimmed);
    if (match === null) throw new PriorError(`"${text.trim()}" is not a number (at "${trimmed.slice(at)}")`);
    if (match[1] !== undefined) tokens.push(Number(match[1]));
    else if (match[2] !== undefined) tokens.push(lookUp(match[2], variables));
    else tokens.push(match[3]!);
  }
  let at = 0;
  const sum = (): number => {
    let value = product();
    while (tokens[at] === "+" || tokens[at] === "-")
      value = tokens[at++] === "+" ? value + product() : value - product();
    return value;
  };
  const product = (): number => {
    let value = signed();
    while (tokens[at] === "*" || tokens[at] === "/")
      value = tokens[at++] === "*" ? value * signed() : value / signed();
    return value;
  };
  const signed = (): number => {
    const token = tokens[at++];
    if (token === "-") return -signed();
    if (token === "+") return signed();
    if (typeof token === "number") return token;
    if (token === "(") {
      const value = sum();
      if (tokens[at++] === ")") return value;
    }
    throw new PriorError(`"${trimmed}" is not a number`);
  };
  const value = sum();
  if (at !== tokens.length) throw new PriorError(`"${trimmed}" is not a number`);
  return value;
}

function lookUp(name: string, variables: Readonly<Record<string, number>>): number {
  if (Object.hasOwn(variables, name)) return variables[name]!;
  throw new PriorError(
    `unknown placeholder {${name}}; there are ${Object.keys(variables).join(", ") || "none here"}`,
  );
}
