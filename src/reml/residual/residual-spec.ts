/** Residual structures as a user writes them: `ar(time, group)`, `cs(group)`, `ident(group)`, `power(x)`. */
import { didYouMean, FormulaError } from "../../errors.ts";
import type { Ast } from "../../formula/ast.ts";
import { parseFormula } from "../../formula/parser.ts";

export interface ResidualSpec {
  /** `ar(time, group)`, `ar(group)`, `arma(time, group)`, `cs(group)`, `car(time, group)`, `unstructured(time, group)`, `exponential(x, y)`. */
  readonly correlation?: string;
  /** `ident(group)`, `power(x)`, `power(fitted)`, `exp(x)`, `exp(fitted)`, `fixed(x)`. */
  readonly variance?: string;
}

/** A call with the names of columns. */
export interface StructureCall {
  readonly kind: string;
  readonly columns: readonly string[];
}

export const CORRELATIONS = ["ar", "arma", "car", "cs", "unstructured", "exponential"] as const;
export const VARIANCES = ["ident", "power", "exp", "fixed"] as const;

/** @throws FormulaError when it is not a call of that kind with columns. */
export function parseStructure(text: string, kinds: readonly string[], what: string): StructureCall {
  const ast = parseFormula(text);
  if (ast.kind !== "call") {
    throw new FormulaError(
      `a ${what} structure reads ${kinds[0]}(…); there are ${kinds.join(", ")}`,
      text,
      ast.start,
    );
  }
  if (!kinds.includes(ast.callee)) {
    throw new FormulaError(
      `there is no ${what} structure ${ast.callee}(); there are ${kinds.join(", ")}${didYouMean(ast.callee, kinds)}`,
      text,
      ast.start,
    );
  }
  return { kind: ast.callee, columns: ast.args.map(({ value }) => columnName(value, text)) };
}

function columnName(ast: Ast, text: string): string {
  if (ast.kind === "name") return ast.name;
  // A group may be a combination of columns: `cs(Block:Variety)`.
  if (ast.kind === "binary" && ast.op === ":") {
    return `${columnName(ast.left, text)}:${columnName(ast.right, text)}`;
  }
  throw new FormulaError("the name of a column is expected here", text, ast.start);
}
