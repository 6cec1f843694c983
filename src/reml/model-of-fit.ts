/** The matrices behind a fit: made again from its design when a fit comes from a file, remembered while it is in memory. */
import { type LinearModel, prepare } from "./linear-model.ts";
import type { LmmFit } from "./lmm-fit.ts";
import { whitenedModel } from "./residual/whitened-model.ts";

const remembered = new WeakMap<LmmFit, LinearModel>();

export function remember(fit: LmmFit, model: LinearModel): LmmFit {
  remembered.set(fit, model);
  return fit;
}

export function modelOf(fit: LmmFit): LinearModel {
  const known = remembered.get(fit);
  if (known !== undefined) return known;
  const base = prepare(fit.design, fit.method === "REML");
  const { residual } = fit;
  const model = residual === undefined ? base : whitenedModel(base, residual.data, residual.free)!;
  remembered.set(fit, model);
  return model;
}
