/**
 * Standard deviations with a sign. A model knows them by their logarithms, on which zero is the end of a long tail. Their effects
 * are Λz with Λ = diag(sd)·L, so that the posterior is smooth in diag(sd) of either sign: with d the signs,
 * diag(sd)·L·z = diag(|sd|)·(D·L·D)·(D·z), and D·L·D has the partial correlations of L with their signs turned. Chains therefore
 * move in x with sd = s·sinh(x), linear near zero and logarithmic far from it; s is how small a standard deviation the data can tell
 * from zero. Draws are those of |sd|. (As for collapsed models, model/collapsed/hyperparameters.ts, where zero is common too.)
 */
import * as Elementary from "../../numeric/elementary.ts";

export interface SignedBlock {
  /** First coordinates of log sd, and of the partial correlations of their effects (−1 = none). */
  readonly sd: number;
  readonly correlations: number;
  /** s of every standard deviation. */
  readonly scale: Float64Array;
  readonly effects: readonly SignedEffects[];
}

/** z that have standard deviation number `element`: `count` coordinates from `from` on, `stride` apart. */
export interface SignedEffects {
  readonly element: number;
  readonly from: number;
  readonly stride: number;
  readonly count: number;
}

export class SignedScales {
  readonly #blocks: readonly SignedBlock[];
  readonly #signs: readonly Float64Array[];
  /** |x|. */
  readonly #sizes: readonly Float64Array[];

  constructor(blocks: readonly SignedBlock[]) {
    this.#blocks = blocks;
    this.#signs = blocks.map(({ scale }) => new Float64Array(scale.length).fill(1));
    this.#sizes = blocks.map(({ scale }) => new Float64Array(scale.length));
  }

  /** From signed to positive standard deviations, in place; returns log|∂positive/∂signed|. */
  toPositive(q: Float64Array): number {
    let logJacobian = 0;
    this.#blocks.forEach(({ sd, scale }, b) => {
      const signs = this.#signs[b]!;
      const sizes = this.#sizes[b]!;
      for (let k = 0; k < scale.length; k++) {
        const x = q[sd + k]!;
        // Zero itself has no logarithm; beside it nothing changes.
        const size = Math.max(Math.abs(x), 1e-300);
        signs[k] = x < 0 ? -1 : 1;
        sizes[k] = size;
        q[sd + k] = Elementary.log(scale[k]!) + logSinh(size);
        logJacobian -= Elementary.log(Elementary.tanh(size));
      }
    });
    this.#turn(q);
    return logJacobian;
  }

  /** Back, to the positive sign; in place. */
  fromPositive(q: Float64Array): void {
    for (const { sd, scale } of this.#blocks) {
      for (let k = 0; k < scale.length; k++) {
        q[sd + k] = Elementary.asinh(Elementary.exp(q[sd + k]!) / scale[k]!);
      }
    }
  }

  /** After `toPositive`: from the gradient by positive to that by signed ones, with that of the Jacobian. */
  pullback(gradient: Float64Array): void {
    this.#turn(gradient);
    this.#blocks.forEach(({ sd, scale }, b) => {
      for (let k = 0; k < scale.length; k++) {
        const tanh = Elementary.tanh(this.#sizes[b]![k]!);
        gradient[sd + k] = this.#signs[b]![k]! * ((gradient[sd + k]! - 1) / tanh + tanh);
      }
    });
  }

  #turn(q: Float64Array): void {
    this.#blocks.forEach(({ scale, correlations, effects }, b) => {
      const signs = this.#signs[b]!;
      for (let i = 1, at = correlations; correlations >= 0 && i < scale.length; i++) {
        for (let j = 0; j < i; j++) q[at++]! *= signs[i]! * signs[j]!;
      }
      for (const { element, from, stride, count } of effects) {
        if (signs[element]! > 0) continue;
        for (let k = 0, at = from; k < count; k++, at += stride) q[at] = -q[at]!;
      }
    });
  }
}

/** log sinh a for a > 0. */
function logSinh(a: number): number {
  return a - Math.LN2 + Elementary.log(-Elementary.expm1(-2 * a));
}
