/** log p(y_i | draw) of all observations and draws: `values[(chain × draws + draw) × observations + i]`. */
import * as Elementary from "../numeric/elementary.ts";

export interface PointwiseLogLik {
  readonly chains: number;
  /** Per chain. */
  readonly draws: number;
  readonly observations: number;
  readonly values: Float64Array;
}

/** Copies the draws of one observation into `out` (length chains × draws). */
export function observationDraws(
  { observations, values }: Pick<PointwiseLogLik, "observations" | "values">,
  observation: number,
  out: Float64Array,
): void {
  for (let s = 0, at = observation; s < out.length; s++, at += observations) out[s] = values[at]!;
}

/** log Σ exp(x) without overflow. */
export function logSumExp(x: Float64Array): number {
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < x.length; i++) if (x[i]! > most) most = x[i]!;
  if (!(most > Number.NEGATIVE_INFINITY && most < Number.POSITIVE_INFINITY)) return most;
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += Elementary.exp(x[i]! - most);
  return most + Elementary.log(sum);
}
