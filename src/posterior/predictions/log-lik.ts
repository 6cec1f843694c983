/** The log-likelihood of every observation for every draw. */

import type { Fit } from "../../api/fit-types.ts";
import { censoredLogDensity, RESPONSE_WIDTH } from "../../autodiff/ops/likelihood.ts";
import { familyOf } from "../../families/index.ts";
import { checkResponse, packResponse } from "../../families/response-data.ts";
import type { PointwiseLogLik } from "../../loo/pointwise.ts";
import { checkOptions, type OptionTable, whole } from "../../options.ts";
import { type FrameOptions, frameOptions, predictionFrame } from "./frame.ts";
import { DparReader, LinearPredictors } from "./linear-predictors.ts";
import { BLOCK_ROWS } from "./predictions.ts";

export interface LogLikOptions extends Omit<FrameOptions, "newData"> {
  readonly seed?: number;
}

const logLikOptions = { ...frameOptions, seed: whole(0) } satisfies OptionTable<LogLikOptions>;

/**
 * Normalised, weighted as the model weights them (brms' log_lik), censored observations by their probability.
 *
 * @throws DataError for new data in which the response or a predictor is missing.
 */
export function logLik(fit: Fit, newData?: unknown, options: LogLikOptions = {}): PointwiseLogLik {
  options = checkOptions("logLik()", logLikOptions, options);
  const { spec, draws, settings } = fit;
  const family = familyOf(spec.family);
  const frame = predictionFrame(
    spec,
    { ...options, ...(newData !== undefined && newData !== null && { newData }) },
    "values",
  );
  const { response, rows } = frame;
  checkResponse(response, family);
  const packed = packResponse(response, family);
  const total = draws.chains * draws.draws;
  const choice = {
    which: Int32Array.from({ length: total }, (_, s) => s),
    seed: options.seed ?? settings.seed,
  };
  const eta = new LinearPredictors(spec, family, draws, frame, choice, options.newLevels);
  const readers = family.dpars.map((dpar) => new DparReader(spec, family, dpar, draws, frame, choice));
  const kernel = family.kernel({ links: spec.family.links, categories: spec.categories });

  const count = readers.length + eta.thresholds.length;
  const values = readers.map(() => new Float64Array(BLOCK_ROWS));
  const p = new Float64Array(count);
  const g = new Float64Array(count);
  const spare = new Float64Array(count);
  const d = new Float64Array(RESPONSE_WIDTH);
  const codes = response.censoring?.codes;
  const constants = Float64Array.from({ length: rows }, (_, i) =>
    codes !== undefined && codes[i] !== 0
      ? 0
      : (kernel.dataTerm?.(packed.subarray(i * RESPONSE_WIDTH, (i + 1) * RESPONSE_WIDTH)) ?? 0),
  );
  const out = new Float64Array(total * rows);
  for (let from = 0; from < rows; from += BLOCK_ROWS) {
    const to = Math.min(rows, from + BLOCK_ROWS);
    eta.rows(from, to);
    for (let s = 0; s < total; s++) {
      readers.forEach((reader, k) => {
        reader.kernel(eta, s, from, to, values[k]!);
      });
      eta.readThresholds(s);
      p.set(eta.thresholds, readers.length);
      for (let i = from; i < to; i++) {
        for (let k = 0; k < readers.length; k++) p[k] = values[k]![i - from]!;
        for (let j = 0; j < RESPONSE_WIDTH; j++) d[j] = packed[i * RESPONSE_WIDTH + j]!;
        const code = codes?.[i] ?? 0;
        const value =
          code === 0
            ? kernel.logDensity(d, p, g) + constants[i]!
            : censoredLogDensity(kernel, code, d, p, g, spare);
        out[s * rows + i] = (response.weights?.[i] ?? 1) * value;
      }
    }
  }
  return { chains: draws.chains, draws: draws.draws, observations: rows, values: out };
}
