/** Penalties that can shrink a whole smooth to zero (Marra & Wood 2011): what is not penalised gets a small penalty. */
import {
  columnOf,
  crossProduct,
  eigenColumns,
  type Matrix,
  scaleRows,
  symmetrised,
  zeros,
} from "../../linalg/matrix.ts";
import { canonicalBasis } from "./canonical-basis.ts";

/**
 * The zero eigenvalues become fractions of the least positive one: the first factor of it, the next factor of that, …; the last
 * factor given is that of all others.
 */
export function shrunk(penalty: Matrix, rank: number, nullity: number, factors: readonly number[]): Matrix {
  const k = penalty.rows;
  const { values, vectors } = eigenColumns(penalty);
  const complement = canonicalBasis(vectors, rank);
  const all = zeros(k, k);
  all.values.set(vectors.values.subarray(0, rank * k));
  all.values.set(complement.values, rank * k);
  const spectrum = Float64Array.from(values.slice(0, k));
  let last = values[rank - 1]!;
  for (let j = 0; j < nullity; j++) {
    const factor = factors[j];
    if (factor !== undefined) last *= factor;
    spectrum[rank + j] = last;
  }
  const transposed = zeros(k, k);
  for (let j = 0; j < k; j++)
    columnOf(all, j).forEach((value, i) => {
      transposed.values[i * k + j] = value;
    });
  return symmetrised(crossProduct(transposed, scaleRows(transposed, spectrum)));
}
