/**
 * Potential scale reduction: how much wider all chains together are than each of them alone.
 * Vehtari, Gelman, Simpson, Carpenter, Bürkner (2021), "Rank-normalization, folding, and localization: an improved
 * R-hat for assessing convergence of MCMC", Bayesian Analysis 16(2), 667–718.
 */
import type { ChainSeries } from "../draws/draws.ts";
import { median } from "../numeric/quantile.ts";
import { rankNormalise } from "./rank-normalise.ts";
import { splitChains } from "./split-chains.ts";
import { isUsable } from "./usable.ts";
import { createWorkspace, type DiagnosticsWorkspace } from "./workspace.ts";

/**
 * The larger of the R-hats of the rank-normalised split chains (location) and of their folded values |x − median|
 * (scale and tails): section 4.2 of the paper. NaN for a constant or non-finite quantity and for fewer than four
 * draws per chain; Infinity when every half chain stands still at its own place.
 */
export function rhat(x: ChainSeries, workspace: DiagnosticsWorkspace = createWorkspace(x)): number {
  if (!isUsable(x.values)) return Number.NaN;
  const bulk = rhatBasic(rankNormalise(splitChains(x), workspace.scores));
  const tail = rhatBasic(rankNormalise(splitChains(fold(x)), workspace.scores));
  // As in R, one undefined part makes the maximum undefined.
  return Math.max(bulk, tail);
}

/** |x − median over all chains| (section 4.2). */
export function fold(x: ChainSeries, centre: number = median(x.values)): ChainSeries {
  return { chains: x.chains, draws: x.draws, values: x.values.map((value) => Math.abs(value - centre)) };
}

/** R-hat of the chains as they are (pass split chains for split R-hat): eqs 1–4. */
export function rhatBasic(x: ChainSeries): number {
  if (!isUsable(x.values)) return Number.NaN;
  const { chains, draws: n, values } = x;
  const means = new Float64Array(chains);
  let within = 0;
  for (let chain = 0; chain < chains; chain++) {
    const one = values.subarray(chain * n, (chain + 1) * n);
    const mean = meanOf(one);
    means[chain] = mean;
    within += varianceAbout(one, mean) / chains; // eq. 2
  }
  const between = n * varianceAbout(means, meanOf(means)); // eq. 1
  return Math.sqrt((between / within + n - 1) / n); // eqs 3 and 4
}

/** Sums differences from the first value, so that the mean of a chain that stands still is exactly that value. */
function meanOf(values: Float64Array): number {
  const first = values[0]!;
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! - first;
  return first + sum / values.length;
}

function varianceAbout(values: Float64Array, mean: number): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i]! - mean) ** 2;
  return sum / (values.length - 1);
}
