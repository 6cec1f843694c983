/**
 * The generalised Pareto distribution fitted to exceedances: Zhang & Stephens (2009), "A new and efficient estimation method for
 * the generalized Pareto distribution", with the weakly informative prior on the shape of Vehtari et al. (2024), appendix C:
 * ten observations at 0.5.
 */
import * as Elementary from "../numeric/elementary.ts";

export interface GeneralisedPareto {
  /** Shape; the heavier the tail, the larger. Infinity when it cannot be found. */
  readonly k: number;
  readonly sigma: number;
}

const LEAST_GRID = 30;
const PRIOR = 3;
const PRIOR_OBSERVATIONS = 10;

/** @param x exceedances in increasing order. */
export function fitGeneralisedPareto(x: Float64Array): GeneralisedPareto {
  const n = x.length;
  const grid = LEAST_GRID + Math.floor(Math.sqrt(n));
  const quartile = x[Math.floor(n / 4 + 0.5) - 1]!;
  const theta = Float64Array.from(
    { length: grid },
    (_, j) => 1 / x[n - 1]! + (1 - Math.sqrt(grid / (j + 0.5))) / PRIOR / quartile,
  );
  const profile = theta.map((b) => {
    const k = meanLog1p(-b, x);
    return n * (Elementary.log(-b / k) - k - 1);
  });
  let thetaHat = 0;
  for (let j = 0; j < grid; j++) {
    let ratios = 0;
    for (let i = 0; i < grid; i++) ratios += Elementary.exp(profile[i]! - profile[j]!);
    thetaHat += theta[j]! / ratios;
  }
  const k = meanLog1p(-thetaHat, x);
  const shrunk = (k * n + PRIOR_OBSERVATIONS * 0.5) / (n + PRIOR_OBSERVATIONS);
  return { k: Number.isNaN(shrunk) ? Number.POSITIVE_INFINITY : shrunk, sigma: -k / thetaHat };
}

/** Quantile at `p`. */
export function generalisedParetoQuantile({ k, sigma }: GeneralisedPareto, p: number): number {
  return (sigma * Elementary.expm1(-k * Elementary.log1p(-p))) / k;
}

function meanLog1p(a: number, x: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += Elementary.log1p(a * x[i]!);
  return sum / x.length;
}
