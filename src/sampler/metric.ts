/**
 * Euclidean metrics. The inverse metric approximates the posterior covariance; momentum is N(0, inverse⁻¹).
 * Betancourt (2017), "A Conceptual Introduction to Hamiltonian Monte Carlo", section 4.2.
 */
import { lowerCholesky } from "../linalg/lower-cholesky.ts";
import type { Rng } from "../random/rng.ts";

export type MetricKind = "diag" | "dense" | "low-rank";

export interface Metric {
  readonly kind: MetricKind;
  /**
   * The inverse metric as numbers, for `metricOf`: n variances (diag), n × n row-major (dense), or (low-rank) n variances
   * s², k eigenvalues λ and k orthonormal vectors V of length n: diag(s)·(I + V(Λ − I)Vᵀ)·diag(s).
   */
  readonly inverse: Float64Array;
  /** out = inverse × momentum. */
  velocity(momentum: Float64Array, out: Float64Array): void;
  /** out ~ N(0, inverse⁻¹). */
  drawMomentum(rng: Rng, out: Float64Array): void;
}

/**
 * Which kind of metric `length` numbers describe in n dimensions: no two kinds have the same length, except in one
 * dimension, where they are the same.
 */
export function metricKind(length: number, n: number): MetricKind | undefined {
  if (length === n) return "diag";
  if (length === n * n) return "dense";
  return length > n && (length - n) % (n + 1) === 0 ? "low-rank" : undefined;
}

/** The metric with this inverse, which is copied; undefined when it is not finite and positive definite. */
export function metricOf(inverse: Float64Array, n: number): Metric | undefined {
  const kind = metricKind(inverse.length, n);
  if (kind === undefined) return undefined;
  return kind === "diag" ? diagonal(inverse) : kind === "dense" ? dense(inverse, n) : lowRank(inverse, n);
}

export function unitMetric(n: number): Metric {
  return metricOf(new Float64Array(n).fill(1), n)!;
}

function isPositive(values: Float64Array): boolean {
  return values.every((value) => value > 0 && value < Number.POSITIVE_INFINITY);
}

function diagonal(given: Float64Array): Metric | undefined {
  if (!isPositive(given)) return undefined;
  const inverse = given.slice();
  const momentumSd = inverse.map((value) => 1 / Math.sqrt(value));
  return {
    kind: "diag",
    inverse,
    velocity(momentum, out) {
      for (let i = 0; i < out.length; i++) out[i] = inverse[i]! * momentum[i]!;
    },
    drawMomentum(rng, out) {
      for (let i = 0; i < out.length; i++) out[i] = momentumSd[i]! * rng.normal();
    },
  };
}

function dense(given: Float64Array, n: number): Metric | undefined {
  // inverse = L Lᵀ, row-major.
  const factor = lowerCholesky(given, n);
  if (factor === undefined || !factor.every(Number.isFinite)) return undefined;
  const inverse = given.slice();
  return {
    kind: "dense",
    inverse,
    velocity(momentum, out) {
      for (let i = 0, k = 0; i < n; i++) {
        let sum = 0;
        for (let j = 0; j < n; j++, k++) sum += inverse[k]! * momentum[j]!;
        out[i] = sum;
      }
    },
    drawMomentum(rng, out) {
      for (let i = 0; i < n; i++) out[i] = rng.normal();
      // p = L⁻ᵀ z has covariance (L Lᵀ)⁻¹; back substitution by rows of L.
      for (let i = n - 1; i >= 0; i--) {
        const p = (out[i]! /= factor[i * n + i]!);
        for (let j = 0; j < i; j++) out[j]! -= factor[i * n + j]! * p;
      }
    },
  };
}

function lowRank(given: Float64Array, n: number): Metric | undefined {
  const rank = (given.length - n) / (n + 1);
  const inverse = given.slice();
  if (!isPositive(inverse.subarray(0, n + rank))) return undefined;
  const sd = inverse.subarray(0, n).map(Math.sqrt);
  const vectors = inverse.subarray(n + rank);
  if (!vectors.every(Number.isFinite)) return undefined;
  const stretch = inverse.subarray(n, n + rank).map((value) => value - 1);
  const momentumStretch = inverse.subarray(n, n + rank).map((value) => 1 / Math.sqrt(value) - 1);
  /** x ← (I + V diag(by) Vᵀ) x; the vectors are orthogonal, so some after the others is all at once: four to a pass. */
  const deform = (x: Float64Array, by: Float64Array): void => {
    let k = 0;
    for (; k + 3 < rank; k += 4) {
      const v0 = k * n;
      const v1 = v0 + n;
      const v2 = v1 + n;
      const v3 = v2 + n;
      let a0 = 0;
      let a1 = 0;
      let a2 = 0;
      let a3 = 0;
      for (let i = 0; i < n; i++) {
        const value = x[i]!;
        a0 += vectors[v0 + i]! * value;
        a1 += vectors[v1 + i]! * value;
        a2 += vectors[v2 + i]! * value;
        a3 += vectors[v3 + i]! * value;
      }
      a0 *= by[k]!;
      a1 *= by[k + 1]!;
      a2 *= by[k + 2]!;
      a3 *= by[k + 3]!;
      for (let i = 0; i < n; i++) {
        x[i]! +=
          a0 * vectors[v0 + i]! + a1 * vectors[v1 + i]! + a2 * vectors[v2 + i]! + a3 * vectors[v3 + i]!;
      }
    }
    for (; k < rank; k++) {
      const at = k * n;
      let along = 0;
      for (let i = 0; i < n; i++) along += vectors[at + i]! * x[i]!;
      along *= by[k]!;
      for (let i = 0; i < n; i++) x[i]! += along * vectors[at + i]!;
    }
  };
  return {
    kind: "low-rank",
    inverse,
    velocity(momentum, out) {
      for (let i = 0; i < n; i++) out[i] = sd[i]! * momentum[i]!;
      deform(out, stretch);
      for (let i = 0; i < n; i++) out[i]! *= sd[i]!;
    },
    drawMomentum(rng, out) {
      for (let i = 0; i < n; i++) out[i] = rng.normal();
      deform(out, momentumStretch);
      for (let i = 0; i < n; i++) out[i]! /= sd[i]!;
    },
  };
}
