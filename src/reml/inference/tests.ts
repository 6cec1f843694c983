/** What a method of degrees of freedom provides; tests and tables are written against it alone. */

export type DfMethod = "satterthwaite" | "kenward-roger" | "none";

export interface FTest {
  readonly f: number;
  readonly df1: number;
  readonly df2: number;
  readonly p: number;
}

export interface CoefficientInference {
  readonly method: DfMethod;
  readonly names: readonly string[];
  readonly estimates: Float64Array;
  /** p × p, column-major: adjusted for small samples where the method does that. */
  readonly covariance: Float64Array;
  /** Degrees of freedom of the t statistic of Σ Lⱼβⱼ; Infinity means a normal distribution. */
  dfOf(contrast: Float64Array): number;
  /** Test of Lβ = 0 for the rows of L, which need not be independent. */
  fTest(contrasts: readonly Float64Array[]): FTest;
}

/** Lᵀ·C·M for a column-major p × p matrix. */
export function bilinear(left: Float64Array, covariance: Float64Array, right: Float64Array): number {
  const p = left.length;
  let sum = 0;
  for (let j = 0; j < p; j++) {
    if (right[j] === 0) continue;
    let column = 0;
    for (let i = 0; i < p; i++) column += left[i]! * covariance[j * p + i]!;
    sum += column * right[j]!;
  }
  return sum;
}

export function innerProduct(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}
