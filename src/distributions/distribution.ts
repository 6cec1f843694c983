import type { Rng } from "../random/rng.ts";

/** Domain of a distribution's argument, checked when a prior is parsed. */
export type ArgumentDomain = "real" | "positive" | "nonnegative" | "probability";

export interface DistributionArgument {
  readonly name: string;
  readonly domain: ArgumentDomain;
}

/**
 * A univariate continuous distribution, named and parametrised as in Stan. Pure maths: no graph, no model.
 * `p` holds the arguments in order. All functions allocate nothing.
 */
export interface Distribution {
  /** Stan's name, as written in a prior: `student_t`. */
  readonly name: string;
  readonly arguments: readonly DistributionArgument[];
  /** Natural support; `between` means [p[0], p[1]] (uniform). */
  readonly support: "real" | "positive" | "unit" | "between";
  /** Arguments that are individually in their domain but impossible together (uniform(3, 1)): the reason, or undefined. */
  check?(p: ArrayLike<number>): string | undefined;
  /** Normalised log density; −Infinity outside the support. */
  logDensity(x: number, p: ArrayLike<number>): number;
  /** Writes ∂/∂x, ∂/∂p[0], ∂/∂p[1], … of the log density into `out` and returns the log density. */
  gradient(x: number, p: ArrayLike<number>, out: Float64Array): number;
  /** Distribution function; used for the constant of a truncated prior. */
  cdf(x: number, p: ArrayLike<number>): number;
  sample(rng: Rng, p: ArrayLike<number>): number;
  /** Mean, NaN where it does not exist. */
  mean(p: ArrayLike<number>): number;
  /** Standard deviation, NaN or Infinity where it does not exist. */
  sd(p: ArrayLike<number>): number;
}
