/**
 * P-splines (Eilers & Marx 1996, Stat. Sci. 11: 89–121): B-splines on equidistant knots with a penalty on differences of
 * neighbouring coefficients. m[0] + 1 is the degree, m[1] the order of differences. `cp` joins both ends.
 */
import { DataError } from "../../errors.ts";
import { crossProduct, identity, type Matrix, zeros } from "../../linalg/matrix.ts";
import type { BasisArguments, BasisKind, LearnedBasis } from "./basis.ts";
import { distinctValues, oneVariable, wrapped } from "./cubic.ts";

export interface PSplineState {
  readonly knots: Float64Array;
  /** Degree + 1. */
  readonly order: number;
  readonly cyclic: boolean;
}

export const pSpline: BasisKind<PSplineState> = { learn, matrix };
export const cyclicPSpline: BasisKind<PSplineState> = { learn: learnCyclic, matrix };

/** The range is widened by this share at both ends, so that no point is on the last knot. */
const MARGIN = 0.001;

function learn(columns: readonly Float64Array[], call: BasisArguments): LearnedBasis<PSplineState> {
  const [m0, m1] = orders(call);
  const k = call.k ?? Math.max(10, m0 + 1);
  const inner = k - m0;
  if (inner <= 1)
    throw new DataError(`${call.label} needs a larger k: at least ${m0 + 2} for splines of degree ${m0 + 1}`);
  const x = oneVariable(columns, call);
  const given = call.knots?.[0];
  const total = inner + 2 * m0 + 2;
  let knots: Float64Array;
  if (given !== undefined && given.length !== 2) {
    if (given.length !== total)
      throw new DataError(`${call.label} needs ${total} knots, not ${given.length}`);
    knots = given;
  } else {
    const [low, high] = rangeOf(x, given, call);
    const margin = (high - low) * MARGIN;
    const start = low - margin;
    const step = (high + margin - start) / (inner - 1);
    const first = start - step * (m0 + 1);
    const last = high + margin + step * (m0 + 1);
    knots = Float64Array.from({ length: total }, (_, j) => first + (j * (last - first)) / (total - 1));
  }
  const state = { knots, order: m0 + 2, cyclic: false };
  const D = differenceMatrix(k, m1);
  return { state, x: matrix(state, columns), penalty: crossProduct(D, D), rank: k - m1, centred: true };
}

function learnCyclic(columns: readonly Float64Array[], call: BasisArguments): LearnedBasis<PSplineState> {
  const [m0, m1] = orders(call);
  const k = call.k ?? Math.max(10, m0);
  if (k <= m0 + 1) throw new DataError(`${call.label} needs a larger k: at least ${m0 + 2}`);
  const x = oneVariable(columns, call);
  const given = call.knots?.[0];
  let knots: Float64Array;
  if (given !== undefined && given.length !== 2) {
    if (given.length !== k + 1)
      throw new DataError(`${call.label} needs ${k + 1} knots, not ${given.length}`);
    knots = given.slice().sort();
  } else {
    const [low, high] = rangeOf(x, given, call);
    knots = Float64Array.from({ length: k + 1 }, (_, j) => low + (j * (high - low)) / k);
  }
  const state = { knots, order: m0 + 2, cyclic: true };
  // Differences around the circle.
  let D = identity(k);
  for (let times = 0; times < m1; times++) {
    const next = zeros(k, k);
    for (let j = 0; j < k; j++) {
      for (let i = 0; i < k; i++) {
        next.values[j * k + i] = D.values[j * k + ((i + 1) % k)]! - D.values[j * k + i]!;
      }
    }
    D = next;
  }
  return { state, x: matrix(state, columns), penalty: crossProduct(D, D), rank: k - 1, centred: true };
}

function orders({ m, label }: BasisArguments): [number, number] {
  if (m === undefined) return [2, 2];
  const found: [number, number] = m.length === 1 ? [m[0]!, m[0]!] : [m[0]!, m[1]!];
  if (found.some((value) => !Number.isInteger(value) || value < 0)) {
    throw new DataError(
      `m of ${label} must be whole numbers, not negative: m = c(2, 2) is cubic splines with second differences`,
    );
  }
  return found;
}

