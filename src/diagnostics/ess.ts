/**
 * Effective sample sizes: how many independent draws would estimate a quantity as precisely.
 * Vehtari, Gelman, Simpson, Carpenter, Bürkner (2021), Bayesian Analysis 16(2), 667–718, sections 3.2 and 4.3;
 * truncation of the autocorrelation sum: Geyer (1992), "Practical Markov chain Monte Carlo", Statistical Science 7,
 * section 3.3; Geyer (2011), Handbook of MCMC, section 1.10.2.
 */

import type { ChainSeries } from "../draws/draws.ts";
import * as Elementary from "../numeric/elementary.ts";
import { quantile } from "../numeric/quantile.ts";
import { type Autocovariance, createAutocovariance } from "./autocovariance.ts";
import { rankNormalise } from "./rank-normalise.ts";
import { splitChains } from "./split-chains.ts";
import { isUsable } from "./usable.ts";
import { createWorkspace, type DiagnosticsWorkspace } from "./workspace.ts";

/** ESS of the centre of the distribution: of the rank-normalised split chains (section 4.3). */
export function essBulk(x: ChainSeries, workspace: DiagnosticsWorkspace = createWorkspace(x)): number {
  return ess(rankNormalise(splitChains(x), workspace.scores), workspace.autocovariance);
}

/** ESS of the tails: the smaller of those of the 5 % and 95 % quantiles (section 4.3). */
export function essTail(x: ChainSeries, workspace: DiagnosticsWorkspace = createWorkspace(x)): number {
  return Math.min(essQuantile(x, 0.05, workspace), essQuantile(x, 0.95, workspace));
}

/** ESS of the estimate of the mean. */
export function essMean(x: ChainSeries, workspace: DiagnosticsWorkspace = createWorkspace(x)): number {
  return ess(splitChains(x), workspace.autocovariance);
}

/** ESS of the estimate of the standard deviation: of the absolute deviations from the mean. */
export function essSd(x: ChainSeries, workspace: DiagnosticsWorkspace = createWorkspace(x)): number {
  let sum = 0;
  for (let i = 0; i < x.values.length; i++) sum += x.values[i]!;
  const mean = sum / x.values.length;
  const values = x.values.map((value) => Math.abs(value - mean));
  return ess(splitChains({ ...x, values }), workspace.autocovariance);
}

/** ESS of the estimate of a quantile: of the indicator x ≤ quantile (section 4.3). `probability` in [0, 1]. */
export function essQuantile(
  x: ChainSeries,
  probability: number,
  workspace: DiagnosticsWorkspace = createWorkspace(x),
): number {
  if (!isUsable(x.values)) return Number.NaN;
  const count = x.values.length;
  // At 1 the indicator would be constant; the convention of the R package posterior.
  const p = probability === 1 ? (count - 0.5) / count : probability;
  return essBelow(x, quantile(x.values, p), workspace);
}

/** ESS of the indicator x ≤ threshold. */
export function essBelow(
  x: ChainSeries,
  threshold: number,
  workspace: DiagnosticsWorkspace = createWorkspace(x),
): number {
  const values = new Float64Array(x.values.length);
  for (let i = 0; i < values.length; i++) values[i] = x.values[i]! <= threshold ? 1 : 0;
  return ess(splitChains({ chains: x.chains, draws: x.draws, values }), workspace.autocovariance);
}

/**
 * Effective sample size of the chains as they are (the functions above split them). NaN for fewer than three draws
 * per chain and for a constant or non-finite quantity.
 */
export function ess(x: ChainSeries, autocovariance: Autocovariance = createAutocovariance(x.draws)): number {
  const { chains, draws: n, values } = x;
  if (n < 3 || !isUsable(values)) return Number.NaN;
  const covariance = autocovariance.mean(x);
  const within = (covariance[0]! * n) / (n - 1); // W, eq. 2
  const variancePlus = (within * (n - 1)) / n + (chains > 1 ? varianceOfMeans(x) : 0); // eq. 3
  const rho = (lag: number) => 1 - (within - covariance[lag]!) / variancePlus; // eq. 10

  // Initial positive sequence (Geyer 1992): keep pairs ρ(2t) + ρ(2t + 1) while their sum is positive.
  const rhos = new Float64Array(n);
  let even = 1;
  let odd = rho(1);
  rhos[0] = even;
  rhos[1] = odd;
  let last = 0;
  while (last < n - 5 && even + odd > 0) {
    last += 2;
    even = rho(last);
    odd = rho(last + 1);
    if (even + odd >= 0) {
      rhos[last] = even;
      rhos[last + 1] = odd;
    }
  }
  if (even > 0) rhos[last] = even;

  // Initial monotone sequence: no pair may exceed the one before it.
  for (let t = 2; t <= last - 2; t += 2) {
    const previous = rhos[t - 2]! + rhos[t - 1]!;
    if (rhos[t]! + rhos[t + 1]! > previous) {
      rhos[t] = previous / 2;
      rhos[t + 1] = previous / 2;
    }
  }

  // eq. 11; adding only the even lag of the last pair lowers the variance for antithetic chains (section 3.2). With
  // fewer than six draws per half chain there is no pair to sum and lag 0 alone is counted, as posterior does.
  let sum = 0;
  for (let t = 0; t < Math.max(last, 1); t++) sum += rhos[t]!;
  const tau = -1 + 2 * sum + rhos[last]!;
  const count = chains * n;
  // Antithetic chains may do better than independent draws, but an estimate beyond S log₁₀ S is not credible.
  return count / Math.max(tau, 1 / Elementary.log10(count)); // eq. 12
}

/** Variance between the chain means. */
function varianceOfMeans({ chains, draws, values }: ChainSeries): number {
  const means = new Float64Array(chains);
  let total = 0;
  for (let chain = 0; chain < chains; chain++) {
    let sum = 0;
    for (let i = chain * draws; i < (chain + 1) * draws; i++) sum += values[i]!;
    means[chain] = sum / draws;
    total += means[chain]!;
  }
  const grand = total / chains;
  let squares = 0;
  for (let chain = 0; chain < chains; chain++) squares += (means[chain]! - grand) ** 2;
  return squares / (chains - 1);
}
