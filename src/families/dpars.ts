/**
 * Distributional parameters that several families share: permitted links (default first), kernel scale, bounds and
 * default priors as in brms.
 */
import type { Dpar, Scale } from "./family.ts";

export const PROBABILITY_LINKS = [
  "logit",
  "probit",
  "probit_approx",
  "cloglog",
  "cauchit",
  "softit",
  "identity",
] as const;
export const PROBABILITY_OR_LOG_LINKS = [...PROBABILITY_LINKS, "log"] as const;
export const REAL_LINKS = ["identity", "log", "inverse", "softplus", "squareplus"] as const;
export const GAUSSIAN_LINKS = [
  ...REAL_LINKS,
  "logit",
  "probit",
  "probit_approx",
  "cloglog",
  "cauchit",
  "softit",
] as const;
export const COUNT_LINKS = ["log", "identity", "sqrt", "softplus", "squareplus"] as const;
export const POSITIVE_LINKS = ["log", "identity", "inverse", "softplus", "squareplus"] as const;

const SCALE_LINKS = ["log", "identity", "softplus", "squareplus"] as const;
const LOGISTIC = "logistic(0, 1)";

/** Location or mean on the whole line. */
export const realMu = (links: readonly string[]): Dpar => ({
  name: "mu",
  links,
  scale: "identity",
  lower: -Infinity,
  upper: Infinity,
});

/** Positive mean, taken by the kernel as its logarithm. */
export const positiveMu = (links: readonly string[]): Dpar => ({
  name: "mu",
  links,
  scale: "log",
  lower: 0,
  upper: Infinity,
});

/** Mean between 0 and 1, taken by the kernel as its logit. */
export const probabilityMu = (links: readonly string[]): Dpar => ({
  name: "mu",
  links,
  scale: "logit",
  lower: 0,
  upper: 1,
});

const positive = (
  name: string,
  constantPrior: string,
  interceptPrior?: string,
  scale: Scale = "log",
): Dpar => ({
  name,
  links: SCALE_LINKS,
  scale,
  lower: 0,
  upper: Infinity,
  constantPrior,
  ...(interceptPrior === undefined ? {} : { interceptPrior }),
});

const probability = (name: string): Dpar => ({
  name,
  links: ["logit", "identity"],
  scale: "logit",
  lower: 0,
  upper: 1,
  constantPrior: "beta(1, 1)",
  interceptPrior: LOGISTIC,
});

export const sigma = positive("sigma", "scale");
export const shape = positive("shape", "gamma(0.01, 0.01)");
export const negbinomialShape = positive("shape", "inv_gamma(0.4, 0.3)");
export const phi = positive("phi", "gamma(0.01, 0.01)");
export const beta = positive("beta", "gamma(1, 0.1)", "normal(1.7, 1.3)");
export const zi = probability("zi");
export const hu = probability("hu");

export const zoi = probability("zoi");
export const coi = probability("coi");
export const quantile = probability("quantile");
export const kappa = positive("kappa", "gamma(2, 0.01)", "normal(5, 0.8)");
/** Shift of a response that cannot be smaller: below its minimum. */
export const ndt = positive("ndt", "uniform(0, {min_y})");

export const nu: Dpar = {
  name: "nu",
  links: ["logm1", "identity"],
  scale: "identity",
  lower: 1,
  upper: Infinity,
  constantPrior: "gamma(2, 0.1)",
  interceptPrior: "normal(2.7, 0.8)",
};

export const alpha: Dpar = {
  name: "alpha",
  links: ["identity"],
  scale: "identity",
  lower: -Infinity,
  upper: Infinity,
  constantPrior: "normal(0, 4)",
  interceptPrior: "normal(0, 4)",
};

/** Discrimination of ordinal families: 1 unless predicted. */
export const disc: Dpar = {
  ...positive("disc", "lognormal(0, 1)", "normal(0, 1)", "identity"),
  fixed: 1,
};
