/** A linear mixed model fitted again with one thing changed and everything else of its call kept. */
import type { Design } from "../design/design.ts";
import { takeDesignRows } from "../design/take-rows.ts";
import { takeResidualRows } from "../residuals/residual-data.ts";
import { fitLinearModel } from "./fit-linear-model.ts";
import { prepare } from "./linear-model.ts";
import type { LmmFit } from "./lmm-fit.ts";
import type { ThetaOptions } from "./optimise-theta.ts";
import { fitResidual } from "./residual/fit-residual.ts";

export interface RefitChange extends Pick<ThetaOptions, "start" | "algorithm"> {
  readonly method?: LmmFit["method"];
  /** Rows that stay: positions among the rows of the fit, ascending. */
  readonly keep?: Int32Array;
  /** Another design of the same rows: with a term less, or another response. */
  readonly design?: Design;
}

/** Residual structure, weights, offset and codings are those of `fit`. */
export function refit(fit: LmmFit, change: RefitChange): LmmFit {
  const { method = fit.method, keep, design = fit.design, start, algorithm } = change;
  const options: ThetaOptions = { ...(start && { start }), ...(algorithm && { algorithm }) };
  const rows = keep === undefined ? design : takeDesignRows(design, keep);
  const model = prepare(rows, method === "REML");
  if (fit.residual === undefined) return fitLinearModel(model, options);
  const { data, free } = fit.residual;
  return fitResidual(model, keep === undefined ? data : takeResidualRows(data, keep), options, free);
}
