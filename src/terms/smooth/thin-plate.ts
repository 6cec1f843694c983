/**
 * Thin plate regression splines (Wood 2003, J. R. Stat. Soc. B 65: 95–114): of the full thin plate spline over the distinct
 * points, the k-dimensional space that changes its fit least, from the leading eigenvectors of the matrix of radial functions.
 *
 * Letters are the paper's: E radial functions between the points, U·D·Uᵀ its truncated eigendecomposition, T the polynomials that
 * the penalty does not see, Z a basis of {δ : TᵀUδ = 0}. Columns are [E·U·Z, T], scaled to a mean square of 1 over the data.
 */
import { DataError } from "../../errors.ts";
import { leadingEigen } from "../../linalg/leading-eigen.ts";
import {
  besideEachOther,
  columnMeans,
  columnOf,
  columnRange,
  crossProduct,
  identity,
  type Matrix,
  product,
  scaleColumns,
  scaleRows,
  symmetrised,
  zeros,
} from "../../linalg/matrix.ts";
import * as Elementary from "../../numeric/elementary.ts";
import type { BasisArguments, BasisKind, LearnedBasis } from "./basis.ts";
import { distinctPoints, sampledPoints } from "./distinct-points.ts";
import { shrunk } from "./shrunk.ts";

export interface ThinPlateState {
  /** Means that are taken off the variables. */
  readonly shift: readonly number[];
  /** Points × variables, shifted. */
  readonly points: Matrix;
  readonly order: number;
  /** Coefficients of the radial functions and of the polynomials, per column of the basis. */
  readonly radial: Matrix;
  readonly polynomial: Matrix;
  /** Column means, where the polynomials were left out and the columns are centred instead. */
  readonly centre?: Float64Array;
}

/** Default dimension beyond the polynomials, by number of variables. */
const DEFAULT_DIMENSION = [8, 27, 100];
const MAX_POINTS = 2000;

export const thinPlate: BasisKind<ThinPlateState> = {
  learn: (columns, call) => learn(columns, call, false),
  matrix,
};

/** `ts`: the polynomials get a penalty too, a tenth of the least there is. */
export const shrinkingThinPlate: BasisKind<ThinPlateState> = {
  learn: (columns, call) => learn(columns, call, true),
  matrix,
};

function learn(
  columns: readonly Float64Array[],
  call: BasisArguments,
  shrink: boolean,
): LearnedBasis<ThinPlateState> {
  const d = columns.length;
  const order = orderOf(call, d);
  const dropsPolynomials = call.m !== undefined && call.m.length > 1 && call.m[1] === 0;
  const powers = polynomialPowers(order, d);
  const M = powers.length;
  const k = Math.max(M + 1, call.k ?? M + DEFAULT_DIMENSION[Math.min(d, 3) - 1]!);
  const shift = columns.map((column) => column.reduce((sum, value) => sum + value, 0) / column.length);
  const shifted = columns.map((column, j) => column.map((value) => value - shift[j]!));
  const points = knotsOf(shifted, shift, call) ?? sampledPoints(distinctPoints(shifted), MAX_POINTS);
  if (points.rows < k) {
    throw new DataError(
      `${call.label} needs at least ${k} different values of ${call.variables.join(", ")}, and there are ${points.rows}: ` +
        `choose a smaller k, e.g. k = ${Math.max(M + 1, points.rows)}`,
    );
  }
  const E = radialFunctions(points, points, order);
  const T = polynomials(points, powers);
  // With as many points as columns nothing is truncated, and the points themselves are the coordinates.
  const eigen = points.rows === k ? undefined : leadingEigen(E, k);
  const U = eigen?.vectors ?? identity(k);
  const Z = annihilator(crossProduct(T, U));
  const UZ = product(U, Z);
  const penalised = eigen === undefined ? crossProduct(Z, product(E, Z)) : diagonalForm(Z, eigen.values);
  const state = { shift, points, order, radial: UZ, polynomial: polynomialPart(k, M) };
  const raw = matrix(state, columns);
  const scale = Float64Array.from({ length: k }, (_, j) => {
    const column = columnOf(raw, j);
    return 1 / Math.sqrt(column.reduce((sum, value) => sum + value * value, 0) / column.length);
  });
  const radialScale = scale.subarray(0, k - M);
  const scaled: ThinPlateState = {
    ...state,
    radial: scaleColumns(UZ, radialScale),
    polynomial: scaleColumns(state.polynomial, scale),
  };
  const block = symmetrised(scaleRows(scaleColumns(penalised, radialScale), radialScale));
  const x = scaleColumns(raw, scale);
  if (dropsPolynomials) {
    const kept = columnRange(x, 0, k - M);
    const centre = columnMeans(kept);
    return {
      state: { ...scaled, polynomial: zeros(M, 0), centre },
      x: less(kept, centre),
      penalty: block,
      rank: k - M,
      centred: false,
    };
  }
  const penalty = zeros(k, k);
  for (let j = 0; j < k - M; j++) penalty.values.set(columnOf(block, j), j * k);
  return shrink
    ? { state: scaled, x, penalty: shrunk(penalty, k - M, M, [0.1]), rank: k, centred: true }
    : { state: scaled, x, penalty, rank: k - M, centred: true };
}

function matrix(state: ThinPlateState, columns: readonly Float64Array[]): Matrix {
  const rows = columns[0]!.length;
  const at = zeros(rows, columns.length);
  columns.forEach((column, j) => {
    for (let i = 0; i < rows; i++) at.values[j * rows + i] = column[i]! - state.shift[j]!;
  });
  const radial = product(radialFunctions(at, state.points, state.order), state.radial);
  if (state.centre !== undefined) return less(radial, state.centre);
  const T = polynomials(at, polynomialPowers(state.order, columns.length));
  const M = T.columns;
  return besideEachOther(
    [radial, columnRange(product(T, state.polynomial), state.radial.columns, state.radial.columns + M)],
    rows,
  );
}

