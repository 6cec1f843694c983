/** Residuals, leverages and Cook's distances of a linear mixed model. */
import { evaluate, inverseBlocks } from "../marginal/gaussian.ts";
import { rowQuadratics } from "../marginal/row-products.ts";
import type { LmmFit } from "./lmm-fit.ts";
import { modelOf } from "./model-of-fit.ts";
import { relativeFactors } from "./random-layout.ts";

/** response: y − fitted; pearson: times √weight / σ; standardised: pearson / √(1 − leverage). */
export type ResidualType = "response" | "pearson" | "standardised";

/** Per row used. */
export function lmmResiduals(fit: LmmFit, type: ResidualType = "response"): Float64Array {
  const response = fit.design.response.values.map((y, i) => y - fit.fitted[i]!);
  if (type === "response") return response;
  const { rootWeights } = modelOf(fit);
  const pearson = response.map((value, i) => (value * (rootWeights?.[i] ?? 1)) / fit.sigma);
  if (type === "pearson") return pearson;
  const leverage = leverages(fit);
  return pearson.map((value, i) => value / Math.sqrt(1 - leverage[i]!));
}

/** Diagonal of the matrix that turns the response into fitted values (fixed and group-level parts, θ held). */
export function leverages(fit: LmmFit): Float64Array {
  const { system, layout } = modelOf(fit);
  const lambda = relativeFactors(layout, fit.theta);
  evaluate(system, lambda);
  const weights = new Float64Array(system.p + 1).fill(1);
  weights[system.p] = 0;
  return rowQuadratics(system.structure, inverseBlocks(system, weights), lambda, system.q);
}

/** Cook's distance of each row at θ held: (r/(1 − h))²·h/p with r the Pearson residual (Cook 1977; as lme4 computes it). */
export function cooksDistances(fit: LmmFit): Float64Array {
  const leverage = leverages(fit);
  const p = fit.fixed.names.length;
  return lmmResiduals(fit, "pearson").map((r, i) => {
    const h = leverage[i]!;
    return ((r / (1 - h)) ** 2 * h) / p;
  });
}
