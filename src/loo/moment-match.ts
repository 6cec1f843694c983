/**
 * Implicitly adaptive importance sampling: draws are moved by affine maps until their leave-one-out weights have a tail that can
 * be trusted. Paananen, Piironen, Bürkner & Vehtari (2021), "Implicitly adaptive importance sampling", Statistics and Computing 31.
 */

import { lowerCholesky } from "../linalg/lower-cholesky.ts";
import * as Elementary from "../numeric/elementary.ts";
import { logSumExp } from "./pointwise.ts";
import { smoothTail } from "./psis.ts";

export interface MomentMatchTarget {
  /** draws × dimension, unconstrained, row-major. */
  readonly draws: Float64Array;
  readonly dimension: number;
  /** Log posterior of each row, up to a constant. */
  logPosterior(rows: Float64Array): Float64Array;
  /** Log-likelihood of the observation for each row. */
  logLikelihood(rows: Float64Array): Float64Array;
}

export interface MomentMatched {
  readonly elpd: number;
  readonly k: number;
  /** Normalised log weights and log-likelihoods of the moved draws. */
  readonly logWeights: Float64Array;
  readonly logLikelihoods: Float64Array;
}

const MOST_ROUNDS = 30;

/** One observation; stops when k is at most `threshold` or no map lowers it. */
export function momentMatch(target: MomentMatchTarget, threshold: number): MomentMatched {
  const { dimension: d, draws } = target;
  const s = draws.length / d;
  const original = target.logPosterior(draws);
  let current = weigh(target, draws, original);
  const map = identityMap(d);
  for (let round = 0; round < MOST_ROUNDS && current.k > threshold; round++) {
    const weights = current.logWeights.map(Elementary.exp);
    const better = [shiftMap, scaleMap, covarianceMap]
      .map((make) => make(current.rows, weights, d))
      .map((step) =>
        step === undefined
          ? undefined
          : { step, state: weigh(target, applyMap(step, current.rows, d), original) },
      )
      .find((candidate) => candidate !== undefined && candidate.state.k < current.k);
    if (better === undefined) break;
    current = better.state;
    compose(map, better.step, d);
  }
  const final = map.changed ? split(target, map, s, d) : current;
  const weighted = final.logLikelihoods.map((ll, i) => ll + final.logWeights[i]!);
  return {
    elpd: logSumExp(weighted),
    k: current.k,
    logWeights: final.logWeights,
    logLikelihoods: final.logLikelihoods,
  };
}

interface Weighed {
  readonly rows: Float64Array;
  readonly logLikelihoods: Float64Array;
  readonly logWeights: Float64Array;
  readonly k: number;
}

function weigh(target: MomentMatchTarget, rows: Float64Array, original: Float64Array): Weighed {
  const logLikelihoods = target.logLikelihood(rows);
  const moved = target.logPosterior(rows);
  const ratios = moved.map((value, i) => finite(value - logLikelihoods[i]! - original[i]!));
  const k = smoothTail(ratios, 1);
  return { rows, logLikelihoods, logWeights: normalised(ratios), k };
}

/**
 * Half of the draws moved, half as they were, weighted as draws from the mixture of both: the move need not cover what the
 * original draws covered (section 3.3).
 */
function split(target: MomentMatchTarget, map: AffineMap, s: number, d: number): Weighed {
  const half = Math.floor(s / 2);
  const moved = applyMap(map, target.draws, d);
  const rows = target.draws.slice();
  rows.set(moved.subarray(0, half * d));
  const inverse = applyInverse(map, rows, d);
  const posterior = target.logPosterior(rows);
  const backwards = target.logPosterior(inverse);
  const logLikelihoods = target.logLikelihood(rows);
  const logDeterminant = logDeterminantOf(map, d);
  const ratios = posterior.map((value, i) => {
    const a = value;
    const b = backwards[i]! - logDeterminant;
    const most = Math.max(a, b);
    return finite(
      value -
        logLikelihoods[i]! -
        (most + Elementary.log(Elementary.exp(a - most) + Elementary.exp(b - most))),
    );
  });
  const k = smoothTail(ratios, 1);
  return { rows, logLikelihoods, logWeights: normalised(ratios), k };
}

const finite = (value: number): number => (Number.isNaN(value) ? Number.NEGATIVE_INFINITY : value);

function normalised(logWeights: Float64Array): Float64Array {
  const total = logSumExp(logWeights);
  return logWeights.map((value) => value - total);
}

/** x ↦ A x + b; A row-major. */
interface AffineMap {
  readonly a: Float64Array;
  readonly b: Float64Array;
  changed: boolean;
}

function identityMap(d: number): AffineMap {
  const a = new Float64Array(d * d);
  for (let i = 0; i < d; i++) a[i * d + i] = 1;
  return { a, b: new Float64Array(d), changed: false };
}

