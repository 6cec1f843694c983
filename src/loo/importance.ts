/** Leave-one-out importance weights of every observation, made one observation at a time. */

import { createAutocovariance } from "../diagnostics/autocovariance.ts";
import { ess } from "../diagnostics/ess.ts";
import * as Elementary from "../numeric/elementary.ts";
import { logSumExp, observationDraws, type PointwiseLogLik } from "./pointwise.ts";
import { smoothTail } from "./psis.ts";

export interface ObservationWeights {
  /** Normalised log weights: their exponentials sum to 1. */
  readonly logWeights: Float64Array;
  readonly k: number;
  readonly relativeEfficiency: number;
}

export class LooWeights {
  readonly logLik: PointwiseLogLik;
  readonly #efficiency: Float64Array;
  readonly #autocovariance: ReturnType<typeof createAutocovariance>;

  constructor(logLik: PointwiseLogLik) {
    this.logLik = logLik;
    this.#efficiency = new Float64Array(logLik.observations).fill(Number.NaN);
    this.#autocovariance = createAutocovariance(logLik.draws);
  }

  /** Writes the normalised log weights of observation `i` into `out` (length chains × draws) and returns k. */
  write(i: number, out: Float64Array): number {
    observationDraws(this.logLik, i, out);
    const efficiency = this.relativeEfficiency(i, out);
    for (let s = 0; s < out.length; s++) out[s] = -out[s]!;
    const k = smoothTail(out, efficiency);
    const total = logSumExp(out);
    for (let s = 0; s < out.length; s++) out[s]! -= total;
    return k;
  }

  of(i: number): ObservationWeights {
    const logWeights = new Float64Array(this.logLik.chains * this.logLik.draws);
    const k = this.write(i, logWeights);
    return { logWeights, k, relativeEfficiency: this.#efficiency[i]! };
  }

  /** ESS of the likelihood of observation `i`, relative to the number of draws; 1 where it is constant. */
  relativeEfficiency(i: number, logLikelihoods: Float64Array): number {
    const known = this.#efficiency[i]!;
    if (!Number.isNaN(known)) return known;
    const { chains, draws } = this.logLik;
    const values = logLikelihoods.map(Elementary.exp);
    const efficiency = ess({ chains, draws, values }, this.#autocovariance) / values.length;
    this.#efficiency[i] = Number.isNaN(efficiency) ? 1 : efficiency;
    return this.#efficiency[i]!;
  }
}
