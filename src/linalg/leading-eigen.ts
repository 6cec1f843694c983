/**
 * The eigenpairs of largest magnitude of a symmetric matrix by Lanczos' iteration with full reorthogonalisation (Golub & Van
 * Loan 2013, section 10.3): what a thin plate regression spline needs of a matrix over up to 2,000 points.
 */
import { eigenColumns, type Matrix, product, zeros } from "./matrix.ts";

/** Below this size all eigenpairs cost less than the iteration. */
const SMALL = 100;
/** Residual |A·v − λ·v| relative to the largest eigenvalue at which a pair is taken. */
const PRECISION = 1e-13;

export interface EigenPairs {
  /** By magnitude, descending. */
  readonly values: Float64Array;
  /** One column per value, orthonormal. */
  readonly vectors: Matrix;
}

export function leadingEigen(a: Matrix, count: number): EigenPairs {
  const n = a.rows;
  return n <= SMALL || 3 * count > n ? leading(a, count) : lanczos(a, count);
}

function leading(a: Matrix, count: number): EigenPairs {
  const { values, vectors } = eigenColumns(a);
  return take(values, vectors, count);
}

function take(values: readonly number[], vectors: Matrix, count: number): EigenPairs {
  const order = values
    .map((_, k) => k)
    .sort((i, j) => Math.abs(values[j]!) - Math.abs(values[i]!))
    .slice(0, count)
    .sort((i, j) => values[j]! - values[i]!);
  const chosen = zeros(vectors.rows, count);
  order.forEach((k, j) => {
    chosen.values.set(vectors.values.subarray(k * vectors.rows, (k + 1) * vectors.rows), j * vectors.rows);
  });
  return { values: Float64Array.from(order, (k) => values[k]!), vectors: chosen };
}

function lanczos(a: Matrix, count: number): EigenPairs {
  const n = a.rows;
  const limit = n;
  const basis: Float64Array[] = [startingVector(n)];
  const diagonal: number[] = [];
  const beside: number[] = [];
  for (let step = 0; step < limit; step++) {
    const own = basis[step]!;
    const next = multiply(a, own);
    diagonal.push(dot(next, own));
    orthogonalise(next, basis);
    const length = Math.sqrt(dot(next, next));
    beside.push(length);
    const done = step + 1;
    const exhausted = length < 1e-14 * Math.abs(diagonal[0]!) || done === limit;
    if (exhausted || (done >= 2 * count && done % 10 === 0)) {
      const { values, vectors } = eigenColumns(tridiagonal(diagonal, beside));
      const pairs = take(values, vectors, Math.min(count, done));
      const scale = Math.abs(pairs.values[0]!);
      let worst = 0;
      for (let j = 0; j < count; j++) {
        worst = Math.max(worst, length * Math.abs(pairs.vectors.values[j * done + done - 1]!));
      }
      if (exhausted || worst <= PRECISION * scale) {
        const krylov = { rows: n, columns: done, values: concatenate(basis.slice(0, done), n) };
        return { values: pairs.values, vectors: product(krylov, pairs.vectors) };
      }
    }
    for (let i = 0; i < n; i++) next[i]! /= length;
    basis.push(next);
  }
  throw new Error("Lanczos' iteration ended without an answer");
}

/** Fixed, without a symmetry that an eigenvector of the matrix may share. */
function startingVector(n: number): Float64Array {
  let word = 1;
  const start = Float64Array.from({ length: n }, () => {
    word = (Math.imul(word, 1664525) + 1013904223) >>> 0;
    return word / 2 ** 32 - 0.5;
  });
  const length = Math.sqrt(dot(start, start));
  return start.map((value) => value / length);
}

function multiply(a: Matrix, x: Float64Array): Float64Array<ArrayBuffer> {
  const out = new Float64Array(a.rows);
  for (let j = 0; j < a.columns; j++) {
    const factor = x[j]!;
    const from = j * a.rows;
    for (let i = 0; i < a.rows; i++) out[i]! += factor * a.values[from + i]!;
  }
  return out;
}

function orthogonalise(x: Float64Array, basis: readonly Float64Array[]): void {
  for (let pass = 0; pass < 2; pass++) {
    for (const q of basis) {
      const projection = dot(x, q);
      for (let i = 0; i < x.length; i++) x[i]! -= projection * q[i]!;
    }
  }
}

function tridiagonal(diagonal: readonly number[], beside: readonly number[]): Matrix {
  const n = diagonal.length;
  const result = zeros(n, n);
  for (let i = 0; i < n; i++) {
    result.values[i * n + i] = diagonal[i]!;
    if (i + 1 < n) {
      result.values[i * n + i + 1] = beside[i]!;
      result.values[(i + 1) * n + i] = beside[i]!;
    }
  }
  return result;
}

function concatenate(columns: readonly Float64Array[], rows: number): Float64Array {
  const values = new Float64Array(columns.length * rows);
  columns.forEach((column, j) => {
    values.set(column, j * rows);
  });
  return values;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
