/**
 * Cubic regression splines by their values at the knots (Wood 2017, Generalized Additive Models, section 5.3.1): natural splines
 * (`cr`), with a penalty on the straight line too (`cs`), and cyclic ones (`cc`). With h the distances of knots, second
 * derivatives at the knots are F·β with F = B⁻¹D, and the penalty ∫f″² is Dᵀ·B⁻¹·D.
 */
import { DataError } from "../../errors.ts";
import { columnOf, crossProduct, type Matrix, product, symmetrised, zeros } from "../../linalg/matrix.ts";
import { positiveInverse } from "../../linalg/small-matrices.ts";
import { quantileSorted } from "../../numeric/quantile.ts";
import type { BasisArguments, BasisKind, LearnedBasis } from "./basis.ts";
import { shrunk } from "./shrunk.ts";

export interface CubicState {
  readonly knots: Float64Array;
  /** Second derivatives at the knots per coefficient. */
  readonly curvature: Matrix;
  readonly cyclic: boolean;
}

const DEFAULT_DIMENSION = 10;

export const cubic: BasisKind<CubicState> = {
  learn: (columns, call) => learnNatural(columns, call, false),
  matrix,
};

/** `cs` */
export const shrinkingCubic: BasisKind<CubicState> = {
  learn: (columns, call) => learnNatural(columns, call, true),
  matrix,
};

/** `cc`: the first and the last knot are the same point. */
export const cyclicCubic: BasisKind<CubicState> = { learn: learnCyclic, matrix };

function learnNatural(
  columns: readonly Float64Array[],
  call: BasisArguments,
  shrink: boolean,
): LearnedBasis<CubicState> {
  const k = Math.max(3, call.k ?? DEFAULT_DIMENSION);
  const values = distinctValues(oneVariable(columns, call));
  needValues(values, k, call);
  const given = call.knots?.[0];
  if (given !== undefined && given.length !== k) {
    throw new DataError(`${call.label} has k = ${k} and needs ${k} knots, not ${given.length}`);
  }
  const knots =
    given === undefined
      ? Float64Array.from({ length: k }, (_, j) => quantileSorted(values, j / (k - 1)))
      : given.slice().sort();
  const h = differences(knots);
  const B = zeros(k - 2, k - 2);
  const D = zeros(k - 2, k);
  for (let i = 0; i < k - 2; i++) {
    B.values[i * (k - 2) + i] = (h[i]! + h[i + 1]!) / 3;
    if (i + 1 < k - 2) {
      B.values[i * (k - 2) + i + 1] = h[i + 1]! / 6;
      B.values[(i + 1) * (k - 2) + i] = h[i + 1]! / 6;
    }
    D.values[i * (k - 2) + i] = 1 / h[i]!;
    D.values[(i + 1) * (k - 2) + i] = -1 / h[i]! - 1 / h[i + 1]!;
    D.values[(i + 2) * (k - 2) + i] = 1 / h[i + 1]!;
  }
  const inner = product(inverse(B), D);
  const curvature = zeros(k, k);
  for (let j = 0; j < k; j++) curvature.values.set(columnOf(inner, j), j * k + 1);
  const state = { knots, curvature, cyclic: false };
  const penalty = symmetrised(crossProduct(D, inner));
  const x = matrix(state, columns);
  return shrink
    ? { state, x, penalty: shrunk(penalty, k - 2, 2, [0.1, 0.1]), rank: k, centred: true }
    : { state, x, penalty, rank: k - 2, centred: true };
}

function learnCyclic(columns: readonly Float64Array[], call: BasisArguments): LearnedBasis<CubicState> {
  const k = Math.max(4, call.k ?? DEFAULT_DIMENSION);
  const knots = cyclicKnots(oneVariable(columns, call), k, call);
  const h = differences(knots);
  const n = k - 1;
  const B = zeros(n, n);
  const D = zeros(n, n);
  for (let i = 0; i < n; i++) {
    const before = (i + n - 1) % n;
    B.values[i * n + i]! += (h[before]! + h[i]!) / 3;
    B.values[before * n + i]! += h[before]! / 6;
    B.values[((i + 1) % n) * n + i]! += h[i]! / 6;
    D.values[i * n + i]! -= 1 / h[before]! + 1 / h[i]!;
    D.values[before * n + i]! += 1 / h[before]!;
    D.values[((i + 1) % n) * n + i]! += 1 / h[i]!;
  }
  const curvature = product(inverse(B), D);
  const state = { knots, curvature, cyclic: true };
  return {
    state,
    x: matrix(state, columns),
    penalty: symmetrised(crossProduct(D, curvature)),
    rank: n - 1,
    centred: true,
  };
}

