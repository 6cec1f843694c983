/**
 * Simulation-based residuals of generalised models: where each observation lies among responses simulated from the fit, uniform
 * when the model is right (Dunn & Smyth 1996; Hartig's DHARMa), and tests on them.
 */

import { betaDistribution as betaCdf } from "../../numeric/cdf.ts";
import * as Elementary from "../../numeric/elementary.ts";
import { checkOptions, type OptionTable, whole } from "../../options.ts";
import { stream } from "../../random/streams.ts";
import type { GlmmFit } from "../glmm/glmm-fit.ts";
import { simulateGlmm } from "../glmm/simulate.ts";

export interface ScaledResidualsOptions {
  /** Default 250. */
  readonly simulations?: number;
  readonly seed?: number;
}

const residualsOptions = {
  simulations: whole(1),
  seed: whole(0),
} satisfies OptionTable<ScaledResidualsOptions>;

export interface ScaledResiduals {
  /** One per row used, in (0, 1). */
  readonly values: Float64Array;
  readonly tests: {
    /** Kolmogorov–Smirnov against the uniform distribution. */
    readonly uniformity: { readonly statistic: number; readonly p: number };
    /** Variance of the raw residuals over that of simulated ones; above 1 the data are overdispersed. */
    readonly dispersion: { readonly ratio: number; readonly p: number };
    /** Zeros observed over zeros expected. */
    readonly zeroInflation: { readonly ratio: number; readonly p: number };
    /** Rows outside all simulations; as many as 2/(simulations + 1) are expected. */
    readonly outliers: { readonly count: number; readonly expected: number; readonly p: number };
  };
}

export function scaledResiduals(fit: GlmmFit, options: ScaledResidualsOptions = {}): ScaledResiduals {
  const { simulations = 250, seed = 1 } = checkOptions("scaledResiduals()", residualsOptions, options);
  const observed = fit.design.response.values;
  const n = observed.length;
  const samples = Array.from({ length: simulations }, (_, s) =>
    simulateGlmm(fit, stream(seed, s, "scaled residuals")),
  );
  const rng = stream(seed, 0, "ties");
  const values = new Float64Array(n);
  let outside = 0;
  for (let i = 0; i < n; i++) {
    let below = 0;
    let equal = 0;
    for (const sample of samples) {
      if (sample[i]! < observed[i]!) below++;
      else if (sample[i] === observed[i]) equal++;
    }
    if (equal === 0 && (below === 0 || below === simulations)) outside++;
    // An observation between two simulations lies anywhere between their ranks.
    values[i] = (below + rng.uniform() * (equal + 1)) / (simulations + 1);
  }
  const expectedOutliers = (2 / (simulations + 1)) * n;
  return {
    values,
    tests: {
      uniformity: kolmogorovSmirnov(values),
      dispersion: dispersion(observed, samples),
      zeroInflation: zeros(observed, samples),
      outliers: {
        count: outside,
        expected: expectedOutliers,
        p: binomialTwoSided(outside, n, 2 / (simulations + 1)),
      },
    },
  };
}

/** Two-sided, with Kolmogorov's asymptotic distribution in Stephens' (1970) form. */
function kolmogorovSmirnov(values: Float64Array): { statistic: number; p: number } {
  const sorted = values.slice().sort();
  const n = sorted.length;
  let statistic = 0;
  sorted.forEach((u, i) => (statistic = Math.max(statistic, (i + 1) / n - u, u - i / n)));
  const t = (Math.sqrt(n) + 0.12 + 0.11 / Math.sqrt(n)) * statistic;
  let p = 0;
  for (let k = 1; k <= 100; k++) p += 2 * (-1) ** (k - 1) * Elementary.exp(-2 * k * k * t * t);
  return { statistic, p: Math.min(1, Math.max(0, p)) };
}

function dispersion(observed: Float64Array, samples: readonly Float64Array[]): { ratio: number; p: number } {
  const expected = observed.map(
    (_, i) => samples.reduce((sum, sample) => sum + sample[i]!, 0) / samples.length,
  );
  const spread = (y: Float64Array): number =>
    y.reduce((sum, value, i) => sum + (value - expected[i]!) ** 2, 0);
  return compared(spread(observed), samples.map(spread));
}

function zeros(observed: Float64Array, samples: readonly Float64Array[]): { ratio: number; p: number } {
  const count = (y: Float64Array): number => y.reduce((sum, value) => sum + (value === 0 ? 1 : 0), 0);
  return compared(count(observed), samples.map(count));
}

/** Ratio to the mean of the simulated values, and twice the smaller share of them beyond. */
function compared(value: number, simulated: readonly number[]): { ratio: number; p: number } {
  const mean = simulated.reduce((sum, other) => sum + other, 0) / simulated.length;
  const above = simulated.filter((other) => other >= value).length / simulated.length;
  const below = simulated.filter((other) => other <= value).length / simulated.length;
  return { ratio: value === mean ? 1 : value / mean, p: Math.min(1, 2 * Math.min(above, below)) };
}

function binomialTwoSided(count: number, n: number, probability: number): number {
  // P(X ≥ c) = I_p(c, n − c + 1)
  const above = count === 0 ? 1 : betaCdf(probability, count, n - count + 1);
  const below = count === n ? 1 : 1 - betaCdf(probability, count + 1, n - count);
  return Math.min(1, 2 * Math.min(above, below));
}
