/**
 * Kernels of the ordinal families. p = [mu, disc, τ₁ … τ_{K−1}]; `mu` is the linear predictor itself: threshold
 * families receive it untouched, and the link of mu names the distribution function F that the kernel evaluates.
 * Definitions as in Bürkner & Vuorre (2019), "Ordinal regression models in psychology".
 */
import * as Elementary from "../numeric/elementary.ts";
import type { KernelContext, RowKernel } from "./family.ts";
import { orImpossible } from "./impossible.ts";
import { findLink, type LinkCdf } from "./links.ts";

/** Index of the first threshold in p. */
export const FIRST = 2;

export function thresholdCdf(context: KernelContext): LinkCdf {
  const cdf = findLink(context.links.mu ?? "logit").cdf;
  if (cdf === undefined) throw new TypeError(`the link "${context.links.mu}" is not a distribution function`);
  return cdf;
}

/** Adds the gradient of one term with derivative `slope` in disc (τ_i − mu). */
function addGradient(g: Float64Array, i: number, slope: number, disc: number, gap: number): void {
  g[0]! -= disc * slope;
  g[1]! += slope * gap;
  g[i]! += disc * slope;
}

/** P(Y ≤ k) = F(disc (τ_k − mu)). */
export function cumulativeKernel(context: KernelContext): RowKernel {
  const cdf = thresholdCdf(context);
  return {
    logDensity(d, p, g) {
      const y = d[0]!;
      const disc = p[1]!;
      const mu = p[0]!;
      const above = FIRST + y - 1; // threshold above category y
      g.fill(0);
      if (!(disc > 0)) return -Infinity;
      if (y === 1) {
        const gap = p[above]! - mu;
        addGradient(g, above, cdf.logCdfDerivative(disc * gap), disc, gap);
        return orImpossible(cdf.logCdf(disc * gap));
      }
      if (above === p.length) {
        const gap = p[above - 1]! - mu;
        addGradient(g, above - 1, cdf.logCcdfDerivative(disc * gap), disc, gap);
        return orImpossible(cdf.logCcdf(disc * gap));
      }
      const upperGap = p[above]! - mu;
      const lowerGap = p[above - 1]! - mu;
      if (!(upperGap > lowerGap)) return -Infinity;
      const upper = disc * upperGap;
      const lower = disc * lowerGap;
      const value = cdf.logDifference(upper, lower);
      const byUpper = cdf.differenceByUpper(upper, lower, value);
      const byLower = cdf.differenceByLower(upper, lower, value);
      g[0] = -disc * (byUpper + byLower);
      g[1] = byUpper * upperGap + byLower * lowerGap;
      g[above] = disc * byUpper;
      g[above - 1] = disc * byLower;
      return orImpossible(value);
    },
  };
}

/** A sequence of decisions to stop at category k, or to go on: P(Y = k | Y ≥ k) = F(disc (τ_k − mu)). */
export function stoppingKernel(context: KernelContext): RowKernel {
  const cdf = thresholdCdf(context);
  return {
    logDensity(d, p, g) {
      const y = d[0]!;
      const disc = p[1]!;
      g.fill(0);
      if (!(disc > 0)) return -Infinity;
      let value = 0;
      for (let k = 1; k <= y && FIRST + k <= p.length; k++) {
        const i = FIRST + k - 1;
        const gap = p[i]! - p[0]!;
        const x = disc * gap;
        value += k < y ? cdf.logCcdf(x) : cdf.logCdf(x);
        addGradient(g, i, k < y ? cdf.logCcdfDerivative(x) : cdf.logCdfDerivative(x), disc, gap);
      }
      return orImpossible(value);
    },
  };
}

/** The same sequence with the roles of F turned round: P(Y > k | Y ≥ k) = F(disc (mu − τ_k)). */
export function continuationKernel(context: KernelContext): RowKernel {
  const cdf = thresholdCdf(context);
  return {
    logDensity(d, p, g) {
      const y = d[0]!;
      const disc = p[1]!;
      g.fill(0);
      if (!(disc > 0)) return -Infinity;
      let value = 0;
      for (let k = 1; k <= y && FIRST + k <= p.length; k++) {
        const i = FIRST + k - 1;
        const gap = p[i]! - p[0]!;
        const x = -disc * gap;
        value += k < y ? cdf.logCdf(x) : cdf.logCcdf(x);
        addGradient(g, i, k < y ? -cdf.logCdfDerivative(x) : -cdf.logCcdfDerivative(x), disc, gap);
      }
      return orImpossible(value);
    },
  };
}

/**
 * P(Y = k + 1 | Y ∈ {k, k + 1}) = F(disc (mu − τ_k)): a softmax over the running sums of logit F.
 */
export function adjacentKernel(context: KernelContext): RowKernel {
  const link = findLink(context.links.mu ?? "logit");
  return {
    logDensity(d, p, g) {
      const y = d[0]!;
      const disc = p[1]!;
      g.fill(0);
      if (!(disc > 0)) return -Infinity;
      let score = 0;
      let chosen = 0;
      let largest = 0;
      for (let i = FIRST; i < p.length; i++) {
        score += link.logitInverse(disc * (p[0]! - p[i]!));
        if (i - FIRST + 2 === y) chosen = score;
        if (score > largest) largest = score;
      }
      // From the last category down: `above` is the mass of the categories above threshold i.
      const last = score;
      let total = 0;
      for (let i = p.length - 1; i >= FIRST; i--) {
        total += Elementary.exp(score - largest);
        score -= link.logitInverse(disc * (p[0]! - p[i]!));
      }
      total += Elementary.exp(-largest);
      let above = 0;
      score = last;
      for (let i = p.length - 1; i >= FIRST; i--) {
        above += Elementary.exp(score - largest) / total;
        const gap = p[i]! - p[0]!;
        const x = -disc * gap;
        const slope = (i - FIRST + 1 < y ? 1 : 0) - above;
        addGradient(g, i, -slope * link.logitInverseDerivative(x), disc, gap);
        score -= link.logitInverse(x);
      }
      return orImpossible(chosen - largest - Elementary.log(total));
    },
  };
}
