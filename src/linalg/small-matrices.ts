/** Small symmetric matrices, row-major. The door to ml-matrix. */
import { CholeskyDecomposition, EigenvalueDecomposition, Matrix } from "ml-matrix";

/** The inverse of a positive definite n × n matrix, or undefined when it is not (by a relative pivot of 1e-12). */
export function positiveInverse(a: Float64Array, n: number): Float64Array | undefined {
  // Unit diagonal first, so that units of measurement do not matter.
  const scale = Array.from({ length: n }, (_, i) => 1 / Math.sqrt(a[i * n + i]!));
  if (scale.some((value) => !Number.isFinite(value))) return undefined;
  const matrix = new Matrix(n, n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const value = a[i * n + j]! * scale[i]! * scale[j]!;
      matrix.set(i, j, value);
      matrix.set(j, i, value);
    }
  }
  const cholesky = new CholeskyDecomposition(matrix);
  if (!cholesky.isPositiveDefinite()) return undefined;
  const lower = cholesky.lowerTriangularMatrix;
  for (let i = 0; i < n; i++) if (!(lower.get(i, i) > 1e-6)) return undefined;
  const inverse = cholesky.solve(Matrix.eye(n, n));
  return Float64Array.from(
    { length: n * n },
    (_, at) => inverse.get(Math.floor(at / n), at % n) * scale[Math.floor(at / n)]! * scale[at % n]!,
  );
}

export interface Eigen {
  /** Descending. */
  readonly values: readonly number[];
  /** `vectors[k]` belongs to `values[k]`. */
  readonly vectors: readonly Float64Array[];
}

export function symmetricEigen(a: Float64Array, n: number): Eigen {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(toMatrix(a, n), {
    assumeSymmetric: true,
  });
  const order = realEigenvalues.map((_, k) => k).sort((i, j) => realEigenvalues[j]! - realEigenvalues[i]!);
  return {
    values: order.map((k) => realEigenvalues[k]!),
    vectors: order.map((k) => Float64Array.from(eigenvectorMatrix.getColumn(k))),
  };
}

function toMatrix(a: Float64Array, n: number): Matrix {
  return Matrix.from1DArray(n, n, a);
}
