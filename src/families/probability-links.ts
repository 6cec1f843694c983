/** Links of probabilities, as brms defines them, in logarithms and accurate in both tails. */
import * as Elementary from "../numeric/elementary.ts";
import { log1mExp, logDiffExp } from "../numeric/log-space.ts";
import { inverseMills, normalLogDensity } from "../numeric/normal-tail.ts";
import { invLogit, log1pExp, logit, logNormalCdf, normalQuantile } from "../numeric/special.ts";
import type { Link, LinkCdf } from "./link.ts";

/** The link whose inverse is the distribution function `cdf`; μ, log μ and logit μ all follow from it. */
function probabilityLink(
  name: string,
  link: (mu: number) => number,
  cdf: LinkCdf,
  exact: Partial<Omit<Link, "name" | "link" | "cdf">> = {},
): Link & { readonly cdf: LinkCdf } {
  return {
    name,
    link,
    inverse: (eta) => Elementary.exp(cdf.logCdf(eta)),
    derivative: (eta) => Elementary.exp(cdf.logDensity(eta)),
    logInverse: cdf.logCdf,
    logInverseDerivative: cdf.logCdfDerivative,
    logitInverse: (eta) => cdf.logCdf(eta) - cdf.logCcdf(eta),
    logitInverseDerivative: (eta) => cdf.logCdfDerivative(eta) - cdf.logCcdfDerivative(eta),
    ...exact,
    cdf,
  };
}

/** The derivatives of log(F(u) − F(l)) where F′ and the difference are known well enough in logarithms. */
const differenceDerivatives = (
  logDensity: (x: number) => number,
): Pick<LinkCdf, "differenceByUpper" | "differenceByLower"> => ({
  differenceByUpper: (upper, _lower, value) => Elementary.exp(logDensity(upper) - value),
  differenceByLower: (_upper, lower, value) => -Elementary.exp(logDensity(lower) - value),
});

const logistic: LinkCdf = {
  logCdf: (x) => -log1pExp(-x),
  logCdfDerivative: (x) => invLogit(-x),
  logCcdf: (x) => -log1pExp(x),
  logCcdfDerivative: (x) => -invLogit(x),
  logDensity: (x) => -log1pExp(-x) - log1pExp(x),
  // F(u) − F(l) = F(u) (1 − F(l)) (1 − exp(l − u))
  logDifference: (upper, lower) => -log1pExp(-upper) - log1pExp(lower) + log1mExp(lower - upper),
  differenceByUpper: (upper, lower) => invLogit(-upper) + 1 / Elementary.expm1(upper - lower),
  differenceByLower: (upper, lower) => -invLogit(lower) - 1 / Elementary.expm1(upper - lower),
};

export const logitLink = probabilityLink("logit", logit, logistic, {
  inverse: invLogit,
  derivative: (eta) => invLogit(eta) * invLogit(-eta),
  logitInverse: (eta) => eta,
  logitInverseDerivative: () => 1,
});

const normal: LinkCdf = {
  logCdf: logNormalCdf,
  logCdfDerivative: inverseMills,
  logCcdf: (x) => logNormalCdf(-x),
  logCcdfDerivative: (x) => -inverseMills(-x),
  logDensity: normalLogDensity,
  // From the tail in which both points lie, where the two logarithms are large and different.
  logDifference: (upper, lower) =>
    lower > 0
      ? logDiffExp(logNormalCdf(-lower), logNormalCdf(-upper))
      : logDiffExp(logNormalCdf(upper), logNormalCdf(lower)),
  ...differenceDerivatives(normalLogDensity),
};

export const probit = probabilityLink("probit", normalQuantile, normal);

// Stan's Phi_approx (Bowling et al. 2009, eq. 2): logistic in a cubic polynomial.
const CUBIC = 0.07056;
const LINEAR = 1.5976;
const approx = (x: number): number => x * (CUBIC * x * x + LINEAR);
const approxSlope = (x: number): number => 3 * CUBIC * x * x + LINEAR;

/** The real root of x³ + p x = q for p > 0, by hyperbolic functions (no cancellation). */
function depressedCubicRoot(p: number, q: number): number {
  const radius = 2 * Math.sqrt(p / 3);
  return radius * Elementary.sinh(Elementary.asinh((3 * q) / (p * radius)) / 3);
}

export const probitApprox = probabilityLink(
  "probit_approx",
  (mu) => depressedCubicRoot(LINEAR / CUBIC, logit(mu) / CUBIC),
  {
    logCdf: (x) => logistic.logCdf(approx(x)),
    logCdfDerivative: (x) => logistic.logCdfDerivative(approx(x)) * approxSlope(x),
    logCcdf: (x) => logistic.logCcdf(approx(x)),
    logCcdfDerivative: (x) => logistic.logCcdfDerivative(approx(x)) * approxSlope(x),
    logDensity: (x) => logistic.logDensity(approx(x)) + Elementary.log(approxSlope(x)),
    logDifference: (upper, lower) => logistic.logDifference(approx(upper), approx(lower)),
    differenceByUpper: (upper, lower, value) =>
      logistic.differenceByUpper(approx(upper), approx(lower), value) * approxSlope(upper),
    differenceByLower: (upper, lower, value) =>
      logistic.differenceByLower(approx(upper), approx(lower), value) * approxSlope(lower),
  },
  { logitInverse: approx, logitInverseDerivative: approxSlope },
);

