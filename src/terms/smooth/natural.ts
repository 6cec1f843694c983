/**
 * The natural parametrisation of a penalised basis (Wood 2017, section 5.4.2): coordinates in which the penalty is a sum of squares
 * of the first ones, so that these are random effects of one standard deviation, and the others are not penalised.
 */
import {
  besideEachOther,
  columnMeans,
  columnOf,
  columnRange,
  crossProduct,
  eigenColumns,
  type Matrix,
  product,
  scaleColumns,
  symmetrised,
  zeros,
} from "../../linalg/matrix.ts";
import { orthonormalise, solveUpper } from "../../linalg/orthonormalise.ts";
import { canonicalBasis } from "./canonical-basis.ts";

/**
 * From the eigenvectors of the penalty: X·P has as its first `rank` columns those with unit penalty; the columns of the null space
 * get the length that the penalised ones have on average over the rows of X.
 *
 * @returns P
 */
export function unitPenalty(x: Matrix, penalty: Matrix, rank: number): Matrix {
  const k = x.columns;
  const { values, vectors } = eigenColumns(penalty);
  const range = scaleColumns(
    columnRange(vectors, 0, rank),
    values.slice(0, rank).map((value) => 1 / Math.sqrt(value)),
  );
  if (rank === k) return range;
  const average = sumOfSquares(product(x, range)) / rank;
  const kernel = canonicalBasis(vectors, rank);
  const lengths = columnSquares(product(x, kernel)).map((squares) => Math.sqrt(average / squares));
  return besideEachOther([range, scaleColumns(kernel, lengths)], k);
}

/**
 * The margin of a tensor product: as `unitPenalty`, then the null space turned so that its first direction varies least over
 * the rows (the constant, where there is one), and both parts scaled to a mean square of 1.
 *
 * @returns P
 */
export function marginParametrisation(x: Matrix, penalty: Matrix, rank: number): Matrix {
  const k = x.columns;
  const P = unitPenalty(x, penalty, rank);
  const range = columnRange(P, 0, rank);
  let kernel = columnRange(P, rank, k);
  if (k - rank > 1) {
    const columns = product(x, kernel);
    const centred = centre(columns);
    const { vectors } = eigenColumns(symmetrised(crossProduct(centred, centred)));
    kernel = product(kernel, reversed(vectors));
  }
  return besideEachOther([meanSquareOne(x, range), meanSquareOne(x, kernel)], k);
}

/**
 * Through the QR decomposition of X: columns orthogonal over the rows, unit penalty on the first `rank`, both parts scaled to a
 * mean square of 1; in the null space the constant comes first, as far as it lies there.
 *
 * @returns P
 */
export function orthogonalParametrisation(x: Matrix, penalty: Matrix, rank: number): Matrix {
  const k = x.columns;
  const q = x.values.slice();
  const R = orthonormalise(q, x.rows, k);
  // R⁻¹, column by column.
  const inverse = zeros(k, k);
  for (let j = 0; j < k; j++) {
    const column = columnOf(inverse, j);
    column[j] = 1;
    solveUpper(R, k, column);
  }
  const turned = symmetrised(crossProduct(inverse, product(penalty, inverse)));
  const { values, vectors } = eigenColumns(turned);
  const range = scaleColumns(
    columnRange(vectors, 0, rank),
    values.slice(0, rank).map((value) => 1 / Math.sqrt(value)),
  );
  const kernel = constantFirst(vectors, rank, columnSums({ rows: x.rows, columns: k, values: q }));
  return besideEachOther(
    [meanSquareOne(x, product(inverse, range)), meanSquareOne(x, product(inverse, kernel))],
    k,
  );
}

/** The null space with the projection of the constant (by its products with the columns) as first direction. */
function constantFirst(vectors: Matrix, rank: number, constant: Float64Array): Matrix {
  const kernel = columnRange(vectors, rank, vectors.columns);
  const k = vectors.rows;
  const weights = crossProduct(kernel, { rows: k, columns: 1, values: constant });
  const along = product(kernel, weights);
  const length = Math.sqrt(sumOfSquares(along));
  if (length < 1e-8 * Math.sqrt(constant.length) || kernel.columns === 0) return canonicalBasis(kernel, 0);
  const first = scaleColumns(along, [1 / length]);
  // What is left of the null space once the first direction is taken off.
  const rest = kernel.values.slice();
  for (let j = 0; j < kernel.columns; j++) {
    const own = rest.subarray(j * k, (j + 1) * k);
    let projection = 0;
    for (let i = 0; i < k; i++) projection += own[i]! * first.values[i]!;
    for (let i = 0; i < k; i++) own[i]! -= projection * first.values[i]!;
  }
  const left = { rows: k, columns: kernel.columns, values: rest };
  const { vectors: turn } = eigenColumns(symmetrised(crossProduct(left, left)));
  const others = product(left, columnRange(turn, 0, kernel.columns - 1));
  return besideEachOther([first, canonicalBasis(others, 0)], k);
}

function meanSquareOne(x: Matrix, part: Matrix): Matrix {
  if (part.columns === 0) return part;
  const columns = product(x, part);
  const scale = 1 / Math.sqrt(sumOfSquares(columns) / columns.values.length);
  return { ...part, values: part.values.map((value) => value * scale) };
}

function centre(x: Matrix): Matrix {
  const means = columnMeans(x);
  return { ...x, values: x.values.map((value, at) => value - means[Math.floor(at / x.rows)]!) };
}

function reversed(a: Matrix): Matrix {
  const result = zeros(a.rows, a.columns);
  for (let j = 0; j < a.columns; j++) result.values.set(columnOf(a, a.columns - 1 - j), j * a.rows);
  return result;
}

function columnSums(x: Matrix): Float64Array {
  return columnMeans(x).map((mean) => mean * x.rows);
}

function columnSquares(x: Matrix): number[] {
  return Array.from({ length: x.columns }, (_, j) =>
    columnOf(x, j).reduce((sum, value) => sum + value * value, 0),
  );
}

function sumOfSquares(x: Matrix): number {
  return x.values.reduce((sum, value) => sum + value * value, 0);
}
