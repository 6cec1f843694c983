/**
 * Satterthwaite's degrees of freedom (Giesbrecht & Burns 1985; Fai & Cornelius 1996 for several contrasts; Kuznetsova,
 * Brockhoff & Christensen 2017, J. Stat. Softw. 82(13)).
 */
import { symmetricEigen } from "../../linalg/small-matrices.ts";
import { fUpper } from "../../numeric/test-distributions.ts";
import type { LmmFit } from "../lmm-fit.ts";
import { covarianceParameters } from "./covariance-parameters.ts";
import { bilinear, type CoefficientInference, innerProduct } from "./tests.ts";

export function satterthwaite(fit: LmmFit): CoefficientInference {
  const { estimates, covariance, names } = fit.fixed;
  const parameters = covarianceParameters(fit);
  const k = parameters.derivatives.length;
  const dfOf = (contrast: Float64Array): number => {
    const variance = bilinear(contrast, covariance, contrast);
    const gradient = parameters.derivatives.map((derivative) => bilinear(contrast, derivative, contrast));
    let spread = 0;
    for (let i = 0; i < k; i++) {
      for (let j = 0; j < k; j++) spread += gradient[i]! * parameters.covariance[i * k + j]! * gradient[j]!;
    }
    return (2 * variance * variance) / spread;
  };
  const fTest = (contrasts: readonly Float64Array[]) => {
    const { values, rows } = independent(contrasts, covariance);
    const df1 = rows.length;
    const squares = rows.map((row, i) => innerProduct(row, estimates) ** 2 / values[i]!);
    const f = squares.reduce((sum, value) => sum + value, 0) / df1;
    const df2 = denominator(rows.map(dfOf));
    return { f, df1, df2, p: fUpper(f, df1, df2) };
  };
  return { method: "satterthwaite", names, estimates, covariance, dfOf, fTest };
}

/** Rows of PᵀL and their variances from LCLᵀ = P·diag(d)·Pᵀ; directions of no variance are left out. */
export function independent(
  contrasts: readonly Float64Array[],
  covariance: Float64Array,
): { readonly values: readonly number[]; readonly rows: readonly Float64Array[] } {
  const q = contrasts.length;
  const matrix = new Float64Array(q * q);
  for (let i = 0; i < q; i++) {
    for (let j = 0; j < q; j++) matrix[i * q + j] = bilinear(contrasts[i]!, covariance, contrasts[j]!);
  }
  const { values, vectors } = symmetricEigen(matrix, q);
  const kept = values.map((_, k) => k).filter((k) => values[k]! > 1e-8 * values[0]!);
  return {
    values: kept.map((k) => values[k]!),
    rows: kept.map((k) =>
      contrasts[0]!.map((_, j) => contrasts.reduce((sum, row, i) => sum + vectors[k]![i]! * row[j]!, 0)),
    ),
  };
}

/** The F distribution whose mean is that of the sum of the squared t statistics. */
function denominator(df: readonly number[]): number {
  if (df.every((value) => Math.abs(value - df[0]!) < 1e-8 * df[0]!)) return df[0]!;
  if (df.some((value) => value <= 2)) return 2;
  const expectation = df.reduce((sum, value) => sum + value / (value - 2), 0);
  return (2 * expectation) / (expectation - df.length);
}
