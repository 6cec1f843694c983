import type { Expression } from "../expressions/expression.ts";
import type { Rng } from "../random/rng.ts";

/**
 * The scale on which a family's kernel takes a distributional parameter. A family picks the scale on which its
 * log density is safe in the tails (`log` for a Poisson mean, `logit` for a probability); the link is composed
 * with it elsewhere (`scaledLink` in links.ts), so that log link + log scale costs nothing and probit + logit
 * scale stays finite at |η| = 700.
 */
export type Scale = "identity" | "log" | "logit";

/** One distributional parameter of a family. */
export interface Dpar {
  readonly name: string;
  /** Permitted links when it is predicted; the first is the default. */
  readonly links: readonly string[];
  readonly scale: Scale;
  /** Natural bounds of the parameter, used when it is not predicted. */
  readonly lower: number;
  readonly upper: number;
  /** Default prior when it is one constant parameter (not for mu): `gamma(0.01, 0.01)`, or "scale" for the half-t of sigma. */
  readonly constantPrior?: string;
  /** Default prior of its intercept when predicted, as brms: `logistic(0, 1)`; absent = student_t(3, 0, 2.5). */
  readonly interceptPrior?: string;
  /** Fixed at this value unless predicted (`disc` = 1). */
  readonly fixed?: number;
}

/** What values a response may take; `check` gives the reason why a value may not, or undefined. */
export interface ResponseSpec {
  /** In words, for messages: "a count (0, 1, 2, …)". */
  readonly description: string;
  /** `numeric`, or `category` for families that take factor levels (1 … K, from a factor or integers). */
  readonly kind: "numeric" | "binary" | "category";
  check(y: number, trials: number): string | undefined;
}

/** Sizes and links that a kernel may depend on. */
export interface KernelContext {
  /** Link name of each dpar; only families without a scale for mu (cumulative) look at it. */
  readonly links: Readonly<Record<string, string>>;
  /** Number of response categories, 0 when there are none. */
  readonly categories: number;
}

/**
 * The log-likelihood of one row.
 *
 * `d` = response data of the row: [y, trials, y2] (trials 1 and y2 NaN when absent; y of a category family is 1 … K).
 * `p` = distributional parameters on their kernel scale in the order of `dpars`, then, for ordinal families,
 * the thresholds.
 * Every function writes all partial derivatives ∂/∂p into `g` (same length as p, or empty where the value is enough) and returns
 * the log value;
 * −Infinity for impossible p (g then undefined). None allocates or throws.
 */
export interface RowKernel {
  /** log f(y | p) without the terms that depend on the data alone. */
  logDensity(d: Float64Array, p: Float64Array, g: Float64Array): number;
  /** Those terms: logDensity + dataTerm is the normalised log density. Absent = 0. */
  dataTerm?(d: Float64Array): number;
  /** log P(Y ≤ y | p); absent = the family cannot be censored. */
  logCdf?(d: Float64Array, p: Float64Array, g: Float64Array): number;
  /** log P(Y > y | p) (brms' right censoring: log complementary cdf). */
  logCcdf?(d: Float64Array, p: Float64Array, g: Float64Array): number;
}

export type Addition = "trials" | "weights" | "se" | "cens";

/** One row's log density as an expression, and those of its tails. */
export interface RowDensity {
  /** log f(y | p), normalised. */
  readonly logDensity: Expression;
  /** log P(Y ≤ y) and log P(Y > y); absent = the family cannot be censored, or its tails are sums (`Family.tails`). */
  readonly logCdf?: Expression;
  readonly logCcdf?: Expression;
}

/** Everything about one response distribution, in brms' parametrisation. */
export interface Family {
  /** brms' name: `negbinomial`, `Gamma`. */
  readonly name: string;
  /** Other accepted spellings. */
  readonly aliases?: readonly string[];
  readonly response: ResponseSpec;
  /** `mu` first. */
  readonly dpars: readonly Dpar[];
  /** Addition terms that it takes besides `weights`. */
  readonly additions: readonly Addition[];
  /**
   * Ordinal families: K − 1 thresholds take the place of the intercept of mu; increasing (`ordered`) or any (`free`).
   * Their kernels take the linear predictor of mu as it is: the link of mu is the distribution function inside.
   */
  readonly thresholds?: "ordered" | "free";
  /** True when the default prior scale looks at log(y) (lognormal). */
  readonly logScale?: boolean;
  /** One row's log density as an expression, and those of its tails. */
  density(context: KernelContext): RowDensity;
  /** Distribution functions by summing probabilities, of counts that end at `trials` or nowhere. */
  readonly tails?: "trials" | "none";
  /** What follows from `density` for one row at a time. */
  kernel(context: KernelContext): RowKernel;
  /** A random response; `p` on the NATURAL scale (then thresholds); trials from d. */
  sample(rng: Rng, d: Float64Array, p: Float64Array, context: KernelContext): number;
  /** E(Y | p), `p` on the NATURAL scale; for category families the mean of the category numbers. */
  mean(d: Float64Array, p: Float64Array, context: KernelContext): number;
  /** Category probabilities into `out` (length K); category families only. */
  probabilities?(p: Float64Array, context: KernelContext, out: Float64Array): void;
}
