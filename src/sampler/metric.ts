/**
 * Euclidean metrics. The inverse metric approximates the posterior covariance; momentum is N(0, inverse⁻¹).
 * Betancourt (2017), "A Conceptual Introduction to Hamiltonian Monte Carlo", section 4.2.
 */
import { lowerCholesky } from "../linalg/lower-cholesky.ts";
import type { Rng } from "../random/rng.ts";

export interface Metric {
  readonly kind: "diag" | "dense";
  /** Diagonal of the inverse metric, or all of it row-major. */
  readonly inverse: Float64Array;
  /** Takes over a new inverse metric; false, and nothing changed, when it is not finite and positive definite. */
  update(inverse: Float64Array): boolean;
  /** out = inverse × momentum. */
  velocity(momentum: Float64Array, out: Float64Array): void;
  /** out ~ N(0, inverse⁻¹). */
  drawMomentum(rng: Rng, out: Float64Array): void;
}

export function createMetric(kind: "diag" | "dense", dimension: number): Metric {
  return kind === "diag" ? new DiagonalMetric(dimension) : new DenseMetric(dimension);
}

class DiagonalMetric implements Metric {
  readonly kind = "diag";
  readonly inverse: Float64Array;
  readonly #momentumSd: Float64Array;

  constructor(dimension: number) {
    this.inverse = new Float64Array(dimension).fill(1);
    this.#momentumSd = new Float64Array(dimension).fill(1);
  }

  update(inverse: Float64Array): boolean {
    for (const v of inverse) if (!(v > 0 && v < Number.POSITIVE_INFINITY)) return false;
    this.inverse.set(inverse);
    for (let i = 0; i < inverse.length; i++) this.#momentumSd[i] = 1 / Math.sqrt(inverse[i]!);
    return true;
  }

  velocity(momentum: Float64Array, out: Float64Array): void {
    const inverse = this.inverse;
    for (let i = 0; i < out.length; i++) out[i] = inverse[i]! * momentum[i]!;
  }

  drawMomentum(rng: Rng, out: Float64Array): void {
    const sd = this.#momentumSd;
    for (let i = 0; i < out.length; i++) out[i] = sd[i]! * rng.normal();
  }
}

class DenseMetric implements Metric {
  readonly kind = "dense";
  readonly inverse: Float64Array;
  readonly #dimension: number;
  /** Lower factor L of inverse = L Lᵀ, row-major. */
  #factor: Float64Array;

  constructor(dimension: number) {
    this.#dimension = dimension;
    this.inverse = new Float64Array(dimension * dimension);
    for (let i = 0; i < dimension; i++) this.inverse[i * dimension + i] = 1;
    this.#factor = this.inverse.slice();
  }

  update(inverse: Float64Array): boolean {
    const factor = lowerCholesky(inverse, this.#dimension);
    if (factor === undefined) return false;
    this.inverse.set(inverse);
    this.#factor = factor;
    return true;
  }

  velocity(momentum: Float64Array, out: Float64Array): void {
    const inverse = this.inverse;
    const n = this.#dimension;
    for (let i = 0, k = 0; i < n; i++) {
      let sum = 0;
      for (let j = 0; j < n; j++, k++) sum += inverse[k]! * momentum[j]!;
      out[i] = sum;
    }
  }

  drawMomentum(rng: Rng, out: Float64Array): void {
    const factor = this.#factor;
    const n = this.#dimension;
    for (let i = 0; i < n; i++) out[i] = rng.normal();
    // p = L⁻ᵀ z has covariance (L Lᵀ)⁻¹; back substitution by rows of L.
    for (let i = n - 1; i >= 0; i--) {
      const p = (out[i]! /= factor[i * n + i]!);
      for (let j = 0; j < i; j++) out[j]! -= factor[i * n + j]! * p;
    }
  }
}
