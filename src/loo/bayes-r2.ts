/** Bayesian R²: Gelman, Goodrich, Gabry & Vehtari (2019), "R-squared for Bayesian regression models"; its leave-one-out form. */
import type { Rng } from "../random/rng.ts";
import { bayesianBootstrap } from "./model-weights.ts";

/**
 * Per draw var(fit) / (var(fit) + residual variance).
 * @param expected draws × rows.
 * @param residual residual variance of each draw.
 */
export function bayesianRSquared(expected: Float64Array, rows: number, residual: Float64Array): Float64Array {
  return residual.map((own, s) => {
    const fit = variance(expected.subarray(s * rows, (s + 1) * rows));
    return fit / (fit + own);
  });
}

/**
 * Draws of 1 − var(y − ŷ₋ᵢ) / var(y) by the Bayesian bootstrap over the rows.
 * @param predicted leave-one-out expectation of each row.
 */
export function looRSquared(
  y: Float64Array,
  predicted: Float64Array,
  rng: Rng,
  replicates = 4000,
): Float64Array {
  const errors = predicted.map((value, i) => value - y[i]!);
  return Float64Array.from({ length: replicates }, () => {
    const shares = bayesianBootstrap(y.length, rng);
    const ratio = weightedVariance(errors, shares) / weightedVariance(y, shares);
    return Math.max(-1, Math.min(1, 1 - ratio));
  });
}

function variance(x: Float64Array): number {
  const mean = x.reduce((a, b) => a + b, 0) / x.length;
  return x.reduce((a, b) => a + (b - mean) ** 2, 0) / (x.length - 1);
}

function weightedVariance(x: Float64Array, shares: Float64Array): number {
  let mean = 0;
  let squares = 0;
  for (let i = 0; i < x.length; i++) {
    mean += shares[i]! * x[i]!;
    squares += shares[i]! * x[i]! ** 2;
  }
  return squares - mean * mean;
}