function less(x: Matrix, centre: Float64Array): Matrix {
  const values = x.values.slice();
  for (let j = 0; j < x.columns; j++) for (let i = 0; i < x.rows; i++) values[j * x.rows + i]! -= centre[j]!;
  return { ...x, values };
}

/** Order of the derivatives that are penalised: m, or the least with 2m > d + 1. */
function orderOf(call: BasisArguments, d: number): number {
  const asked = call.m?.[0] ?? 0;
  if (2 * asked > d) return asked;
  let order = 1;
  while (2 * order < d + 2) order++;
  return order;
}

/** Exponents of the polynomials of total degree below `order`, those of the first variable running fastest. */
export function polynomialPowers(order: number, d: number): number[][] {
  const all: number[][] = [];
  const visit = (j: number, left: number, powers: readonly number[]): void => {
    if (j < 0) {
      all.push([...powers]);
      return;
    }
    for (let power = 0; power <= left; power++) visit(j - 1, left - power, [power, ...powers]);
  };
  visit(d - 1, order - 1, []);
  return all;
}

function polynomials(at: Matrix, powers: readonly (readonly number[])[]): Matrix {
  const result = zeros(at.rows, powers.length);
  powers.forEach((exponents, column) => {
    const out = columnOf(result, column).fill(1);
    exponents.forEach((exponent, j) => {
      const own = columnOf(at, j);
      for (let times = 0; times < exponent; times++) for (let i = 0; i < at.rows; i++) out[i]! *= own[i]!;
    });
  });
  return result;
}

/**
 * η(r) between the rows of two matrices of points (Duchon 1977; Wood 2003, equation 2) but for a positive constant, which the
 * scaling of columns and penalty removes.
 */
function radialFunctions(a: Matrix, b: Matrix, order: number): Matrix {
  const d = a.columns;
  const even = d % 2 === 0;
  const sign = (even ? order + 1 + d / 2 : order - (d - 1) / 2) % 2 === 0 ? 1 : -1;
  const power = 2 * order - d;
  const result = zeros(a.rows, b.rows);
  const symmetric = a === b;
  for (let j = 0; j < b.rows; j++) {
    for (let i = symmetric ? j + 1 : 0; i < a.rows; i++) {
      let squares = 0;
      for (let c = 0; c < d; c++) {
        const difference = a.values[c * a.rows + i]! - b.values[c * b.rows + j]!;
        squares += difference * difference;
      }
      if (squares === 0) continue;
      const r = Math.sqrt(squares);
      let value = sign;
      for (let times = 0; times < power; times++) value *= r;
      if (even) value *= Elementary.log(r);
      result.values[j * a.rows + i] = value;
      if (symmetric) result.values[i * a.rows + j] = value;
    }
  }
  return result;
}

/**
 * A basis Z of {z : A·z = 0} for a wide matrix A by Householder reflections that leave zeros before the last elements of its
 * rows. Its rotation matters: columns are scaled, and penalties weighed, in these coordinates.
 */
function annihilator(a: Matrix): Matrix {
  const k = a.columns;
  const rows = Array.from({ length: a.rows }, (_, i) =>
    Float64Array.from({ length: k }, (__, j) => a.values[j * a.rows + i]!),
  );
  const reflections: { readonly u: Float64Array; readonly factor: number }[] = [];
  rows.forEach((row, i) => {
    const size = k - i;
    const u = row.slice(0, size);
    const length = Math.sqrt(u.reduce((sum, value) => sum + value * value, 0));
    if (length === 0) return;
    u[size - 1]! += u[size - 1]! < 0 ? -length : length;
    const factor = 2 / u.reduce((sum, value) => sum + value * value, 0);
    reflections.push({ u, factor });
    for (const later of rows.slice(i + 1)) reflect(later, u, factor);
  });
  const result = zeros(k, k - a.rows);
  for (let j = 0; j < result.columns; j++) {
    const column = columnOf(result, j);
    column[j] = 1;
    for (let i = reflections.length - 1; i >= 0; i--)
      reflect(column, reflections[i]!.u, reflections[i]!.factor);
  }
  return result;
}

function reflect(x: Float64Array, u: Float64Array, factor: number): void {
  let projection = 0;
  for (let i = 0; i < u.length; i++) projection += u[i]! * x[i]!;
  projection *= factor;
  for (let i = 0; i < u.length; i++) x[i]! -= projection * u[i]!;
}

/** Zᵀ·diag(D)·Z. */
function diagonalForm(Z: Matrix, D: Float64Array): Matrix {
  return crossProduct(Z, scaleRows(Z, D));
}

function polynomialPart(k: number, M: number): Matrix {
  const result = zeros(M, k);
  for (let j = 0; j < M; j++) result.values[(k - M + j) * M + j] = 1;
  return result;
}

function knotsOf(
  shifted: readonly Float64Array[],
  shift: readonly number[],
  call: BasisArguments,
): Matrix | undefined {
  const given = call.knots;
  if (given === undefined || given.some((column) => column === undefined)) return undefined;
  const rows = given[0]!.length;
  if (given.some((column) => column!.length !== rows)) {
    throw new DataError(`the knots of ${call.label} need as many values for each variable`);
  }
  if (rows > shifted[0]!.length) return undefined;
  return distinctPoints(given.map((column, j) => column!.map((value) => value - shift[j]!)));
}
