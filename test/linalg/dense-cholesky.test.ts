import { CholeskyDecomposition, inverse, Matrix } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { choleskyInPlace, inverseTransposed, weightedInverse } from "../../src/linalg/dense-cholesky.ts";
import { stream } from "../../src/random/streams.ts";

function positiveDefinite(n: number): Float64Array {
  const rng = stream(n, 0, "test");
  const half = new Matrix(n, n + 2).apply(function (this: Matrix, i, j) {
    this.set(i, j, rng.normal());
  });
  return Float64Array.from(half.mmul(half.transpose()).to1DArray());
}

// Sizes around the tile of 48 and the register blocks of 4 × 2.
describe.each([1, 2, 5, 47, 48, 49, 97, 130])("order %i", (n) => {
  const a = positiveDefinite(n);
  const l = a.slice();
  const failed = choleskyInPlace(l, n, n);

  it("is the factor that ml-matrix finds", () => {
    expect(failed).toBe(-1);
    const lower = new CholeskyDecomposition(Matrix.from1DArray(n, n, a)).lowerTriangularMatrix;
    for (let i = 0; i < n; i++)
      for (let j = 0; j <= i; j++) expect(l[i * n + j]!).toBeCloseTo(lower.get(i, j), 9);
  });

  it("gives L⁻ᵀ diag(w) L⁻¹", () => {
    const u = new Float64Array(n * n);
    const s = new Float64Array(n * n);
    const weights = Float64Array.from({ length: n }, (_, i) => (i % 3 === 0 ? 1 : i % 3 === 1 ? 0 : 2.5));
    inverseTransposed(l, u, n, n);
    weightedInverse(u, weights, s, n, n);
    const lower = Matrix.from1DArray(n, n, l).apply(function (this: Matrix, i, j) {
      if (j > i) this.set(i, j, 0);
    });
    const inverted = inverse(lower);
    const expected = inverted
      .transpose()
      .mmul(Matrix.diag(Array.from(weights)))
      .mmul(inverted);
    const size = expected.max();
    for (let i = 0; i < n * n; i++) expect(s[i]! / size).toBeCloseTo(expected.to1DArray()[i]! / size, 9);
  });
});

it("names the pivot that is not positive", () => {
  const a = Float64Array.of(4, 2, 2, 1);
  expect(choleskyInPlace(a, 2, 2)).toBe(1);
});
