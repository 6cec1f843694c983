/**
 * Leave-one-out cross-validation by PSIS: Vehtari, Gelman & Gabry (2017), "Practical Bayesian model evaluation using
 * leave-one-out cross-validation and WAIC", Statistics and Computing 27.
 */
import * as Elementary from "../numeric/elementary.ts";
import { LooWeights } from "./importance.ts";
import { logSumExp, observationDraws, type PointwiseLogLik } from "./pointwise.ts";

export interface Loo {
  readonly method: "psis" | "moment-matching" | "exact" | "kfold";
  readonly observations: number;
  /** Draws in all. */
  readonly draws: number;
  /** Expected log pointwise predictive density, and its standard error over the observations. */
  readonly elpd: number;
  readonly se: number;
  /** Effective number of parameters. */
  readonly pLoo: number;
  readonly sePLoo: number;
  /** −2 elpd. */
  readonly looic: number;
  readonly seLooic: number;
  /** Monte Carlo standard error of elpd; NaN when a k is too high for it to exist. */
  readonly mcse: number;
  /** k above this is not to be trusted: min(1 − 1 / log₁₀ draws, 0.7). */
  readonly kThreshold: number;
  readonly pointwise: LooPointwise;
  /** Observations (from 0) with k above the threshold. */
  readonly bad: readonly number[];
}

/** One entry per observation. */
export interface LooPointwise {
  readonly elpd: Float64Array;
  readonly mcse: Float64Array;
  readonly p: Float64Array;
  readonly k: Float64Array;
  readonly nEff: Float64Array;
}

export function psisLoo(given: PointwiseLogLik | LooWeights): Loo {
  const weights = given instanceof LooWeights ? given : new LooWeights(given);
  const { logLik } = weights;
  const { observations: n, chains, draws } = logLik;
  const total = chains * draws;
  const pointwise = emptyPointwise(n);
  const ll = new Float64Array(total);
  const logWeights = new Float64Array(total);
  for (let i = 0; i < n; i++) {
    observationDraws(logLik, i, ll);
    pointwise.k[i] = weights.write(i, logWeights);
    recordObservation(pointwise, i, ll, logWeights, weights.relativeEfficiency(i, ll));
  }
  return looOf("psis", total, pointwise);
}

export function emptyPointwise(n: number): LooPointwise {
  return {
    elpd: new Float64Array(n),
    mcse: new Float64Array(n),
    p: new Float64Array(n),
    k: new Float64Array(n),
    nEff: new Float64Array(n),
  };
}

/** elpd, p, its Monte Carlo error and effective sample size of one observation, from its normalised log weights. */
export function recordObservation(
  pointwise: LooPointwise,
  i: number,
  ll: Float64Array,
  logWeights: Float64Array,
  efficiency: number,
): void {
  const total = ll.length;
  const weighted = ll.map((value, s) => value + logWeights[s]!);
  const elpd = logSumExp(weighted);
  let squares = 0;
  let variance = 0;
  const expected = Elementary.exp(elpd);
  for (let s = 0; s < total; s++) {
    const w2 = Elementary.exp(2 * logWeights[s]!);
    squares += w2;
    variance += w2 * (Elementary.exp(ll[s]!) - expected) ** 2;
  }
  pointwise.elpd[i] = elpd;
  pointwise.p[i] = logSumExp(ll) - Elementary.log(total) - elpd;
  pointwise.nEff[i] = efficiency / squares;
  // Variance of the logarithm by matching a log-normal distribution (Vehtari et al. 2024, equation 6 ff.).
  pointwise.mcse[i] = Math.sqrt(Elementary.log1p(variance / efficiency / expected ** 2));
}

export function looOf(method: Loo["method"], draws: number, pointwise: LooPointwise): Loo {
  const kThreshold = Math.min(1 - 1 / Elementary.log10(draws), 0.7);
  const elpd = total(pointwise.elpd);
  const pLoo = total(pointwise.p);
  const bad = Array.from(pointwise.k.keys()).filter((i) => pointwise.k[i]! > kThreshold);
  const mcse = Math.sqrt(pointwise.mcse.reduce((sum, own) => sum + own * own, 0));
  return {
    method,
    observations: pointwise.elpd.length,
    draws,
    elpd: elpd.sum,
    se: elpd.se,
    pLoo: pLoo.sum,
    sePLoo: pLoo.se,
    looic: -2 * elpd.sum,
    seLooic: 2 * elpd.se,
    mcse: bad.length > 0 ? Number.NaN : mcse,
    kThreshold,
    pointwise,
    bad,
  };
}

/** A sum over observations with its standard error √(n · variance). */
export function total(values: Float64Array): { sum: number; se: number } {
  const n = values.length;
  const sum = values.reduce((a, b) => a + b, 0);
  const squares = values.reduce((a, b) => a + (b - sum / n) ** 2, 0);
  return { sum, se: Math.sqrt((n * squares) / (n - 1)) };
}