/** Knots of a cyclic basis: given, or two ends given, or evenly through the distinct values. */
export function cyclicKnots(x: Float64Array, k: number, call: BasisArguments): Float64Array {
  const given = call.knots?.[0];
  if (given !== undefined && given.length === k) return given.slice().sort();
  if (given !== undefined && given.length !== 2) {
    throw new DataError(
      `${call.label} has k = ${k} and needs ${k} knots, or the 2 ends of its period, not ${given.length}`,
    );
  }
  const values = distinctValues(given === undefined ? x : Float64Array.from([...given, ...x]));
  needValues(values, k, call);
  return Float64Array.from({ length: k }, (_, j) => quantileSorted(values, j / (k - 1)));
}

function matrix({ knots, curvature, cyclic }: CubicState, columns: readonly Float64Array[]): Matrix {
  const x = columns[0]!;
  const k = knots.length;
  const count = curvature.columns;
  const result = zeros(x.length, count);
  const first = knots[0]!;
  const last = knots[k - 1]!;
  // Weights of the values, and of the second derivatives, at both ends of the interval that a point lies in.
  const add = (row: number, at: number, value: number, second: number): void => {
    const own = at % count;
    result.values[own * x.length + row]! += value;
    if (second === 0) return;
    for (let j = 0; j < count; j++)
      result.values[j * x.length + row]! += second * curvature.values[j * count + own]!;
  };
  for (let row = 0; row < x.length; row++) {
    let at = x[row]!;
    if (cyclic) at = wrapped(at, first, last);
    if (at < first || at > last) {
      // Natural splines go on as straight lines.
      const [own, next, edge] = at < first ? [0, 1, 0] : [k - 2, k - 1, k - 1];
      const h = knots[next]! - knots[own]!;
      const step = at - knots[edge]!;
      add(row, own, -step / h, edge === 0 ? (-step * h) / 3 : (step * h) / 6);
      add(row, next, step / h, edge === 0 ? (-step * h) / 6 : (step * h) / 3);
      add(row, edge, 1, 0);
      continue;
    }
    let j = 0;
    while (j < k - 2 && at > knots[j + 1]!) j++;
    const h = knots[j + 1]! - knots[j]!;
    const left = knots[j + 1]! - at;
    const right = at - knots[j]!;
    add(row, j, left / h, (left * left * left) / (6 * h) - (h * left) / 6);
    add(row, j + 1, right / h, (right * right * right) / (6 * h) - (h * right) / 6);
  }
  return result;
}

/** x moved by whole periods into [first, last]. */
export function wrapped(x: number, first: number, last: number): number {
  const period = last - first;
  if (x < first) return last - ((first - x) % period);
  return x > last ? first + ((x - last) % period) : x;
}

export function distinctValues(x: Float64Array): Float64Array {
  return Float64Array.from(new Set(x)).sort();
}

export function oneVariable(columns: readonly Float64Array[], call: BasisArguments): Float64Array {
  if (columns.length !== 1) {
    throw new DataError(
      `${call.label} has ${columns.length} variables, but this basis is of one: use bs = "tp", or t2() with one basis per variable`,
    );
  }
  return columns[0]!;
}

function needValues(values: Float64Array, k: number, call: BasisArguments): void {
  if (values.length >= k) return;
  throw new DataError(
    `${call.label} has ${k} knots, and ${call.variables[0]} only ${values.length} different values: choose a smaller k`,
  );
}

function differences(knots: Float64Array): Float64Array {
  return Float64Array.from({ length: knots.length - 1 }, (_, i) => knots[i + 1]! - knots[i]!);
}

function inverse(b: Matrix): Matrix {
  const values = positiveInverse(b.values, b.rows);
  if (values === undefined) throw new DataError("two knots of a cubic spline are the same");
  return { ...b, values };
}
