/**
 * One orthonormal basis of a null space among all its rotations. An eigendecomposition leaves the choice to rounding; here the
 * basis follows from the space alone: coordinate axes are projected onto it, the one that lies nearest to it first.
 */
import { columnOf, type Matrix, zeros } from "../../linalg/matrix.ts";

/** An axis counts whose squared projection is at least this share of the largest. */
const NEAR = 1e-3;

/** Of the span of the columns from `from` on of an orthonormal matrix. */
export function canonicalBasis(vectors: Matrix, from: number): Matrix {
  const k = vectors.rows;
  const size = vectors.columns - from;
  const result = zeros(k, size);
  const found: Float64Array[] = [];
  for (let j = 0; j < size; j++) {
    const left = Float64Array.from({ length: k }, (_, axis) => {
      let squares = 0;
      for (let c = from; c < vectors.columns; c++) squares += vectors.values[c * k + axis]! ** 2;
      return squares - found.reduce((sum, own) => sum + own[axis]! ** 2, 0);
    });
    const most = left.reduce((largest, value) => Math.max(largest, value), 0);
    const axis = left.findIndex((value) => value > NEAR * most);
    const own = columnOf(result, j);
    for (let c = from; c < vectors.columns; c++) {
      const weight = vectors.values[c * k + axis]!;
      for (let i = 0; i < k; i++) own[i]! += weight * vectors.values[c * k + i]!;
    }
    for (const earlier of found) {
      const weight = earlier.reduce((sum, value, i) => sum + value * own[i]!, 0);
      for (let i = 0; i < k; i++) own[i]! -= weight * earlier[i]!;
    }
    const length = Math.sqrt(own.reduce((sum, value) => sum + value * value, 0));
    for (let i = 0; i < k; i++) own[i]! /= length;
    found.push(own);
  }
  return result;
}
