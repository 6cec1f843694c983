/**
 * Intraclass correlations and R² of mixed models: Nakagawa & Schielzeth (2013) with the mean random-effects variance of
 * Johnson (2014), σ²_r = meanᵢ zᵢᵀΣzᵢ, which also holds for varying slopes.
 */

import type { LmmFit } from "../lmm-fit.ts";
import { modelOf } from "../model-of-fit.ts";

export interface VarianceExplained {
  /** Variance of the population-level linear predictor (n − 1), smooths with it. */
  readonly fixed: number;
  /** Mean variance that the group-level terms give to a row, in all and per grouping factor. */
  readonly random: number;
  readonly byGroup: Readonly<Record<string, number>>;
  readonly residual: number;
  readonly icc: {
    /** random / (random + residual). */
    readonly adjusted: number;
    /** random / (fixed + random + residual). */
    readonly unadjusted: number;
    /** Per grouping factor: its share of random + residual. */
    readonly byGroup: Readonly<Record<string, number>>;
  };
  readonly r2: { readonly marginal: number; readonly conditional: number };
}

export function varianceExplained(fit: LmmFit): VarianceExplained {
  const { layout, fixed, design } = modelOf(fit);
  const n = design.nobs;
  const linear = new Float64Array(n);
  fit.fixed.estimates.forEach((coefficient, j) => {
    for (let i = 0; i < n; i++) linear[i]! += coefficient * fixed.columns[j * n + i]!;
  });
  const variances = new Map<string, number>();
  fit.random.forEach(({ group, covariance, names, effects }, t) => {
    const { block, from, shared } = layout.terms[t]!;
    const { columns, index } = layout.blocks[block]!;
    if (shared !== undefined) {
      // A smooth is part of what the predictors explain, as estimated.
      for (let j = 0; j < shared; j++) {
        for (let i = 0; i < n; i++)
          linear[i]! += columns[(from + j) * n + i]! * effects[index[i]! * shared + j]!;
      }
      return;
    }
    const k = names.length;
    let total = 0;
    for (let a = 0; a < k; a++) {
      for (let b = 0; b < k; b++) {
        let cross = 0;
        for (let i = 0; i < n; i++) cross += columns[(from + a) * n + i]! * columns[(from + b) * n + i]!;
        total += (covariance[b * k + a]! * cross) / n;
      }
    }
    variances.set(group, (variances.get(group) ?? 0) + total);
  });
  const random = [...variances.values()].reduce((sum, value) => sum + value, 0);
  const residual = fit.sigma ** 2;
  const fixedVariance = sampleVariance(linear);
  const share = (value: number): number => value / (random + residual);
  const whole = fixedVariance + random + residual;
  return {
    fixed: fixedVariance,
    random,
    byGroup: Object.fromEntries(variances),
    residual,
    icc: {
      adjusted: share(random),
      unadjusted: random / whole,
      byGroup: Object.fromEntries([...variances].map(([group, value]) => [group, share(value)])),
    },
    r2: { marginal: fixedVariance / whole, conditional: (fixedVariance + random) / whole },
  };
}

function sampleVariance(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
}
