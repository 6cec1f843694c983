/** Rows that say the same (equal responses, covariates and groups) as one row with a weight. */
import type { Design } from "./design.ts";
import { takeDesignRows } from "./take-rows.ts";

/**
 * The design of its distinct rows, in order of first appearance, with the sums of their weights; undefined when there are more
 * than `most` of them.
 */
export function mergeRows(design: Design, most: number): Design | undefined {
  const classes = classify(columnsOf(design), design.nobs, most);
  if (classes === undefined) return undefined;
  const { classOf, count } = classes;
  const keep = new Int32Array(count).fill(-1);
  const weights = new Float64Array(count);
  for (let i = 0; i < design.nobs; i++) {
    const own = classOf[i]!;
    if (keep[own] === -1) keep[own] = i;
    weights[own]! += design.response.weights?.[i] ?? 1;
  }
  const merged = takeDesignRows(design, keep);
  return { ...merged, response: { ...merged.response, weights } };
}

/** Everything in which rows can differ, the response first: that of a continuous response settles the matter soonest. */
function columnsOf({ nobs: n, response, predictors }: Design): ArrayLike<number>[] {
  const { values, trials, se, censoring } = response;
  const split = (columns: Float64Array) =>
    Array.from({ length: columns.length / n }, (_, k) => columns.subarray(k * n, (k + 1) * n));
  return [
    values,
    ...(trials ? [trials] : []),
    ...(se ? [se.values] : []),
    ...(censoring ? [censoring.codes, ...(censoring.upper ? [censoring.upper] : [])] : []),
    ...predictors.flatMap(({ population, groups, special, offset }) => [
      ...split(population.columns),
      ...(offset ? [offset] : []),
      ...groups.flatMap(({ index, columns }) => [index, ...split(columns)]),
      ...special.flatMap(({ rows }) =>
        rows.flatMap((own) => [
          ...(own.kind === "lookup" ? [own.index] : []),
          ...(own.columns === null ? [] : split(own.columns)),
        ]),
      ),
    ]),
  ];
}

/** Numbers the distinct rows from 0, column after column; undefined as soon as there are more than `most`. */
function classify(
  columns: readonly ArrayLike<number>[],
  rows: number,
  most: number,
): { classOf: Int32Array; count: number } | undefined {
  let classOf = new Int32Array(rows);
  let count = 1;
  for (const column of columns) {
    const codes = new Map<number, number>();
    const next = new Map<number, number>();
    const refined = new Int32Array(rows);
    for (let i = 0; i < rows; i++) {
      let code = codes.get(column[i]!);
      if (code === undefined) codes.set(column[i]!, (code = codes.size));
      // Both numbers are below 2^26.
      const key = classOf[i]! * 2 ** 26 + code;
      let own = next.get(key);
      if (own === undefined) {
        if (next.size === most) return undefined;
        next.set(key, (own = next.size));
      }
      refined[i] = own;
    }
    classOf = refined;
    count = next.size;
  }
  return { classOf, count };
}
