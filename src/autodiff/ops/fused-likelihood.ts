/**
 * Faster forms of `rowLikelihood` for the two commonest cases, equal to it to rounding (and tested to be):
 * what is shared by all rows is taken out of the loop.
 */
import * as Elementary from "../../numeric/elementary.ts";
import { type Op, requireShape } from "../op.ts";

export interface FusedAttributes {
  readonly y: Float64Array;
  /** null = all 1. */
  readonly weights: Float64Array | null;
}

const LOG_SQRT_TWO_PI = 0.5 * Elementary.log(2 * Math.PI);

/** Σ w_i·log N(y_i | mu_i, sigma) with one sigma. Operands: mu [n], log sigma (scalar). */
export const normalLikelihood: Op<FusedAttributes, NormalWork> = {
  name: "normalLikelihood",
  shape([mu, logSigma], { y }) {
    requireShape(mu!.length === 1 && mu![0] === y.length, "normalLikelihood: mu needs one entry per row");
    requireShape(logSigma!.length === 0, "normalLikelihood: log sigma is a scalar");
    return [];
  },
  workspace: ({ attributes: { y, weights } }) => ({
    residuals: new Float64Array(y.length),
    scaledSquares: 0,
    precision: 1,
    count: weights === null ? y.length : weights.reduce((a, b) => a + b, 0),
  }),
  forward({ x, y: out, work, attributes: { y, weights } }) {
    const mu = x[0]!;
    const logSigma = x[1]![0]!;
    const { residuals } = work;
    let squares = 0;
    if (weights === null) {
      for (let i = 0; i < y.length; i++) {
        const residual = y[i]! - mu[i]!;
        residuals[i] = residual;
        squares += residual * residual;
      }
    } else {
      for (let i = 0; i < y.length; i++) {
        const residual = y[i]! - mu[i]!;
        residuals[i] = weights[i]! * residual;
        squares += residuals[i]! * residual;
      }
    }
    work.precision = Elementary.exp(-2 * logSigma);
    work.scaledSquares = work.precision * squares;
    out[0] = -work.count * (logSigma + LOG_SQRT_TWO_PI) - 0.5 * work.scaledSquares;
  },
  backward({ xBar, yBar, work: { residuals, scaledSquares, precision, count } }) {
    const bar = yBar[0]!;
    const muBar = xBar[0]!;
    const logSigmaBar = xBar[1]!;
    const scale = bar * precision;
    if (muBar !== null) for (let i = 0; i < muBar.length; i++) muBar[i]! += scale * residuals[i]!;
    if (logSigmaBar !== null) logSigmaBar[0]! += bar * (scaledSquares - count);
  },
};

interface NormalWork {
  /** w_i·(y_i − mu_i). */
  readonly residuals: Float64Array;
  /** Σ w_i·(y_i − mu_i)² / sigma². */
  scaledSquares: number;
  precision: number;
  readonly count: number;
}

/** Products of this many factors in (1, 2] cannot overflow: 2^512. */
const FACTORS_PER_LOGARITHM = 512;

/** Σ log P(y_i | logit⁻¹ η_i) for y in {0, 1} without weights: one exponential per row, one logarithm per 512 rows. */
export const bernoulliLogitLikelihood: Op<FusedAttributes, Float64Array> = {
  name: "bernoulliLogitLikelihood",
  shape([eta], { y, weights }) {
    requireShape(
      eta!.length === 1 && eta![0] === y.length,
      "bernoulliLogitLikelihood: eta needs one entry per row",
    );
    requireShape(weights === null, "bernoulliLogitLikelihood: takes no weights");
    return [];
  },
  workspace: ({ attributes: { y } }) => new Float64Array(y.length),
  /** log P = min(s·η, 0) − log(1 + e^−|η|) with s = ±1; the work space holds its derivative. */
  forward({ x, y: out, work, attributes: { y } }) {
    const eta = x[0]!;
    let total = 0;
    let product = 1;
    for (let i = 0; i < y.length; i++) {
      const sign = 2 * y[i]! - 1;
      const signed = sign * eta[i]!;
      const tail = Elementary.exp(-Math.abs(signed));
      const factor = 1 + tail;
      if (signed < 0) total += signed;
      work[i] = (signed < 0 ? sign : sign * tail) / factor;
      product *= factor;
      if (i % FACTORS_PER_LOGARITHM === FACTORS_PER_LOGARITHM - 1) {
        total -= Elementary.log(product);
        product = 1;
      }
    }
    out[0] = total - Elementary.log(product);
  },
  backward({ xBar, yBar, work }) {
    const etaBar = xBar[0];
    if (etaBar == null) return;
    const bar = yBar[0]!;
    for (let i = 0; i < etaBar.length; i++) etaBar[i]! += bar * work[i]!;
  },
};
