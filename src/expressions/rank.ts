/** On what an expression depends decides how often it is computed: once, once per evaluation, per distinct value, or per row. */
import { type Expression, inOrder, operandsOf } from "./expression.ts";

export const CONSTANT = 0;
/** The row's data: once. */
export const DATA = 1;
/** Parameters that all rows share: once per evaluation. */
export const SHARED = 2;
/** Such parameters and the row's data: once per evaluation and distinct value of the data. */
export const TABLE = 3;
/** A linear predictor: once per evaluation and row. */
export const ROW = 4;
export type Rank = 0 | 1 | 2 | 3 | 4;

export interface Ranks {
  of(expression: Expression): Rank;
}

/** @param perRow the parameters that differ by row */
export function ranks(perRow: ReadonlySet<string>): Ranks {
  const known = new Map<Expression, Rank>();
  const rank = (node: Expression): Rank => {
    switch (node.kind) {
      case "constant":
        return CONSTANT;
      case "data":
        return DATA;
      case "parameter":
        return perRow.has(node.name) ? ROW : SHARED;
      case "element":
        return known.get(node.index) === CONSTANT ? SHARED : TABLE;
      case "apply":
        return operandsOf(node).reduce<Rank>((most, operand) => join(most, known.get(operand)!), CONSTANT);
    }
  };
  return {
    of(expression) {
      if (!known.has(expression)) for (const node of inOrder([expression])) known.set(node, rank(node));
      return known.get(expression)!;
    },
  };
}

function join(a: Rank, b: Rank): Rank {
  const high = Math.max(a, b) as Rank;
  return high === SHARED && Math.min(a, b) === DATA ? TABLE : high;
}
