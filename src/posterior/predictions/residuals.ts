/** Observed minus predicted, per draw. */

import type { Fit } from "../../api/fit-types.ts";
import { RESPONSE_WIDTH } from "../../autodiff/ops/likelihood.ts";
import { FamilyError } from "../../errors.ts";
import { familyOf } from "../../families/index.ts";
import { packResponse } from "../../families/response-data.ts";
import { sd } from "../../numeric/moments.ts";
import { checkOptions, type OptionTable, oneOf } from "../../options.ts";
import { predictionFrame } from "./frame.ts";
import { epred, type PredictOptions, predict, predictOptions } from "./predict.ts";
import { Predictions } from "./predictions.ts";

export interface ResidualOptions extends PredictOptions {
  /** `pearson` divides by the standard deviation of the predictive distribution of each row. */
  readonly type?: "ordinary" | "pearson";
  /** `epred` (default) subtracts the expected response, `predict` a random one (brms' predictive errors). */
  readonly method?: "epred" | "predict";
}

const residualOptions = {
  ...predictOptions,
  type: oneOf("ordinary", "pearson"),
  method: oneOf("epred", "predict"),
} satisfies OptionTable<ResidualOptions>;

/**
 * @throws FamilyError for ordinal families, whose categories have no difference; DataError as `predict`, and when new data lack
 *   the response.
 */
export function residuals(fit: Fit, newData?: unknown, options: ResidualOptions = {}): Predictions {
  options = checkOptions("residuals()", residualOptions, options);
  const family = familyOf(fit.spec.family);
  if (family.response.kind === "category") {
    throw new FamilyError(
      `residuals of a ${family.name} model are not defined: categories have no difference`,
    );
  }
  const { type = "ordinary", method = "epred", ...rest } = options;
  const given = newData === undefined || newData === null ? {} : { newData };
  const { response } = predictionFrame(fit.spec, { ...rest, ...given }, "values");
  const packed = packResponse(response, family);
  const expected = (method === "epred" ? epred : predict)(fit, newData, rest);
  const random = type === "pearson" ? predict(fit, newData, rest) : undefined;
  const source = expected.source;
  return new Predictions({
    rows: expected.rows,
    draws: expected.draws,
    fill(from, to, out) {
      const count = to - from;
      source.fill(from, to, out);
      for (let s = 0; s < expected.draws; s++) {
        for (let i = 0; i < count; i++) {
          out[s * count + i] = packed[(from + i) * RESPONSE_WIDTH]! - out[s * count + i]!;
        }
      }
      if (random === undefined) return;
      const drawn = new Float64Array(out.length);
      random.source.fill(from, to, drawn);
      const column = new Float64Array(expected.draws);
      for (let i = 0; i < count; i++) {
        for (let s = 0; s < column.length; s++) column[s] = drawn[s * count + i]!;
        const spread = sd(column);
        for (let s = 0; s < column.length; s++) out[s * count + i]! /= spread;
      }
    },
  });
}
