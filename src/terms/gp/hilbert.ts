/**
 * Eigenfunctions of the Laplacian on a box around the data: √(1/L) sin(mπ(x + L)/(2L)) with frequencies mπ/(2L), products of them in
 * several dimensions (Solin & Särkkä 2020; Riutort-Mayol et al. 2023, section 3).
 */
import type { Matrix } from "../../linalg/matrix.ts";
import { zeros } from "../../linalg/matrix.ts";
import * as Elementary from "../../numeric/elementary.ts";

export interface HilbertBasis {
  /** Functions per dimension; all combinations are taken. */
  readonly count: number;
  /** Taken off the (scaled) variables. */
  readonly centre: readonly number[];
  /** Half widths of the box. */
  readonly boundary: readonly number[];
}

/** L = c × max(1, range of all centred variables together). */
export function learnHilbert(points: Matrix, count: number, c: readonly number[]): HilbertBasis {
  const centre = Array.from({ length: points.columns }, (_, d) => {
    let sum = 0;
    for (let i = 0; i < points.rows; i++) sum += points.values[d * points.rows + i]!;
    return sum / points.rows;
  });
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  points.values.forEach((value, at) => {
    const centred = value - centre[Math.floor(at / points.rows)]!;
    low = Math.min(low, centred);
    high = Math.max(high, centred);
  });
  const range = Math.max(1, high - low);
  return { count, centre, boundary: centre.map((_, d) => c[c.length === 1 ? 0 : d]! * range) };
}

/** Which function of each dimension makes up function m; the first dimension runs fastest. */
function orders({ count, centre }: HilbertBasis, m: number): number[] {
  return centre.map((_, d) => 1 + (Math.floor(m / count ** d) % count));
}

export function hilbertSize({ count, centre }: HilbertBasis): number {
  return count ** centre.length;
}

/** Functions × dimensions, row by row. */
export function hilbertFrequencies(basis: HilbertBasis): Float64Array {
  const rows = Array.from({ length: hilbertSize(basis) }, (_, m) =>
    orders(basis, m).map((order, d) => (order * Math.PI) / (2 * basis.boundary[d]!)),
  );
  return Float64Array.from(rows.flat());
}

/** Rows × functions at scaled points. */
export function hilbertMatrix(basis: HilbertBasis, points: Matrix): Matrix {
  const size = hilbertSize(basis);
  const result = zeros(points.rows, size);
  for (let m = 0; m < size; m++) {
    const own = orders(basis, m);
    for (let i = 0; i < points.rows; i++) {
      let value = 1;
      own.forEach((order, d) => {
        const L = basis.boundary[d]!;
        const x = points.values[d * points.rows + i]! - basis.centre[d]!;
        value *= Math.sqrt(1 / L) * Elementary.sin((order * Math.PI * (x + L)) / (2 * L));
      });
      result.values[m * points.rows + i] = value;
    }
  }
  return result;
}
