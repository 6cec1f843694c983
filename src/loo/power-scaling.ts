/**
 * Sensitivity of a posterior to the prior and to the likelihood, without refitting: Kallioinen, Paananen, Bürkner & Vehtari (2024),
 * "Detecting and diagnosing prior and likelihood sensitivity with power-scaling", Statistics and Computing 34.
 */
import * as Elementary from "../numeric/elementary.ts";
import { logSumExp } from "./pointwise.ts";
import { smoothTail } from "./psis.ts";

/** The component is raised to these powers. */
const POWERS = [0.99, 1.01] as const;
/** Sensitivities from here on are worth a look. */
const NOTABLE = 0.05;

export interface Sensitivity {
  readonly name: string;
  readonly prior: number;
  readonly likelihood: number;
  readonly diagnosis: "prior-data conflict" | "strong prior or weak likelihood" | "-";
}

/** Weights of the draws when a component of log density `log` is raised to `alpha`; sum 1. */
export function powerScalingWeights(log: Float64Array, alpha: number): Float64Array {
  const ratios = log.map((value) => (alpha - 1) * value);
  smoothTail(ratios, 1);
  const total = logSumExp(ratios);
  return ratios.map((value) => Elementary.exp(value - total));
}

/** Change of the posterior of `x` per doubling of the power of a component: the gradient of the distance at power 1. */
export function powerScalingSensitivity(x: Float64Array, weights: readonly Float64Array[]): number {
  const distance = weights.reduce((sum, own) => sum + cumulativeJensenShannon(x, own), 0);
  return distance / (Elementary.log2(POWERS[1]) - Elementary.log2(POWERS[0]));
}

export function sensitivityOf(
  name: string,
  x: Float64Array,
  priorWeights: readonly Float64Array[],
  likelihoodWeights: readonly Float64Array[],
): Sensitivity {
  const prior = powerScalingSensitivity(x, priorWeights);
  const likelihood = powerScalingSensitivity(x, likelihoodWeights);
  const diagnosis =
    prior < NOTABLE ? "-" : likelihood < NOTABLE ? "strong prior or weak likelihood" : "prior-data conflict";
  return { name, prior, likelihood, diagnosis };
}

export function bothPowers(log: Float64Array): Float64Array[] {
  return POWERS.map((alpha) => powerScalingWeights(log, alpha));
}

/**
 * Square root of the normalised cumulative Jensen–Shannon divergence (Nguyen & Vreeken 2015) between the draws as they are and
 * reweighted; the larger of those of x and −x, because the divergence looks at one tail more than at the other.
 */
export function cumulativeJensenShannon(x: Float64Array, weights: Float64Array): number {
  const order = Array.from(x.keys()).sort((a, b) => x[a]! - x[b]!);
  const forward = divergence(
    order.map((s) => x[s]!),
    order.map((s) => weights[s]!),
  );
  order.reverse();
  const backward = divergence(
    order.map((s) => -x[s]!),
    order.map((s) => weights[s]!),
  );
  return Math.max(forward, backward);
}

function divergence(x: readonly number[], weights: readonly number[]): number {
  const n = x.length;
  let q = 0;
  let pArea = 0;
  let qArea = 0;
  let sum = 0;
  for (let i = 0; i + 1 < n; i++) {
    const p = (i + 1) / n;
    q += weights[i]!;
    const width = x[i + 1]! - x[i]!;
    if (width === 0) continue;
    const m = 0.5 * (p + q);
    pArea += p * width;
    qArea += q * width;
    sum += width * (p * Elementary.log2(p / m) + (q > 0 ? q * Elementary.log2(q / m) : 0));
  }
  // ∫ (M − P) + ∫ (M − Q) is 0: what makes each of the two cumulative divergences non-negative cancels in their sum.
  const bound = pArea + qArea;
  return bound > 0 ? Math.sqrt(Math.max(0, sum) / bound) : 0;
}
