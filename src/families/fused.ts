/** Which families have a kernel that passes over all rows at once, and the terms of them that rows share. */

import type { CommonTerm } from "../autodiff/ops/fused-rows.ts";
import type { Kind } from "../kernels/kinds.ts";
import * as Elementary from "../numeric/elementary.ts";
import { log1mExp } from "../numeric/log-space.ts";
import {
  logGammaHalfStep,
  logGammaHalfStepDerivative,
  logRisingExcess,
  logRisingExcessSlope,
  stirlingExcess,
  stirlingExcessSlope,
} from "../numeric/stirling.ts";

/** The response of all rows: y, trials (1 where there are none) and weights (null = all 1). */
export interface FusedData {
  readonly y: Float64Array;
  readonly trials: Float64Array;
  readonly weights: Float64Array | null;
}

/** What a row plan needs of the likelihood, and what the node adds to it. */
export interface FusedLikelihood {
  readonly kind: Kind;
  readonly y: Float64Array;
  readonly second: Float64Array | null;
  readonly weights: Float64Array | null;
  readonly common: CommonTerm;
  /** Values of shared parameters that the family does not have, after those that it has. */
  readonly fixed: readonly number[];
}

interface FusedFamily {
  readonly kind: Kind;
  /** y as the kernel takes it, and its second number per row. */
  readonly y?: (data: FusedData) => Float64Array;
  readonly second?: (data: FusedData) => Float64Array;
  /** A shared parameter that the family does not have: its value on the kernel scale. */
  readonly fixed?: number;
  readonly common?: (data: FusedData) => CommonTerm;
}

const gaussian: FusedFamily = { kind: "gaussianIdentity", common: logSigmaTerm };

/** By family and link of mu. */
const table: Readonly<Record<string, FusedFamily>> = {
  "bernoulli logit": { kind: "bernoulliLogit" },
  "binomial logit": { kind: "binomialLogit", second: ({ trials }) => trials },
  "poisson log": { kind: "poissonLog" },
  "negbinomial log": { kind: "negbinomialLog", common: risingTerm },
  "geometric log": { kind: "negbinomialLog", fixed: 0 },
  "gaussian identity": gaussian,
  "lognormal identity": { ...gaussian, y: ({ y }) => y.map(Elementary.log) },
  "student identity": { kind: "studentIdentity", common: studentTerm },
  "Gamma log": { kind: "gammaLog", second: ({ y }) => y.map(Elementary.log), common: gammaTerm },
  "exponential log": { kind: "exponentialLog" },
  "cumulative logit": { kind: "cumulativeLogit", common: gapTerm },
};

export function hasFusedKernel(family: string, link: string): boolean {
  return Object.hasOwn(table, `${family} ${link}`);
}

/** The family and link must be in the table (`hasFusedKernel`). */
export function fusedLikelihood(family: string, link: string, data: FusedData): FusedLikelihood {
  const { kind, y, second, fixed, common } = table[`${family} ${link}`]!;
  return {
    kind,
    y: y?.(data) ?? data.y,
    second: second?.(data) ?? null,
    weights: data.weights,
    common: common?.(data) ?? (() => 0),
    fixed: fixed === undefined ? [] : [fixed],
  };
}

function totalWeight({ y, weights }: FusedData): number {
  return weights === null ? y.length : weights.reduce((sum, w) => sum + w, 0);
}

/** Sum of the weights of every distinct y. */
function weightByResponse({ y, weights }: FusedData): [y: number, weight: number][] {
  const byValue = new Map<number, number>();
  for (let i = 0; i < y.length; i++) byValue.set(y[i]!, (byValue.get(y[i]!) ?? 0) + (weights?.[i] ?? 1));
  return [...byValue].sort(([a], [b]) => a - b);
}

/** −log sigma of every row. */
function logSigmaTerm(data: FusedData): CommonTerm {
  const count = totalWeight(data);
  return (p, g) => {
    g[0]! -= count;
    return -count * p[0]!;
  };
}

/** p = [log sigma, nu]: log Γ((nu + 1)/2) − log Γ(nu/2) − ½ log(nu π) − log sigma. */
function studentTerm(data: FusedData): CommonTerm {
  const count = totalWeight(data);
  return (p, g) => {
    const nu = p[1]!;
    if (!(nu > 0)) return -Infinity;
    g[0]! -= count;
    g[1]! += count * (0.5 * logGammaHalfStepDerivative(nu / 2) - 0.5 / nu);
    return count * (logGammaHalfStep(nu / 2) - 0.5 * (Elementary.log(nu) + Elementary.log(Math.PI)) - p[0]!);
  };
}

/** p = [log shape]: a log a − a − log Γ(a). */
function gammaTerm(data: FusedData): CommonTerm {
  const count = totalWeight(data);
  return (p, g) => {
    const shape = Elementary.exp(p[0]!);
    g[0]! += count * stirlingExcessSlope(shape);
    return count * stirlingExcess(shape);
  };
}

/** p = [log shape]: the rising factorial, once for every distinct count. */
function risingTerm(data: FusedData): CommonTerm {
  const counts = weightByResponse(data);
  return (p, g) => {
    const shape = Elementary.exp(p[0]!);
    let total = 0;
    for (const [y, weight] of counts) {
      total += weight * logRisingExcess(shape, y);
      g[0]! += weight * logRisingExcessSlope(shape, y);
    }
    return total;
  };
}

/** p = thresholds: log(1 − exp(τ_{y−1} − τ_y)) of the inner categories. */
function gapTerm(data: FusedData): CommonTerm {
  const categories = weightByResponse(data);
  return (p, g) => {
    for (let k = 1; k < p.length; k++) if (!(p[k]! > p[k - 1]!)) return -Infinity;
    let total = 0;
    for (const [y, weight] of categories) {
      if (y === 1 || y > p.length) continue;
      const gap = p[y - 1]! - p[y - 2]!;
      const slope = weight / Elementary.expm1(gap);
      total += weight * log1mExp(-gap);
      g[y - 1]! += slope;
      g[y - 2]! -= slope;
    }
    return total;
  };
}
