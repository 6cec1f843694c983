/**
 * Cholesky factor and weighted inverse of a dense symmetric matrix, in place and by tiles.
 * Matrices are row-major with a given stride, lower triangles: element (i, j), j ≤ i, is `a[i * stride + j]`.
 * All work is one kernel, C ← C − A·Bᵀ on rows that are contiguous (Golub & Van Loan 2013, sections 4.2 and 1.3).
 */
import { subtractProduct } from "./subtract-product.ts";

const TILE = 48;

/** Index of the first pivot that is not positive, or −1. The factor overwrites the lower triangle. */
export function choleskyInPlace(a: Float64Array, n: number, stride: number): number {
  for (let from = 0; from < n; from += TILE) {
    const to = Math.min(n, from + TILE);
    const size = to - from;
    // The tile column less what the columns before it explain; the diagonal tile first.
    if (from > 0) {
      for (let row = from; row < n; row += TILE) {
        const rows = Math.min(n, row + TILE) - row;
        subtractProduct(
          { m: rows, n: size, depth: from },
          { values: a, start: row * stride, stride },
          { values: a, start: from * stride, stride },
          { values: a, start: row * stride + from, stride },
        );
      }
    }
    const failed = factorTile(a, from, to, stride);
    if (failed >= 0) return failed;
    for (let i = to; i < n; i++) solveRow(a, i * stride + from, a, from, to, stride);
  }
  return -1;
}

function factorTile(a: Float64Array, from: number, to: number, stride: number): number {
  for (let i = from; i < to; i++) {
    const row = i * stride;
    for (let j = from; j < i; j++) {
      const other = j * stride;
      let sum = a[row + j]!;
      for (let k = from; k < j; k++) sum -= a[row + k]! * a[other + k]!;
      a[row + j] = sum / a[other + j]!;
    }
    let pivot = a[row + i]!;
    for (let k = from; k < i; k++) pivot -= a[row + k]! * a[row + k]!;
    if (!(pivot > 0)) return i;
    a[row + i] = Math.sqrt(pivot);
  }
  return -1;
}

/** x ← x·L⁻ᵀ for the row x of `to − from` elements at `at`, with the tile L. */
function solveRow(
  x: Float64Array,
  at: number,
  l: Float64Array,
  from: number,
  to: number,
  stride: number,
): void {
  for (let j = from; j < to; j++) {
    const row = j * stride + from;
    let sum = x[at + j - from]!;
    for (let k = 0; k < j - from; k++) sum -= x[at + k]! * l[row + k]!;
    x[at + j - from] = sum / l[j * stride + j]!;
  }
}

/** U = L⁻ᵀ, upper triangular and row-major: `u[j * stride + i]`, i ≥ j. What lies below is left as it was. */
export function inverseTransposed(l: Float64Array, u: Float64Array, n: number, stride: number): void {
  for (let from = 0; from < n; from += TILE) {
    const to = Math.min(n, from + TILE);
    for (let j = from; j < to; j++) {
      const row = j * stride;
      for (let i = from; i < j; i++) u[row + i] = 0;
      u[row + j] = 1 / l[row + j]!;
      for (let i = j + 1; i < to; i++) {
        let sum = 0;
        for (let k = j; k < i; k++) sum += l[i * stride + k]! * u[row + k]!;
        u[row + i] = -sum / l[i * stride + i]!;
      }
    }
    for (let next = to; next < n; next += TILE) {
      const end = Math.min(n, next + TILE);
      for (let j = from; j < to; j++) u.fill(0, j * stride + next, j * stride + end);
      subtractProduct(
        { m: to - from, n: end - next, depth: next - from },
        { values: u, start: from * stride + from, stride },
        { values: l, start: next * stride + from, stride },
        { values: u, start: from * stride + next, stride },
      );
      for (let j = from; j < to; j++) solveRow(u, j * stride + next, l, next, end, stride);
    }
  }
}

/**
 * S = L⁻ᵀ·diag(w)·L⁻¹ in full (both triangles) from `u` of `inverseTransposed`, which is scaled by √w on the
 * way; weights are not negative.
 */
export function weightedInverse(
  u: Float64Array,
  weights: Float64Array,
  s: Float64Array,
  n: number,
  stride: number,
): void {
  for (let j = 0; j < n; j++) {
    for (let k = j; k < n; k++) if (weights[k] !== 1) u[j * stride + k]! *= Math.sqrt(weights[k]!);
  }
  for (let row = 0; row < n; row += TILE) {
    const rows = Math.min(n, row + TILE) - row;
    for (let column = 0; column <= row; column += TILE) {
      const columns = Math.min(n, column + TILE) - column;
      for (let i = row; i < row + rows; i++) s.fill(0, i * stride + column, i * stride + column + columns);
      // Both rows of u start no later than `row`, whose tile has zeros below its diagonal.
      subtractProduct(
        { m: rows, n: columns, depth: n - row },
        { values: u, start: row * stride + row, stride },
        { values: u, start: column * stride + row, stride },
        { values: s, start: row * stride + column, stride },
      );
    }
  }
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) s[j * stride + i] = s[i * stride + j] = -s[i * stride + j]!;
  }
}

/** S = Y·Uᵀ for an upper triangular U (as `inverseTransposed` leaves it) where the product is symmetric: both triangles. */
export function timesTransposed(
  y: Float64Array,
  u: Float64Array,
  s: Float64Array,
  n: number,
  stride: number,
): void {
  for (let row = 0; row < n; row += TILE) {
    const rows = Math.min(n, row + TILE) - row;
    for (let column = 0; column <= row; column += TILE) {
      const columns = Math.min(n, column + TILE) - column;
      for (let i = row; i < row + rows; i++) s.fill(0, i * stride + column, i * stride + column + columns);
      subtractProduct(
        { m: rows, n: columns, depth: n - column },
        { values: y, start: row * stride + column, stride },
        { values: u, start: column * stride + column, stride },
        { values: s, start: row * stride + column, stride },
      );
    }
  }
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) s[j * stride + i] = s[i * stride + j] = -s[i * stride + j]!;
  }
}
