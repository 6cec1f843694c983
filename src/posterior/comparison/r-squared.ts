/** R² of fits, as posteriors. */

import type { Fit } from "../../api/fit-types.ts";
import { RESPONSE_WIDTH } from "../../autodiff/ops/likelihood.ts";
import { FamilyError } from "../../errors.ts";
import { familyOf } from "../../families/index.ts";
import { packResponse } from "../../families/response-data.ts";
import { bayesianRSquared, looRSquared } from "../../loo/bayes-r2.ts";
import { weightedMean } from "../../loo/expectation.ts";
import * as Elementary from "../../numeric/elementary.ts";
import { checkOptions } from "../../options.ts";
import { stream } from "../../random/streams.ts";
import { epred } from "../predictions/predict.ts";
import { describe, type PredictionSummaryOptions, summaryOptions } from "../predictions/predictions.ts";
import type { NamedEstimate } from "../questions/coefficients.ts";
import { looWeights } from "./loo.ts";

/**
 * Variance of the expected responses over itself plus the residual variance: the model's own for gaussian and bernoulli
 * responses, that of the residuals otherwise.
 * @throws FamilyError for ordinal responses.
 */
export function bayesR2(fit: Fit, options: PredictionSummaryOptions = {}): NamedEstimate {
  options = checkOptions("bayesR2()", summaryOptions, options);
  const y = numericResponse(fit);
  const expected = epred(fit).matrix();
  const n = y.length;
  const total = expected.length / n;
  const { name } = familyOf(fit.spec.family);
  let residual: Float64Array;
  if (name === "gaussian") {
    const sigma = epred(fit, undefined, { dpar: "sigma" }).matrix();
    residual = perDraw(total, n, (at) => sigma[at]! ** 2);
  } else if (name === "bernoulli") residual = perDraw(total, n, (at) => expected[at]! * (1 - expected[at]!));
  else {
    residual = Float64Array.from({ length: total }, (_, s) => {
      let sum = 0;
      let squares = 0;
      for (let i = 0; i < n; i++) {
        const error = y[i]! - expected[s * n + i]!;
        sum += error;
        squares += error * error;
      }
      return (squares - (sum * sum) / n) / (n - 1);
    });
  }
  return { name: "R2", ...describe(bayesianRSquared(expected, n, residual), options) };
}

/** R² of leave-one-out predictions. @throws FamilyError for ordinal responses. */
export function looR2(fit: Fit, options: PredictionSummaryOptions = {}): NamedEstimate {
  options = checkOptions("looR2()", summaryOptions, options);
  const y = numericResponse(fit);
  const expected = epred(fit).matrix();
  const weights = looWeights(fit);
  const n = y.length;
  const total = expected.length / n;
  const logWeights = new Float64Array(total);
  const column = new Float64Array(total);
  const predicted = Float64Array.from({ length: n }, (_, i) => {
    weights.write(i, logWeights);
    for (let s = 0; s < total; s++) column[s] = expected[s * n + i]!;
    return weightedMean(column, logWeights.map(Elementary.exp));
  });
  const draws = looRSquared(y, predicted, stream(fit.settings.seed, 0, "loo R2"));
  return { name: "R2", ...describe(draws, options) };
}

function perDraw(total: number, n: number, value: (at: number) => number): Float64Array {
  return Float64Array.from({ length: total }, (_, s) => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += value(s * n + i);
    return sum / n;
  });
}

function numericResponse({ spec }: Fit): Float64Array {
  const family = familyOf(spec.family);
  if (family.response.kind === "category")
    throw new FamilyError(`R² is not defined for ${family.name} responses`);
  const packed = packResponse(spec.design.response, family);
  return Float64Array.from({ length: spec.design.nobs }, (_, i) => packed[i * RESPONSE_WIDTH]!);
}
