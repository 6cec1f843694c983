/** Distributions as functions, for priors in TypeScript: `prior(normal(0, 10), { class: "b" })`. */
import { formatPrior, parsePrior } from "./parse.ts";
import type { DistributionCall } from "./prior.ts";

/** Checks number and domain of the arguments. @throws PriorError */
const build = (name: string, ...args: readonly number[]): DistributionCall =>
  parsePrior(formatPrior({ name, arguments: args }));

export const normal = (mu: number, sigma: number): DistributionCall => build("normal", mu, sigma);
export const stdNormal = (): DistributionCall => build("normal", 0, 1);
export const studentT = (nu: number, mu: number, sigma: number): DistributionCall =>
  build("student_t", nu, mu, sigma);
export const cauchy = (mu: number, sigma: number): DistributionCall => build("cauchy", mu, sigma);
export const logistic = (mu: number, sigma: number): DistributionCall => build("logistic", mu, sigma);
export const doubleExponential = (mu: number, sigma: number): DistributionCall =>
  build("double_exponential", mu, sigma);
/** Mean 1 / rate. */
export const exponential = (rate: number): DistributionCall => build("exponential", rate);
export const gamma = (shape: number, rate: number): DistributionCall => build("gamma", shape, rate);
export const invGamma = (shape: number, scale: number): DistributionCall => build("inv_gamma", shape, scale);
export const lognormal = (mu: number, sigma: number): DistributionCall => build("lognormal", mu, sigma);
export const beta = (alpha: number, beta: number): DistributionCall => build("beta", alpha, beta);
export const uniform = (lower: number, upper: number): DistributionCall => build("uniform", lower, upper);
/** For correlation matrices; 1 is uniform, more pulls correlations towards 0. */
export const lkj = (eta: number): DistributionCall => build("lkj", eta);
/** For simplexes. */
export const dirichlet = (...alpha: readonly number[]): DistributionCall => build("dirichlet", ...alpha);
/** Fixes a parameter. */
export const constant = (value: number): DistributionCall => build("constant", value);
/** The improper flat prior. */
export const flat = (): DistributionCall => ({ name: "", arguments: [] });
