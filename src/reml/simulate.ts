/** Responses drawn from a fitted linear mixed model. */
import { applyFactors } from "../marginal/relative-factors.ts";
import { addRandomPart } from "../marginal/row-products.ts";
import type { Rng } from "../random/rng.ts";
import { whiteningOf } from "../residuals/whitening.ts";
import type { LmmFit } from "./lmm-fit.ts";
import { modelOf } from "./model-of-fit.ts";
import { relativeFactors } from "./random-layout.ts";

/** y* = Xβ̂ + offset + Zb* + e*, b* and e* new draws from their estimated distributions, e* with the structure of the fit. */
export function simulateResponse(fit: LmmFit, rng: Rng): Float64Array {
  const { design, fixed, layout, system } = modelOf(fit);
  const n = fit.nobs;
  const y = design.predictors[0]!.offset?.slice() ?? new Float64Array(n);
  fit.fixed.estimates.forEach((coefficient, j) => {
    for (let i = 0; i < n; i++) y[i]! += coefficient * fixed.columns[j * n + i]!;
  });
  const b = new Float64Array(system.structure.effects).map(() => fit.sigma * rng.normal());
  applyFactors(system.structure, relativeFactors(layout, fit.theta), b);
  addRandomPart({ ...system.structure, blocks: layout.blocks }, b, y);
  const residuals = new Float64Array(n).map(() => fit.sigma * rng.normal());
  if (fit.residual !== undefined) whiteningOf(fit.residual.data).colour(fit.residual.free, residuals);
  const { weights } = design.response;
  for (let i = 0; i < n; i++) y[i]! += residuals[i]! / Math.sqrt(weights?.[i] ?? 1);
  return y;
}
