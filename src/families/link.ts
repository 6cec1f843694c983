/**
 * A link η = g(μ) with everything that is asked of it. μ is the natural parameter, η the linear predictor.
 *
 * Outside a link's domain (log of a negative mean) functions return NaN, which kernels turn into a log density of
 * −Infinity; they never return a number that merely looks right.
 */
export interface Link {
  readonly name: string;
  /** η = g(μ). */
  link(mu: number): number;
  /** μ = g⁻¹(η). */
  inverse(eta: number): number;
  /** dμ/dη. */
  derivative(eta: number): number;
  /** log μ and its derivative in η, also where μ itself has under- or overflowed. */
  logInverse(eta: number): number;
  logInverseDerivative(eta: number): number;
  /** logit μ and its derivative in η. */
  logitInverse(eta: number): number;
  logitInverseDerivative(eta: number): number;
  /** The inverse link seen as a distribution function: links of probabilities only. */
  readonly cdf?: LinkCdf;
}

/**
 * A distribution function F on the real line in logarithms, accurate in both tails.
 * Threshold families (cumulative, sratio, …) are built from it.
 */
export interface LinkCdf {
  /** log F(x) and its derivative f/F. */
  logCdf(x: number): number;
  logCdfDerivative(x: number): number;
  /** log(1 − F(x)) and its derivative −f/(1 − F). */
  logCcdf(x: number): number;
  logCcdfDerivative(x: number): number;
  /** log F′(x). */
  logDensity(x: number): number;
  /** log(F(upper) − F(lower)) for upper > lower, without cancellation. */
  logDifference(upper: number, lower: number): number;
  /** Its derivatives f(upper)/(F(upper) − F(lower)) and −f(lower)/(…); `value` is what logDifference returned. */
  differenceByUpper(upper: number, lower: number, value: number): number;
  differenceByLower(upper: number, lower: number, value: number): number;
}
