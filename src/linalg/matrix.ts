/** Dense matrices as plain data, column by column: element (i, j) is `values[j * rows + i]`. */
import { symmetricEigen } from "./small-matrices.ts";

export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
}

export function zeros(rows: number, columns: number): Matrix {
  return { rows, columns, values: new Float64Array(rows * columns) };
}

export function identity(size: number): Matrix {
  const result = zeros(size, size);
  for (let i = 0; i < size; i++) result.values[i * size + i] = 1;
  return result;
}

export function fromColumns(columns: readonly ArrayLike<number>[], rows: number): Matrix {
  const result = zeros(rows, columns.length);
  columns.forEach((column, j) => {
    result.values.set(column, j * rows);
  });
  return result;
}

export function columnOf(a: Matrix, j: number): Float64Array {
  return a.values.subarray(j * a.rows, (j + 1) * a.rows);
}

/** Columns `from` … `to` − 1, a copy. */
export function columnRange(a: Matrix, from: number, to: number): Matrix {
  return { rows: a.rows, columns: to - from, values: a.values.slice(from * a.rows, to * a.rows) };
}

/** [A, B, …]. */
export function besideEachOther(parts: readonly Matrix[], rows: number): Matrix {
  const result = zeros(
    rows,
    parts.reduce((sum, part) => sum + part.columns, 0),
  );
  let at = 0;
  for (const part of parts) {
    result.values.set(part.values, at);
    at += part.values.length;
  }
  return result;
}

/** A·B. */
export function product(a: Matrix, b: Matrix): Matrix {
  const result = zeros(a.rows, b.columns);
  for (let j = 0; j < b.columns; j++) {
    const out = columnOf(result, j);
    for (let k = 0; k < a.columns; k++) {
      const factor = b.values[j * b.rows + k]!;
      if (factor === 0) continue;
      const from = k * a.rows;
      for (let i = 0; i < a.rows; i++) out[i]! += factor * a.values[from + i]!;
    }
  }
  return result;
}

/** Aᵀ·B. */
export function crossProduct(a: Matrix, b: Matrix): Matrix {
  const result = zeros(a.columns, b.columns);
  for (let j = 0; j < b.columns; j++) {
    for (let i = 0; i < a.columns; i++) {
      let sum = 0;
      for (let r = 0; r < a.rows; r++) sum += a.values[i * a.rows + r]! * b.values[j * b.rows + r]!;
      result.values[j * a.columns + i] = sum;
    }
  }
  return result;
}

/** A with column j times `factors[j]`. */
export function scaleColumns(a: Matrix, factors: ArrayLike<number>): Matrix {
  const values = a.values.slice();
  for (let j = 0; j < a.columns; j++) {
    for (let i = 0; i < a.rows; i++) values[j * a.rows + i]! *= factors[j]!;
  }
  return { ...a, values };
}

/** A with row i times `factors[i]`. */
export function scaleRows(a: Matrix, factors: ArrayLike<number>): Matrix {
  const values = a.values.slice();
  for (let at = 0; at < values.length; at++) values[at]! *= factors[at % a.rows]!;
  return { ...a, values };
}

/** (A + Aᵀ) / 2. */
export function symmetrised(a: Matrix): Matrix {
  const n = a.rows;
  const values = a.values.slice();
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const mean = (a.values[i * n + j]! + a.values[j * n + i]!) / 2;
      values[i * n + j] = mean;
      values[j * n + i] = mean;
    }
  }
  return { ...a, values };
}

export function columnMeans(a: Matrix): Float64Array {
  return Float64Array.from({ length: a.columns }, (_, j) => {
    let sum = 0;
    for (const value of columnOf(a, j)) sum += value;
    return sum / a.rows;
  });
}

/** The largest sum of absolute values in a column, and in a row. */
export function oneNorm(a: Matrix): number {
  let largest = 0;
  for (let j = 0; j < a.columns; j++) {
    let sum = 0;
    for (const value of columnOf(a, j)) sum += Math.abs(value);
    largest = Math.max(largest, sum);
  }
  return largest;
}

export function infinityNorm(a: Matrix): number {
  const sums = new Float64Array(a.rows);
  for (let at = 0; at < a.values.length; at++) sums[at % a.rows]! += Math.abs(a.values[at]!);
  return sums.reduce((largest, sum) => Math.max(largest, sum), 0);
}

/** Eigenvalues of a symmetric matrix, descending, and vectors as columns. */
export function eigenColumns(a: Matrix): { readonly values: readonly number[]; readonly vectors: Matrix } {
  if (a.rows === 0) return { values: [], vectors: a };
  const { values, vectors } = symmetricEigen(a.values, a.rows);
  return { values, vectors: fromColumns(vectors, a.rows) };
}

/**
 * An orthonormal basis of {β : cᵀβ = 0}: the last columns of the Householder reflection that takes c to its first axis
 * (Golub & Van Loan 2013, section 5.1). The whole space where c is 0.
 */
export function orthogonalTo(c: Float64Array): Matrix {
  const k = c.length;
  let squares = 0;
  for (const value of c) squares += value * value;
  if (squares === 0) return identity(k);
  const length = Math.sqrt(squares);
  const u = c.slice();
  u[0]! += u[0]! < 0 ? -length : length;
  const factor = 2 / (squares - c[0]! * c[0]! + u[0]! * u[0]!);
  const result = zeros(k, k - 1);
  for (let j = 1; j < k; j++) {
    const column = columnOf(result, j - 1);
    column[j] = 1;
    for (let i = 0; i < k; i++) column[i]! -= factor * u[i]! * u[j]!;
  }
  return result;
}
