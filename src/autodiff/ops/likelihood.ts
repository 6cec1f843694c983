/**
 * The log-likelihood of all rows as one node. The family supplies the kernel of a single row; this file supplies the
 * loop, the weights, the censoring and the bookkeeping of derivatives.
 */

import type { RowKernel } from "../../families/family.ts";
import * as Elementary from "../../numeric/elementary.ts";
import { type Op, requireShape } from "../op.ts";

/** Per row: [y, trials, upper bound of an interval]. */
export const RESPONSE_WIDTH = 3;

export interface LikelihoodAttributes {
  readonly rows: number;
  readonly kernel: RowKernel;
  /** rows × RESPONSE_WIDTH, row-major. */
  readonly response: Float64Array;
  readonly weights: Float64Array | null;
  /** −1 left, 0 none, 1 right, 2 interval; null = nothing is censored. */
  readonly censoring: Int8Array | null;
}

interface LikelihoodWork {
  /** Number of entries of one row's parameters: the dpars, then the thresholds. */
  readonly count: number;
  readonly d: Float64Array;
  readonly p: Float64Array;
  readonly g: Float64Array;
  readonly spare: Float64Array;
  /** ∂/∂operand, one array per operand. */
  readonly partials: readonly Float64Array[];
}

/**
 * Σ_i w_i·log f(y_i | p_i) without the data-only terms. Operands: the distributional parameters on their kernel scale,
 * each a scalar or a vector of rows, then, when `thresholds` families need them, the vector of thresholds.
 */
export const rowLikelihood: Op<LikelihoodAttributes & { readonly dpars: number }, LikelihoodWork> = {
  name: "rowLikelihood",
  shape(inputs, { rows, response, dpars }) {
    requireShape(
      response.length === rows * RESPONSE_WIDTH,
      "rowLikelihood: response does not have `rows` rows",
    );
    inputs.forEach((shape, k) => {
      const fits =
        k >= dpars ? shape.length === 1 : shape.length === 0 || (shape.length === 1 && shape[0] === rows);
      requireShape(fits, `rowLikelihood: operand ${k + 1} is neither a scalar nor a vector of ${rows} rows`);
    });
    return [];
  },
  workspace({ x, attributes: { dpars } }) {
    const count = dpars + (x[dpars]?.length ?? 0);
    return {
      count,
      d: new Float64Array(RESPONSE_WIDTH),
      p: new Float64Array(count),
      g: new Float64Array(count),
      spare: new Float64Array(count),
      partials: x.map((operand) => new Float64Array(operand.length)),
    };
  },
  forward({ x, y, work, attributes }) {
    const { rows, kernel, response, weights, censoring, dpars } = attributes;
    const { count, d, p, g, spare, partials } = work;
    for (let k = 0; k < x.length; k++) partials[k]!.fill(0);
    for (let k = 0; k < dpars; k++) p[k] = x[k]![0]!;
    if (count > dpars) p.set(x[dpars]!, dpars);

    let logLikelihood = 0;
    for (let i = 0; i < rows; i++) {
      const at = i * RESPONSE_WIDTH;
      d[0] = response[at]!;
      d[1] = response[at + 1]!;
      d[2] = response[at + 2]!;
      for (let k = 0; k < dpars; k++) if (x[k]!.length > 1) p[k] = x[k]![i]!;
      const weight = weights === null ? 1 : weights[i]!;
      if (weight === 0) continue;
      const value =
        censoring === null || censoring[i] === 0
          ? kernel.logDensity(d, p, g)
          : censoredLogDensity(kernel, censoring[i]!, d, p, g, spare);
      logLikelihood += weight * value;
      if (!(logLikelihood > Number.NEGATIVE_INFINITY)) break;
      for (let k = 0; k < dpars; k++) partials[k]![x[k]!.length > 1 ? i : 0]! += weight * g[k]!;
      for (let k = dpars; k < count; k++) partials[dpars]![k - dpars]! += weight * g[k]!;
    }
    y[0] = Number.isNaN(logLikelihood) ? Number.NEGATIVE_INFINITY : logLikelihood;
  },
  backward({ xBar, yBar, work: { partials } }) {
    const bar = yBar[0]!;
    for (let k = 0; k < xBar.length; k++) {
      const aBar = xBar[k]!;
      if (aBar === null) continue;
      const own = partials[k]!;
      for (let i = 0; i < aBar.length; i++) aBar[i]! += bar * own[i]!;
    }
  },
};

/** A censored row: log F(y) on the left, log (1 − F(y)) on the right, log (F(upper) − F(y)) for an interval (y, upper]. */
export function censoredLogDensity(
  kernel: RowKernel,
  code: number,
  d: Float64Array,
  p: Float64Array,
  g: Float64Array,
  spare: Float64Array,
): number {
  if (code < 0) return kernel.logCdf!(d, p, g);
  if (code === 1) return kernel.logCcdf!(d, p, g);
  // In the upper tail both distribution functions round to 1, so their complements are subtracted instead.
  const inLowerTail = kernel.logCdf!(d, p, spare) < Math.LN2 * -1;
  const y = d[0]!;
  const atLower = inLowerTail ? kernel.logCdf!(d, p, spare) : kernel.logCcdf!(d, p, spare);
  d[0] = d[2]!;
  const atUpper = inLowerTail ? kernel.logCdf!(d, p, g) : kernel.logCcdf!(d, p, g);
  d[0] = y;
  const larger = inLowerTail ? atUpper : atLower;
  const smaller = inLowerTail ? atLower : atUpper;
  const ratio = Elementary.exp(smaller - larger);
  const value = larger + Elementary.log1p(-ratio);
  const scale = 1 / (1 - ratio);
  for (let k = 0; k < g.length; k++) {
    const gLarger = inLowerTail ? g[k]! : spare[k]!;
    const gSmaller = inLowerTail ? spare[k]! : g[k]!;
    g[k] = scale * (gLarger - (ratio === 0 ? 0 : ratio * gSmaller));
  }
  return value;
}
