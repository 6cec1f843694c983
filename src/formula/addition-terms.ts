/** The response side: `y | trials(n) + weights(w)`. */
import { didYouMean, FormulaError } from "../errors.ts";
import type { Ast } from "./ast.ts";
import { readCbind } from "./cbind-response.ts";
import { format } from "./format.ts";
import { logical } from "./grouping.ts";
import type { AdditionCall, ResponsePart } from "./model-formula.ts";
import { refuseAddition, refuseResponse } from "./not-yet.ts";

/** How many columns each takes, and its further arguments with what they must be. */
const ADDITIONS: Readonly<
  Record<string, { most: number; named: Readonly<Record<string, "logical" | "column">> }>
> = {
  trials: { most: 1, named: {} },
  weights: { most: 1, named: { scale: "logical" } },
  se: { most: 1, named: { sigma: "logical" } },
  cens: { most: 2, named: { y2: "column" } },
};
const NAMES = Object.keys(ADDITIONS);

/** `cbind(a, b)` is read as `a | trials(a + b)`. @throws FormulaError for unknown addition terms, wrong arguments and the same term twice. */
export function parseResponse(left: Ast, text: string): ResponsePart {
  const bar = left.kind === "binary" && (left.op === "|" || left.op === "||") ? left : undefined;
  if (bar !== undefined && (bar.op === "||" || isBar(bar.left))) {
    throw new FormulaError(
      "addition terms follow one | and are joined by +: y | trials(n) + weights(w)",
      text,
      bar.right.start,
    );
  }
  const response = bar?.left ?? left;
  refuseResponse(response, text);
  const given = bar === undefined ? [] : parseAdditions(bar.right, text);
  const counts =
    response.kind === "call" && response.callee === "cbind" ? readCbind(response, text) : undefined;
  const expression = counts?.successes ?? response;
  const additions = counts === undefined ? given : [counts.trials, ...given];
  for (const [k, { name, start }] of additions.entries()) {
    if (additions.findIndex((other) => other.name === name) < k) {
      const why = counts !== undefined && name === "trials" ? "cbind() already says how many" : undefined;
      throw new FormulaError(why ?? `${name}() stands twice among the addition terms`, text, start);
    }
  }
  return { expression, name: format(expression), additions };
}

function isBar(ast: Ast): boolean {
  return ast.kind === "binary" && (ast.op === "|" || ast.op === "||");
}

function parseAdditions(ast: Ast, text: string): AdditionCall[] {
  if (ast.kind === "parens") return parseAdditions(ast.inner, text);
  if (ast.kind === "binary" && ast.op === "+") {
    return [...parseAdditions(ast.left, text), ...parseAdditions(ast.right, text)];
  }
  if (ast.kind !== "call") {
    throw new FormulaError(
      "right of | stand addition terms such as trials(n) or weights(w)",
      text,
      ast.start,
    );
  }
  refuseAddition(ast, text);
  checkArguments(ast, text);
  return [{ name: ast.callee, args: ast.args, start: ast.start, end: ast.end }];
}

function checkArguments(call: Ast & { readonly kind: "call" }, text: string): void {
  const { callee } = call;
  if (!Object.hasOwn(ADDITIONS, callee)) {
    throw new FormulaError(
      `unknown addition term "${callee}"; there are ${NAMES.join(", ")}${didYouMean(callee, NAMES)}`,
      text,
      call.start,
    );
  }
  const { most, named } = ADDITIONS[callee]!;
  const positional = call.args.filter(({ name }) => name === undefined);
  if (positional.length === 0) throw new FormulaError(`${callee}() needs a column`, text, call.start);
  const extra = positional[most];
  if (extra !== undefined) {
    const others = Object.keys(named);
    const hint = others.length > 0 ? `; name the other argument: ${others[0]} = …` : "";
    const taken = most === 1 ? "one column" : `at most ${most} columns`;
    throw new FormulaError(`${callee}() takes ${taken}${hint}`, text, extra.value.start);
  }
  const seen = new Set<string>();
  for (const { name, value } of call.args) {
    if (name === undefined) continue;
    if (!Object.hasOwn(named, name)) {
      const others = Object.keys(named);
      const there = others.length > 0 ? `; there is ${others.join(", ")}` : "";
      throw new FormulaError(`${callee}() has no argument "${name}"${there}`, text, value.start);
    }
    const twice = seen.has(name) || (named[name] === "column" && positional.length === most);
    if (twice) throw new FormulaError(`${name} is given twice in ${callee}()`, text, value.start);
    seen.add(name);
    if (named[name] === "logical" && logical(value) === undefined) {
      throw new FormulaError(`${name} in ${callee}() is TRUE or FALSE`, text, value.start);
    }
  }
}
