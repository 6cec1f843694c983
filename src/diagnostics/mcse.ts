/**
 * Monte Carlo standard errors: how far an estimate from these draws may be from the one with infinitely many.
 * Vehtari, Gelman, Simpson, Carpenter, Bürkner (2021), Bayesian Analysis 16(2), 667–718, sections 4.3 and 4.4.
 */
import type { ChainSeries } from "../draws/draws.ts";
import { betaQuantile } from "./beta-quantile.ts";
import { ess, essMean, essQuantile } from "./ess.ts";
import { splitChains } from "./split-chains.ts";
import { createWorkspace, type DiagnosticsWorkspace } from "./workspace.ts";

/** Of the mean: sd / √ESS (section 3.2). */
export function mcseMean(x: ChainSeries, workspace: DiagnosticsWorkspace = createWorkspace(x)): number {
  const { second, count } = centralMoments(x.values);
  return Math.sqrt((second * count) / (count - 1) / essMean(x, workspace));
}

/**
 * Of the standard deviation, without assuming normality: with v = mean (x − x̄)², the delta method gives
 * var(√v) = var(v) / (4 v), and var(v) = (mean (x − x̄)⁴ − v²) / ESS of (x − x̄)² (Kenney and Keeping 1951, p. 141).
 */
export function mcseSd(x: ChainSeries, workspace: DiagnosticsWorkspace = createWorkspace(x)): number {
  const { mean, second, fourth } = centralMoments(x.values);
  const squares = x.values.map((value) => (value - mean) ** 2);
  const size = ess(splitChains({ ...x, values: squares }), workspace.autocovariance);
  return Math.sqrt((fourth - second ** 2) / size / second / 4);
}

/** Of the median. */
export function mcseMedian(x: ChainSeries, workspace: DiagnosticsWorkspace = createWorkspace(x)): number {
  return mcseQuantile(x, 0.5, workspace);
}

/**
 * Of a quantile: half the width of the interval between the order statistics that bound the central 68.27 % of the
 * beta posterior of the quantile's rank, given the ESS of the indicator (section 4.4).
 */
export function mcseQuantile(
  x: ChainSeries,
  probability: number,
  workspace: DiagnosticsWorkspace = createWorkspace(x),
): number {
  const size = essQuantile(x, probability, workspace);
  if (Number.isNaN(size)) return Number.NaN;
  const a = size * probability + 1;
  const b = size * (1 - probability) + 1;
  const sorted = x.values.slice().sort();
  const count = sorted.length;
  // Φ(−1) and Φ(1) to the digits that posterior uses, so that the same order statistics are met.
  const low = Math.max(Math.floor(betaQuantile(0.1586553, a, b) * count), 1);
  const high = Math.min(Math.ceil(betaQuantile(0.8413447, a, b) * count), count);
  return (sorted[high - 1]! - sorted[low - 1]!) / 2;
}

function centralMoments(values: Float64Array) {
  const count = values.length;
  let sum = 0;
  for (let i = 0; i < count; i++) sum += values[i]!;
  const mean = sum / count;
  let second = 0;
  let fourth = 0;
  for (let i = 0; i < count; i++) {
    const square = (values[i]! - mean) ** 2;
    second += square;
    fourth += square * square;
  }
  return { count, mean, second: second / count, fourth: fourth / count };
}