function rangeOf(x: Float64Array, given: Float64Array | undefined, call: BasisArguments): [number, number] {
  const values = distinctValues(x);
  if (values.length < 2)
    throw new DataError(`${call.label} needs at least two different values of ${call.variables[0]}`);
  const low = values[0]!;
  const high = values[values.length - 1]!;
  if (given === undefined) return [low, high];
  const from = Math.min(given[0]!, given[1]!);
  const to = Math.max(given[0]!, given[1]!);
  if (from > low || to < high) {
    throw new DataError(
      `the knots ${from} and ${to} of ${call.label} do not enclose ${call.variables[0]}, which goes from ${low} to ${high}`,
    );
  }
  return [from, to];
}

/** Rows of differences of order m of k coefficients. */
function differenceMatrix(k: number, m: number): Matrix {
  let D = identity(k);
  for (let times = 0; times < m; times++) {
    const next = zeros(D.rows - 1, k);
    for (let j = 0; j < k; j++) {
      for (let i = 0; i < next.rows; i++) {
        next.values[j * next.rows + i] = D.values[j * D.rows + i + 1]! - D.values[j * D.rows + i]!;
      }
    }
    D = next;
  }
  return D;
}

function matrix({ knots, order, cyclic }: PSplineState, columns: readonly Float64Array[]): Matrix {
  const x = columns[0]!;
  if (cyclic) return cyclicMatrix(knots, order, x);
  const result = zeros(x.length, knots.length - order);
  // Between these all functions of a point are there; beyond, a spline goes on as a straight line.
  const low = knots[order - 1]!;
  const high = knots[knots.length - order]!;
  for (let row = 0; row < x.length; row++) {
    const at = Math.min(high, Math.max(low, x[row]!));
    const interval = intervalOf(knots, order, at);
    const values = bSplines(knots, order, interval, at);
    const slopes = at === x[row] ? undefined : bSplineSlopes(knots, order, interval, at);
    for (let j = 0; j < order; j++) {
      result.values[(interval - order + 1 + j) * x.length + row] =
        values[j]! + (slopes === undefined ? 0 : (x[row]! - at) * slopes[j]!);
    }
  }
  return result;
}

/** Splines on the periodic continuation of the knots; those a period apart are the same one. */
function cyclicMatrix(knots: Float64Array, order: number, x: Float64Array): Matrix {
  const k = knots.length - 1;
  const period = knots[k]! - knots[0]!;
  const continued = Float64Array.from({ length: k + 2 * order - 1 }, (_, j) => {
    const at = j - (order - 1);
    return at < 0 ? knots[k + at]! - period : at > k ? knots[at - k]! + period : knots[at]!;
  });
  const result = zeros(x.length, k);
  for (let row = 0; row < x.length; row++) {
    const at = wrapped(x[row]!, knots[0]!, knots[k]!);
    const interval = intervalOf(continued, order, at);
    bSplines(continued, order, interval, at).forEach((value, j) => {
      result.values[((interval - order + 1 + j) % k) * x.length + row]! += value;
    });
  }
  return result;
}

/** The interval of knots that x lies in, among those where all splines are there. */
function intervalOf(knots: Float64Array, order: number, x: number): number {
  let interval = order - 1;
  while (interval < knots.length - order - 1 && x >= knots[interval + 1]!) interval++;
  return interval;
}

/** The `order` B-splines that are not zero in an interval, at x, by the recurrence of Cox and de Boor (de Boor 1978, p. 134). */
function bSplines(knots: Float64Array, order: number, interval: number, x: number): Float64Array {
  const values = new Float64Array(order);
  values[0] = 1;
  for (let size = 1; size < order; size++) {
    let saved = 0;
    for (let j = 0; j < size; j++) {
      const right = knots[interval + j + 1]!;
      const left = knots[interval + j + 1 - size]!;
      const share = values[j]! / (right - left);
      values[j] = saved + (right - x) * share;
      saved = (x - left) * share;
    }
    values[size] = saved;
  }
  return values;
}

/** Their derivatives: differences of the splines of one order less. */
function bSplineSlopes(knots: Float64Array, order: number, interval: number, x: number): Float64Array {
  const lower = bSplines(knots, order - 1, interval, x);
  const from = interval - order + 1;
  return Float64Array.from({ length: order }, (_, j) => {
    const own = j === 0 ? 0 : lower[j - 1]! / (knots[from + j + order - 1]! - knots[from + j]!);
    const next = j === order - 1 ? 0 : lower[j]! / (knots[from + j + order]! - knots[from + j + 1]!);
    return (order - 1) * (own - next);
  });
}
