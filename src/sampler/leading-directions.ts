/** Subspaces of many dimensions from few rows. */
import { dot } from "../linalg/orthonormalise.ts";

/** Squared length, relative to what it was, that counts as none. */
const negligible = 1e-10;

/** Extra directions that let the wanted ones converge faster. */
const oversampling = 5;
const iterations = 8;

/**
 * An orthonormal basis near the span of the `rank` leading eigenvectors (and a few more) of Σ_k x_k x_kᵀ, for `count` rows x_k
 * of length n, by orthogonal iteration (Golub & Van Loan 2013, section 8.2.4) from rows spread over the window.
 * The matrix is not formed: count · n multiplications per direction and iteration.
 */
export function leadingDirections(
  rows: Float64Array,
  count: number,
  n: number,
  rank: number,
): Float64Array[] {
  const row = (k: number) => rows.subarray(k * n, (k + 1) * n);
  const size = Math.min(rank + oversampling, count, n);
  let basis = orthonormalBasis(
    Array.from({ length: size }, (_, k) => row(Math.floor(((k + 0.5) * count) / size))),
  );
  for (let pass = 0; pass < iterations; pass++) {
    const images = basis.map(() => new Float64Array(n));
    for (let k = 0; k < count; k++) {
      const x = row(k);
      basis.forEach((direction, d) => {
        const along = dot(direction, x);
        const image = images[d]!;
        for (let i = 0; i < n; i++) image[i]! += along * x[i]!;
      });
    }
    basis = orthonormalBasis(images);
  }
  return basis;
}

/** Of the space that the vectors span, by Gram–Schmidt; vectors that add nothing are left out. */
export function orthonormalBasis(vectors: readonly Float64Array[]): Float64Array[] {
  const basis: Float64Array[] = [];
  for (const vector of vectors) {
    const rest = vector.slice();
    const before = dot(rest, rest);
    // Twice is enough (Giraud, Langou & Rozložník 2005).
    for (let pass = 0; pass < 2; pass++) {
      for (const other of basis) {
        const along = dot(other, rest);
        for (let i = 0; i < rest.length; i++) rest[i]! -= along * other[i]!;
      }
    }
    const left = dot(rest, rest);
    if (left > negligible * before) basis.push(rest.map((value) => value / Math.sqrt(left)));
  }
  return basis;
}
