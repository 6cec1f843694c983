/** Subspaces of small coordinate spaces; rows are vectors. */
import { symmetricEigen } from "./small-matrices.ts";

/** Squared length that counts as 0, beside rows of about unit length. */
const NEGLIGIBLE = 1e-12;

/** Orthonormal coefficient vectors m over the rows: those with Σ mᵢ rowᵢ = 0, and their complement. */
export function leftNullSpace(rows: readonly Float64Array[]): {
  readonly zero: readonly Float64Array[];
  readonly rest: readonly Float64Array[];
} {
  const n = rows.length;
  if (n === 0) return { zero: [], rest: [] };
  const gram = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const product = rows[i]!.reduce((sum, value, k) => sum + value * rows[j]![k]!, 0);
      gram[i * n + j] = product;
      gram[j * n + i] = product;
    }
  }
  const { values, vectors } = symmetricEigen(gram, n);
  const limit = NEGLIGIBLE * Math.max(values[0]!, 1);
  return {
    zero: vectors.filter((_, k) => !(values[k]! > limit)),
    rest: vectors.filter((_, k) => values[k]! > limit),
  };
}

/** Σ mᵢ rowᵢ. */
export function combine(m: Float64Array, rows: readonly Float64Array[]): Float64Array {
  const sum = new Float64Array(rows[0]!.length);
  rows.forEach((row, i) => {
    for (let k = 0; k < sum.length; k++) sum[k]! += m[i]! * row[k]!;
  });
  return sum;
}
