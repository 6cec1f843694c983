/** Rows that take the same branches: zeros of a zero-inflated count, the categories of a rating, the censored. */
import * as b from "./build.ts";
import { type Expression, inOrder } from "./expression.ts";
import { substitute } from "./gradient.ts";
import { CONSTANT, DATA, type Ranks } from "./rank.ts";
import { type RowData, valuesOf } from "./row-data.ts";

export interface RowClass {
  readonly rows: Int32Array;
  /** Without the branches that these rows do not take. */
  readonly logDensity: Expression;
}

/** More classes than this are not worth programs of their own: their rows compute all branches and select. */
const MOST = 64;

/** Rows without weight belong to no class. */
export function classesOf(
  logDensity: Expression,
  data: RowData,
  weights: Float64Array | null,
  rank: Ranks,
): RowClass[] {
  const count = Object.values(data)[0]?.length ?? 0;
  const rows = Int32Array.from({ length: count }, (_, i) => i).filter(
    (i) => weights === null || weights[i] !== 0,
  );
  const conditions = conditionsIn(logDensity, rank);
  const answers = conditions.map((condition) => valuesOf(condition, data, rows));
  if (conditions.length === 0) return [{ rows, logDensity: settle(logDensity, data, rows, rank) }];
  const classes = new Map<string, number[]>();
  rows.forEach((row, i) => {
    const key = answers.map((answer) => (answer[i] !== 0 ? 1 : 0)).join("");
    const members = classes.get(key);
    if (members === undefined) classes.set(key, [row]);
    else members.push(row);
  });
  if (classes.size > MOST) return [{ rows, logDensity: settle(logDensity, data, rows, rank) }];
  return [...classes].map(([key, members]) => {
    const own = Int32Array.from(members);
    const chosen = new Map(conditions.map((condition, k) => [condition, b.constant(Number(key[k]))]));
    const [branch] = substitute([logDensity], (node) => chosen.get(node));
    return { rows: own, logDensity: settle(branch!, data, own, rank) };
  });
}

function conditionsIn(root: Expression, rank: Ranks): Expression[] {
  const found = new Set<Expression>();
  for (const node of inOrder([root])) {
    if (node.kind === "apply" && node.operation === "select" && rank.of(node.operands[0]!) === DATA) {
      found.add(node.operands[0]!);
    }
  }
  return [...found];
}

/** What is the same in all of the rows becomes a constant. */
function settle(root: Expression, data: RowData, rows: Int32Array, rank: Ranks): Expression {
  const indices = new Set(inOrder([root]).flatMap((node) => (node.kind === "element" ? [node.index] : [])));
  const [settled] = substitute([root], (node) => {
    const plain = node.kind === "data" || indices.has(node);
    if (!plain || rank.of(node) === CONSTANT) return undefined;
    const values = valuesOf(node, data, rows);
    return values.every((value) => Object.is(value, values[0])) ? b.constant(values[0]!) : undefined;
  });
  return settled!;
}
