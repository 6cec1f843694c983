/** The geometric mean of two positive definite matrices. */
import { lowerCholesky } from "../linalg/lower-cholesky.ts";
import { symmetricEigen } from "../linalg/small-matrices.ts";

/**
 * The positive definite S with S·A·S = B (n × n, row-major): the geometric mean of A⁻¹ and B (Bhatia 2007, "Positive
 * Definite Matrices", section 4.1). Undefined when A or B is not positive definite.
 *
 * With A = L Lᵀ and Lᵀ B L = W D Wᵀ it is (L⁻ᵀ W) D^½ (L⁻ᵀ W)ᵀ.
 */
export function geometricMean(a: Float64Array, b: Float64Array, n: number): Float64Array | undefined {
  const l = lowerCholesky(a, n);
  if (l === undefined) return undefined;
  const { values, vectors } = symmetricEigen(congruence(l, b, n), n);
  if (!(values.at(-1)! > 0 && values[0]! < Number.POSITIVE_INFINITY)) return undefined;
  const mean = new Float64Array(n * n);
  vectors.forEach((vector, k) => {
    const x = backSolve(l, vector, n);
    const weight = Math.sqrt(values[k]!);
    for (let i = 0, at = 0; i < n; i++) {
      for (let j = 0; j < n; j++, at++) mean[at]! += weight * x[i]! * x[j]!;
    }
  });
  return mean;
}

/** Lᵀ B L for symmetric B and lower triangular L. */
function congruence(l: Float64Array, b: Float64Array, n: number): Float64Array {
  const bl = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < n; k++) {
      const value = b[i * n + k]!;
      for (let j = 0; j <= k; j++) bl[i * n + j]! += value * l[k * n + j]!;
    }
  }
  const product = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = i; k < n; k++) sum += l[k * n + i]! * bl[k * n + j]!;
      product[i * n + j] = sum;
      product[j * n + i] = sum;
    }
  }
  return product;
}

/** L⁻ᵀ x. */
function backSolve(l: Float64Array, x: Float64Array, n: number): Float64Array {
  const out = x.slice();
  for (let i = n - 1; i >= 0; i--) {
    const value = (out[i]! /= l[i * n + i]!);
    for (let j = 0; j < i; j++) out[j]! -= l[i * n + j]! * value;
  }
  return out;
}