function means(rows: Float64Array, weights: Float64Array | undefined, d: number): Float64Array {
  const s = rows.length / d;
  const out = new Float64Array(d);
  for (let r = 0; r < s; r++) {
    const w = weights?.[r] ?? 1 / s;
    for (let i = 0; i < d; i++) out[i]! += w * rows[r * d + i]!;
  }
  return out;
}

function shiftMap(rows: Float64Array, weights: Float64Array, d: number): AffineMap {
  const from = means(rows, undefined, d);
  const to = means(rows, weights, d);
  const map = identityMap(d);
  for (let i = 0; i < d; i++) map.b[i] = to[i]! - from[i]!;
  return map;
}

function scaleMap(rows: Float64Array, weights: Float64Array, d: number): AffineMap {
  const from = means(rows, undefined, d);
  const to = means(rows, weights, d);
  const before = covariance(rows, undefined, from, d);
  const after = covariance(rows, weights, to, d);
  const map = identityMap(d);
  for (let i = 0; i < d; i++) {
    map.a[i * d + i] = Math.sqrt(after[i * d + i]! / before[i * d + i]!);
    map.b[i] = to[i]! - map.a[i * d + i]! * from[i]!;
  }
  return map;
}

function covarianceMap(rows: Float64Array, weights: Float64Array, d: number): AffineMap | undefined {
  if (rows.length / d < 10 * d) return undefined;
  const from = means(rows, undefined, d);
  const to = means(rows, weights, d);
  const before = lowerCholesky(covariance(rows, undefined, from, d), d);
  const after = lowerCholesky(covariance(rows, weights, to, d), d);
  if (before === undefined || after === undefined) return undefined;
  // A = L_after L_before⁻¹, row by row from A L_before = L_after.
  const map = identityMap(d);
  for (let i = 0; i < d; i++) {
    for (let j = d - 1; j >= 0; j--) {
      let rest = after[i * d + j]!;
      for (let k = j + 1; k < d; k++) rest -= map.a[i * d + k]! * before[k * d + j]!;
      map.a[i * d + j] = rest / before[j * d + j]!;
    }
  }
  for (let i = 0; i < d; i++) {
    map.b[i] = to[i]!;
    for (let j = 0; j < d; j++) map.b[i]! -= map.a[i * d + j]! * from[j]!;
  }
  return map;
}

function covariance(
  rows: Float64Array,
  weights: Float64Array | undefined,
  centre: Float64Array,
  d: number,
): Float64Array {
  const s = rows.length / d;
  const out = new Float64Array(d * d);
  for (let r = 0; r < s; r++) {
    const w = weights?.[r] ?? 1 / s;
    if (w === 0) continue;
    for (let i = 0; i < d; i++) {
      const x = w * (rows[r * d + i]! - centre[i]!);
      for (let j = 0; j <= i; j++) out[i * d + j]! += x * (rows[r * d + j]! - centre[j]!);
    }
  }
  return out;
}

function applyMap({ a, b }: AffineMap, rows: Float64Array, d: number): Float64Array {
  const out = new Float64Array(rows.length);
  for (let at = 0; at < rows.length; at += d) {
    for (let i = 0; i < d; i++) {
      let sum = b[i]!;
      for (let j = 0; j < d; j++) sum += a[i * d + j]! * rows[at + j]!;
      out[at + i] = sum;
    }
  }
  return out;
}

/** A is lower triangular: products of shifts, scalings and quotients of Cholesky factors are. */
function applyInverse({ a, b }: AffineMap, rows: Float64Array, d: number): Float64Array {
  const out = new Float64Array(rows.length);
  for (let at = 0; at < rows.length; at += d) {
    for (let i = 0; i < d; i++) {
      let rest = rows[at + i]! - b[i]!;
      for (let j = 0; j < i; j++) rest -= a[i * d + j]! * out[at + j]!;
      out[at + i] = rest / a[i * d + i]!;
    }
  }
  return out;
}

function logDeterminantOf({ a }: AffineMap, d: number): number {
  let sum = 0;
  for (let i = 0; i < d; i++) sum += Elementary.log(Math.abs(a[i * d + i]!));
  return sum;
}

/** `map` becomes step ∘ map. */
function compose(map: AffineMap, step: AffineMap, d: number): void {
  const a = new Float64Array(d * d);
  const b = step.b.slice();
  for (let i = 0; i < d; i++) {
    for (let k = 0; k < d; k++) {
      const own = step.a[i * d + k]!;
      if (own === 0) continue;
      b[i]! += own * map.b[k]!;
      for (let j = 0; j < d; j++) a[i * d + j]! += own * map.a[k * d + j]!;
    }
  }
  map.a.set(a);
  map.b.set(b);
  map.changed = true;
}
