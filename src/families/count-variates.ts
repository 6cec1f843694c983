/** Random counts, for families whose responses are counts. */
import * as Elementary from "../numeric/elementary.ts";
import { stirlingExcess } from "../numeric/stirling.ts";
import type { Rng } from "../random/rng.ts";
import { gamma } from "../random/variates.ts";

const LARGE = 10;

/** log k! */
const logFactorial = (k: number): number => {
  const a = k + 1;
  return a * Elementary.log(a) - a - stirlingExcess(a);
};

/** Poisson: products of uniforms for a small mean, Hörmann's transformed rejection (1993, PTRS) otherwise. */
export function poisson(rng: Rng, mean: number): number {
  if (mean < LARGE) {
    const limit = Elementary.exp(-mean);
    let count = 0;
    for (let product = rng.uniform(); product > limit; product *= rng.uniform()) count++;
    return count;
  }
  const b = 0.931 + 2.53 * Math.sqrt(mean);
  const a = -0.059 + 0.02483 * b;
  const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
  const accept = 0.9277 - 3.6224 / (b - 2);
  const logMean = Elementary.log(mean);
  for (;;) {
    const u = rng.uniform() - 0.5;
    const v = rng.uniform();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= accept) return k;
    if (k < 0 || (us < 0.013 && v > us)) continue;
    if (Elementary.log((v * inverseAlpha) / (a / (us * us) + b)) <= k * logMean - mean - logFactorial(k))
      return k;
  }
}

/** Binomial: inversion for a small mean, Hörmann's transformed rejection (1993, BTRS) otherwise. */
export function binomial(rng: Rng, trials: number, probability: number): number {
  if (probability > 0.5) return trials - binomial(rng, trials, 1 - probability);
  if (!(probability > 0)) return 0;
  const odds = probability / (1 - probability);
  if (trials * probability < LARGE) {
    for (;;) {
      let mass = Elementary.exp(trials * Elementary.log1p(-probability));
      let rest = rng.uniform();
      for (let k = 0; k <= trials; k++) {
        if (rest < mass) return k;
        rest -= mass;
        mass *= ((trials - k) / (k + 1)) * odds;
      }
    }
  }
  const spread = Math.sqrt(trials * probability * (1 - probability));
  const b = 1.15 + 2.53 * spread;
  const a = -0.0873 + 0.0248 * b + 0.01 * probability;
  const c = trials * probability + 0.5;
  const alpha = (2.83 + 5.1 / b) * spread;
  const accept = 0.92 - 4.2 / b;
  const logOdds = Elementary.log(odds);
  const mode = Math.floor((trials + 1) * probability);
  const atMode = logFactorial(mode) + logFactorial(trials - mode);
  for (;;) {
    const u = rng.uniform() - 0.5;
    const v = rng.uniform();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + c);
    if (us >= 0.07 && v <= accept) return k;
    if (k < 0 || k > trials) continue;
    const logRatio = atMode - logFactorial(k) - logFactorial(trials - k) + (k - mode) * logOdds;
    if (Elementary.log((v * alpha) / (a / (us * us) + b)) <= logRatio) return k;
  }
}

/** Negative binomial with variance mean + mean² / shape, as a gamma mixture of Poissons. */
export function negativeBinomial(rng: Rng, mean: number, shape: number): number {
  return poisson(rng, gamma(rng, shape, shape / mean));
}
