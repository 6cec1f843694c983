import type { Quantity } from "./quantities/quantity.ts";
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

/** A choice of coordinates as plain data that a chain can keep: arrays by name, for every part of the posterior that has a choice. */
export type Coordinates = readonly (Readonly<
  Record<string, Uint8Array | Int32Array | Float64Array>
> | null)[];

/** What a warm-up knows of a posterior after some draws. */
export interface Seen {
  /** A draw. */
  readonly position: Float64Array;
  /** Variances of the coordinates, as their gradients tell them. */
  readonly variances: Float64Array;
  /** Means and variances of the latest draws. */
  readonly means: Float64Array;
  readonly spread: Float64Array;
}

/** The coordinates that a posterior offers once some of it has been seen. */
export interface CoordinateChoice {
  /**
   * Coordinates that can be had before anything is seen, from a starting point in the posterior's own; with a point in them that
   * is typical of the posterior. Undefined when there are none.
   */
  begin?(position: Float64Array, rng: Rng): { coordinates: Coordinates; position: Float64Array } | undefined;
  /** What suits the posterior better; undefined when nothing does. A posterior in chosen coordinates may revise the choice. */
  choose(seen: Seen): Coordinates | undefined;
  /** The posterior in those coordinates: names and `constrain` mean the same. */
  apply(coordinates: Coordinates): Posterior;
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
  /** What they are, in the same order: `names` are the names of their elements. Absent: nothing but the names is known. */
  readonly quantities?: readonly Quantity[];
  /** Writes the named quantities of one draw into `out` (length `names.length`). */
  constrain(q: Float64Array, rng: Rng, out: Float64Array): void;
  /** Writes the unconstrained coordinates of a reported draw into `q`: `constrain` backwards, where the model can. */
  unconstrain?(draw: Float64Array, q: Float64Array): void;
  /**
   * Logarithm of ∂(the model's own coordinates)/∂(these), up to a constant, where they differ. Draws report the log density
   * of the model's own coordinates, so that chains with different ones can be compared.
   */
  logJacobian?(q: Float64Array): number;
  /** Which coordinates are about standard normal, whatever was seen of them in other coordinates. */
  readonly standardised?: Int32Array;
  /** Other coordinates of the same posterior, where there is a choice. */
  readonly coordinates?: CoordinateChoice;
  /** Suggested centre of the starting points, when the model knows better than the origin. */
  readonly start?: Float64Array;
}
