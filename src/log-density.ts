import type { Rng } from "./random/rng.ts";

/**
 * The one contract between models and samplers.
 *
 * Everything that can be sampled is a `LogDensity`: a compiled formula, a hand-written density of a user,
 * a toy in a test. Samplers know nothing else.
 */
export interface LogDensity {
  /** Number of unconstrained coordinates. */
  readonly dimension: number;

  /**
   * Writes ∇log p(q) into `gradient` (length `dimension`) and returns log p(q), known up to a constant.
   *
   * −Infinity means "outside the support" and must be returned, never thrown; the gradient is then undefined.
   * NaN is treated as −Infinity. An implementation allocates nothing per call and may not keep `q` or `gradient`.
   */
  evaluate(q: Float64Array, gradient: Float64Array): number;

  /** What coordinate `i` is called in messages, e.g. `log(sigma)`; absent means `q[i]`. */
  coordinateName?(i: number): string;
}

/**
 * A density together with the map from its unconstrained coordinates to the named quantities a user asked for.
 * The map is separate because it may be dearer than the density and may need randomness (exact conditional draws of
 * parameters that were integrated out).
 */
export interface Posterior {
  readonly density: LogDensity;
  /** Names of the reported quantities in the order of `out`: `b_Intercept`, `sd_Subject__Days`, … */
  readonly names: readonly string[];
  /** Writes the named quantities of one draw into `out` (length `names.length`). */
  constrain(q: Float64Array, rng: Rng, out: Float64Array): void;
  /** Writes the unconstrained coordinates of a reported draw into `q`: `constrain` backwards, where the model can. */
  unconstrain?(draw: Float64Array, q: Float64Array): void;
  /** Suggested centre of the starting points, when the model knows better than the origin. */
  readonly start?: Float64Array;
}
