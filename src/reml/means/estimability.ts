/**
 * Which linear functions of all columns of a rank-deficient design are estimable (Searle 1971, Linear Models, section
 * 5.4). The columns D that a fit left out are D = K·A of those that it kept; a function with coefficients (k, d) has one
 * value whatever the constraint exactly when d = k·A.
 */
import { namedColumns } from "../../design/named-columns.ts";
import { dot, orthonormalise, solveUpper } from "../../linalg/orthonormalise.ts";
import type { LinearSource } from "./linear-source.ts";

const TOLERANCE = 1e-8;

export interface Estimability {
  /** The columns of the design that the fit left out. */
  readonly dropped: readonly string[];
  /** `kept` over the names of the fit, `dropped` over the columns left out. */
  isEstimable(kept: Float64Array, dropped: Float64Array): boolean;
}

export function estimability({ design, names }: Pick<LinearSource, "design" | "names">): Estimability {
  const { population } = design.predictors[0]!;
  const all = [...(population.intercept ? ["(Intercept)"] : []), ...population.names];
  const dropped = all.filter((name) => !names.includes(name));
  if (dropped.length === 0) return { dropped, isEstimable: () => true };
  const rows = design.nobs;
  const q = namedColumns(population, rows, names);
  const r = orthonormalise(q, rows, names.length);
  const others = namedColumns(population, rows, dropped);
  const combinations = dropped.map((_, k) => {
    const column = others.subarray(k * rows, (k + 1) * rows);
    const a = Float64Array.from(names, (_, j) => dot(q.subarray(j * rows, (j + 1) * rows), column));
    solveUpper(r, names.length, a);
    return a;
  });
  return {
    dropped,
    isEstimable: (kept, own) => {
      const scale = Math.max(1, ...kept.map(Math.abs), ...own.map(Math.abs));
      return combinations.every((a, k) => Math.abs(own[k]! - dot(a, kept)) <= TOLERANCE * scale);
    },
  };
}
