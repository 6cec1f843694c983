import { betaDistribution } from "../numeric/cdf.ts";

/** Quantile of the beta distribution for a, b > 0: the root of I_x(a, b) = p by bisection. */
export function betaQuantile(p: number, a: number, b: number): number {
  let low = 0;
  let high = 1;
  // Sixty halvings of [0, 1] exhaust the precision of numbers near 1 and resolve those near 0 to 1e-18.
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (betaDistribution(middle, a, b) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
