/** Log densities as nodes: the partial derivatives are taken in the forward pass, where the values are at hand. */

import type { Distribution } from "../../distributions/distribution.ts";
import * as Elementary from "../../numeric/elementary.ts";
import type { Op } from "../op.ts";

const LOG_SQRT_TWO_PI = 0.5 * Elementary.log(2 * Math.PI);

/** Σ log N(x_i | 0, 1). */
export const standardNormal: Op = {
  name: "standardNormal",
  shape: () => [],
  forward({ x, y }) {
    const a = x[0]!;
    let squares = 0;
    for (let i = 0; i < a.length; i++) squares += a[i]! * a[i]!;
    y[0] = -0.5 * squares - a.length * LOG_SQRT_TWO_PI;
  },
  backward({ x, xBar, yBar }) {
    const a = x[0]!;
    const aBar = xBar[0];
    if (aBar == null) return;
    const bar = yBar[0]!;
    for (let i = 0; i < a.length; i++) aBar[i]! -= bar * a[i]!;
  },
};

/** One fixed prior per element; null = flat. */
export interface ElementPriors {
  readonly priors: readonly (ElementPrior | null)[];
}

export interface ElementPrior {
  readonly distribution: Distribution;
  readonly arguments: Float64Array;
}

interface PriorWork {
  /** d log p_i / d x_i. */
  readonly derivatives: Float64Array;
  /** What a distribution's gradient writes. */
  readonly out: Float64Array;
}

/** Σ log p_i(x_i) with a distribution of its own, fixed arguments, for every element. */
export const elementPriors: Op<ElementPriors, PriorWork> = {
  name: "elementPriors",
  shape: () => [],
  workspace: ({ x, attributes: { priors } }) => ({
    derivatives: new Float64Array(x[0]!.length),
    out: new Float64Array(1 + Math.max(0, ...priors.map((prior) => prior?.arguments.length ?? 0))),
  }),
  forward({ x, y, work: { derivatives, out }, attributes: { priors } }) {
    const a = x[0]!;
    let total = 0;
    for (let i = 0; i < a.length; i++) {
      const prior = priors[i]!;
      if (prior === null) continue;
      total += prior.distribution.gradient(a[i]!, prior.arguments, out);
      derivatives[i] = out[0]!;
    }
    y[0] = total;
  },
  backward({ xBar, yBar, work: { derivatives }, attributes: { priors } }) {
    const aBar = xBar[0];
    if (aBar == null) return;
    const bar = yBar[0]!;
    for (let i = 0; i < aBar.length; i++) if (priors[i] !== null) aBar[i]! += bar * derivatives[i]!;
  },
};

/** Σ log p(x_i | a_i, b_i, …): value and arguments are operands, scalars repeated against vectors. */
export const distributionDensity: Op<Distribution, DensityWork> = {
  name: "distributionDensity",
  shape: () => [],
  workspace: ({ x }) => {
    const rows = Math.max(...x.map((operand) => operand.length));
    return {
      rows,
      partials: new Float64Array(rows * x.length),
      args: new Float64Array(x.length - 1),
      out: new Float64Array(x.length),
    };
  },
  forward({ x, y, work: { rows, partials, args, out }, attributes: distribution }) {
    const width = x.length;
    let total = 0;
    for (let i = 0; i < rows; i++) {
      for (let k = 1; k < width; k++) args[k - 1] = x[k]!.length === 1 ? x[k]![0]! : x[k]![i]!;
      const value = x[0]!.length === 1 ? x[0]![0]! : x[0]![i]!;
      total += distribution.gradient(value, args, out);
      for (let k = 0; k < width; k++) partials[i * width + k] = out[k]!;
    }
    y[0] = total;
  },
  backward({ x, xBar, yBar, work: { rows, partials } }) {
    const width = x.length;
    const bar = yBar[0]!;
    for (let k = 0; k < width; k++) {
      const own = xBar[k]!;
      if (own === null) continue;
      const step = own.length === 1 ? 0 : 1;
      for (let i = 0; i < rows; i++) own[i * step]! += bar * partials[i * width + k]!;
    }
  },
};

interface DensityWork {
  readonly rows: number;
  /** rows × operands. */
  readonly partials: Float64Array;
  readonly args: Float64Array;
  readonly out: Float64Array;
}

/** A structured density with a gradient of its own (LKJ on a Cholesky factor, Dirichlet on a simplex). */
export interface StructuredDensity {
  readonly name: string;
  /** Log density of x; writes its gradient (same length as x). */
  readonly gradient: (x: Float64Array, out: Float64Array) => number;
}

export const structuredDensity: Op<StructuredDensity, Float64Array> = {
  name: "structuredDensity",
  shape: () => [],
  workspace: ({ x }) => new Float64Array(x[0]!.length),
  forward({ x, y, work, attributes }) {
    y[0] = attributes.gradient(x[0]!, work);
  },
  backward({ xBar, yBar, work }) {
    const aBar = xBar[0];
    if (aBar == null) return;
    const bar = yBar[0]!;
    for (let i = 0; i < aBar.length; i++) aBar[i]! += bar * work[i]!;
  },
};
