/** Weights for averaging models: Yao, Vehtari, Simpson & Gelman (2018), "Using stacking to average Bayesian predictive distributions". */

import { DataError } from "../errors.ts";
import * as Elementary from "../numeric/elementary.ts";
import type { Rng } from "../random/rng.ts";

/**
 * Stacking: the weights on the simplex that maximise Σ_i log Σ_k w_k exp(elpd_ik), by the EM algorithm of mixture proportions,
 * whose objective is concave, accelerated by squared extrapolation (Varadhan & Roland 2008).
 *
 * @param elpd pointwise elpd of each model.
 * @throws DataError for fewer than two models or unequal numbers of observations.
 */
export function stackingWeights(elpd: readonly Float64Array[]): Float64Array {
  check(elpd);
  const n = elpd[0]!.length;
  const k = elpd.length;
  const density = new Float64Array(n * k);
  for (let i = 0; i < n; i++) {
    let most = Number.NEGATIVE_INFINITY;
    for (let m = 0; m < k; m++) most = Math.max(most, elpd[m]![i]!);
    for (let m = 0; m < k; m++) density[i * k + m] = Elementary.exp(elpd[m]![i]! - most);
  }
  const step = (w: Float64Array): Float64Array => {
    const next = new Float64Array(k);
    for (let i = 0; i < n; i++) {
      let mixture = 0;
      for (let m = 0; m < k; m++) mixture += w[m]! * density[i * k + m]!;
      for (let m = 0; m < k; m++) next[m]! += (w[m]! * density[i * k + m]!) / mixture / n;
    }
    return next;
  };
  const score = (w: Float64Array): number => {
    let sum = 0;
    for (let i = 0; i < n; i++) {
      let mixture = 0;
      for (let m = 0; m < k; m++) mixture += w[m]! * density[i * k + m]!;
      sum += Elementary.log(mixture);
    }
    return sum;
  };
  let w: Float64Array = new Float64Array(k).fill(1 / k);
  for (let iteration = 0; iteration < 2000; iteration++) {
    const first = step(w);
    const second = step(first);
    let r2 = 0;
    let v2 = 0;
    for (let m = 0; m < k; m++) {
      r2 += (first[m]! - w[m]!) ** 2;
      v2 += (second[m]! - 2 * first[m]! + w[m]!) ** 2;
    }
    if (Math.sqrt(r2) < 1e-12) break;
    const alpha = v2 > 0 ? -Math.sqrt(r2 / v2) : -1;
    const leap = simplex(
      w.map(
        (own, m) => own - 2 * alpha * (first[m]! - own) + alpha * alpha * (second[m]! - 2 * first[m]! + own),
      ),
    );
    w = leap !== undefined && score(leap) >= score(second) ? step(leap) : second;
  }
  return w;
}

function simplex(w: Float64Array): Float64Array | undefined {
  if (w.some((own) => !(own >= 0))) return undefined;
  const sum = w.reduce((a, b) => a + b, 0);
  return w.map((own) => own / sum);
}

/** Pseudo-BMA: softmax of the elpd (Yao et al. 2018, section 3.4). */
export function pseudoBmaWeights(elpd: readonly Float64Array[]): Float64Array {
  check(elpd);
  return softmax(Float64Array.from(elpd, (own) => own.reduce((a, b) => a + b, 0)));
}

/** Pseudo-BMA+: averaged over Bayesian-bootstrap weights of the observations, so that near ties stay near ties. */
export function pseudoBmaPlusWeights(
  elpd: readonly Float64Array[],
  rng: Rng,
  replicates = 1000,
): Float64Array {
  check(elpd);
  const n = elpd[0]!.length;
  const mean = new Float64Array(elpd.length);
  for (let b = 0; b < replicates; b++) {
    const share = bayesianBootstrap(n, rng);
    const sums = Float64Array.from(elpd, (own) => {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += share[i]! * own[i]!;
      return n * sum;
    });
    softmax(sums).forEach((w, m) => {
      mean[m]! += w / replicates;
    });
  }
  return mean;
}

/** A flat Dirichlet draw: normalised exponentials (Rubin 1981). */
export function bayesianBootstrap(n: number, rng: Rng): Float64Array {
  const shares = Float64Array.from({ length: n }, () => -Elementary.log(rng.uniform()));
  const sum = shares.reduce((a, b) => a + b, 0);
  return shares.map((own) => own / sum);
}

function softmax(x: Float64Array): Float64Array {
  const most = x.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const e = x.map((own) => Elementary.exp(own - most));
  const sum = e.reduce((a, b) => a + b, 0);
  return e.map((own) => own / sum);
}

function check(elpd: readonly Float64Array[]): void {
  if (elpd.length < 2) throw new DataError("model weights need at least two models");
  const n = elpd[0]!.length;
  if (elpd.some((own) => own.length !== n)) {
    throw new DataError("model weights need models of the same observations");
  }
}
