/** Distribution functions from @stdlib/stats, in Stan's parametrisations. */
import betaCdf from "@stdlib/stats/base/dists/beta/cdf";
import gammaCdf from "@stdlib/stats/base/dists/gamma/cdf";
import invGammaCdf from "@stdlib/stats/base/dists/invgamma/cdf";
import tCdf from "@stdlib/stats/base/dists/t/cdf";

/** P(X ≤ x) of Gamma(shape, rate). */
export const gammaDistribution = (x: number, shape: number, rate: number): number => gammaCdf(x, shape, rate);
/** P(X ≤ x) of the inverse gamma(shape, scale). */
export const inverseGammaDistribution = (x: number, shape: number, scale: number): number =>
  invGammaCdf(x, shape, scale);
/** P(T ≤ t) with nu degrees of freedom. */
export const studentDistribution = (t: number, nu: number): number => tCdf(t, nu);
/** P(X ≤ x) of Beta(a, b). */
export const betaDistribution = (x: number, a: number, b: number): number => betaCdf(x, a, b);