/** u / (exp(u) − 1), 1 at u = 0 and 0 at u = ∞. */
const bernoulliRatio = (u: number): number => (u === 0 ? 1 : u > 700 ? 0 : u / Elementary.expm1(u));

/** eᵘ − eˡ for u > l. */
const hazardGap = (upper: number, lower: number): number =>
  upper - lower > 1
    ? Elementary.exp(upper) - Elementary.exp(lower)
    : Elementary.exp(lower) * Elementary.expm1(upper - lower);

/** 1 − F(x) = exp(−exp(x)): the smallest extreme value distribution. */
const gompertz: LinkCdf = {
  logCdf: (x) => {
    const u = Elementary.exp(x);
    return u < 1e-16 ? x : log1mExp(-u);
  },
  logCdfDerivative: (x) => bernoulliRatio(Elementary.exp(x)),
  logCcdf: (x) => -Elementary.exp(x),
  logCcdfDerivative: (x) => -Elementary.exp(x),
  logDensity: (x) => x - Elementary.exp(x),
  // S(l) − S(u) = S(l) (1 − exp(−gap)); far in the lower tail the gap underflows, and 1 − exp(−gap) = gap.
  logDifference: (upper, lower) => {
    const gap = hazardGap(upper, lower);
    return -Elementary.exp(lower) + (gap < 1e-16 ? upper + log1mExp(lower - upper) : log1mExp(-gap));
  },
  differenceByUpper: (upper, lower) => {
    const gap = hazardGap(upper, lower);
    return gap < 1e-16
      ? -1 / Elementary.expm1(lower - upper)
      : gap > 700
        ? 0
        : Elementary.exp(upper) / Elementary.expm1(gap);
  },
  differenceByLower: (upper, lower) => {
    const gap = hazardGap(upper, lower);
    return gap < 1e-16
      ? -1 / Elementary.expm1(upper - lower)
      : Elementary.exp(lower) / Elementary.expm1(-gap);
  },
};

export const cloglog = probabilityLink("cloglog", (mu) => Elementary.log(-Elementary.log1p(-mu)), gompertz, {
  inverse: (eta) => -Elementary.expm1(-Elementary.exp(eta)),
  logitInverseDerivative: (eta) => {
    const u = Elementary.exp(eta);
    return u === 0 ? 1 : -u / Elementary.expm1(-u);
  },
});

// F(x) = 1/2 + atan(x)/π = atan2(1, −x)/π, which keeps its digits as x → −∞.
const cauchyCdf = (x: number): number => Elementary.atan2(1, -x) / Math.PI;
const cauchyDensity = (x: number): number => 1 / (Math.PI * (1 + x * x));
const logCauchyCdf = (x: number): number =>
  x > 0 ? Elementary.log1p(-cauchyCdf(-x)) : Elementary.log(cauchyCdf(x));

const logCauchyDensity = (x: number): number => Elementary.log(cauchyDensity(x));

const cauchy: LinkCdf = {
  logCdf: logCauchyCdf,
  logCdfDerivative: (x) => cauchyDensity(x) / cauchyCdf(x),
  logCcdf: (x) => logCauchyCdf(-x),
  logCcdfDerivative: (x) => -cauchyDensity(x) / cauchyCdf(-x),
  logDensity: logCauchyDensity,
  // The angle between the directions (1, l) and (1, u).
  logDifference: (upper, lower) =>
    Elementary.log(Elementary.atan2(upper - lower, 1 + upper * lower) / Math.PI),
  ...differenceDerivatives(logCauchyDensity),
};

export const cauchit = probabilityLink("cauchit", (mu) => -1 / Elementary.tan(Math.PI * mu), cauchy, {
  inverse: cauchyCdf,
  derivative: cauchyDensity,
});

/** log(log(1 + eˣ)), the logit of the softit mean. */
const logSoftplus = (x: number): number => (x < -37 ? x : Elementary.log(log1pExp(x)));
const logSoftplusSlope = (x: number): number => (x < -37 ? 1 : invLogit(x) / log1pExp(x));

/** log(1 + eᵘ) − log(1 + eˡ). */
const softplusGap = (upper: number, lower: number): number =>
  upper - lower > 1
    ? log1pExp(upper) - log1pExp(lower)
    : Elementary.log1p(Elementary.expm1(upper - lower) * invLogit(lower));

const logSoftitDensity = (x: number): number => -log1pExp(-x) - 2 * Elementary.log1p(log1pExp(x));

/** μ/(1 − μ) = log(1 + exp(η)). */
export const softit = probabilityLink(
  "softit",
  (mu) => {
    const odds = mu / (1 - mu);
    return odds + Elementary.log(-Elementary.expm1(-odds));
  },
  {
    logCdf: (x) => logistic.logCdf(logSoftplus(x)),
    logCdfDerivative: (x) => logistic.logCdfDerivative(logSoftplus(x)) * logSoftplusSlope(x),
    logCcdf: (x) => -Elementary.log1p(log1pExp(x)),
    logCcdfDerivative: (x) => -invLogit(x) / (1 + log1pExp(x)),
    logDensity: logSoftitDensity,
    logDifference: (upper, lower) =>
      Elementary.log(softplusGap(upper, lower)) -
      Elementary.log1p(log1pExp(upper)) -
      Elementary.log1p(log1pExp(lower)),
    ...differenceDerivatives(logSoftitDensity),
  },
  { logitInverse: logSoftplus, logitInverseDerivative: logSoftplusSlope },
);
