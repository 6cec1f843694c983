/** Linear mixed models by REML or ML. */
import { readData } from "../data/data-options.ts";
import { checkOptions, type OptionTable } from "../options.ts";
import { residualData } from "../residuals/residual-data.ts";
import { fitLinearModel } from "./fit-linear-model.ts";
import { type LinearModelOptions, linearModel, linearModelOptions } from "./linear-model.ts";
import type { LmmFit } from "./lmm-fit.ts";
import { fitResidual, type ResidualOptions, residualOptions } from "./residual/fit-residual.ts";

export interface LmmOptions extends LinearModelOptions, ResidualOptions {}

const lmmOptions = { ...linearModelOptions, ...residualOptions } satisfies OptionTable<LmmOptions>;

/**
 * Fits y = Xβ + Zb + e by maximising the profiled (restricted) likelihood over θ, as lme4's lmer() does
 * (Bates, Mächler, Bolker & Walker 2015, J. Stat. Softw. 67(1)).
 * @param data rows, columns, an Arrow table or the result of readCsv().
 * @throws FormulaError, DataError or DesignError naming what does not fit. A singular fit is not an error: `singularity`.
 */
export function lmm(formula: string, data: unknown, options: LmmOptions = {}): LmmFit {
  options = checkOptions("lmm()", lmmOptions, options);
  const { correlation, variance } = options;
  if (correlation === undefined && variance === undefined) {
    return fitLinearModel(linearModel(formula, data, options), options);
  }
  const table = readData(data, options);
  const model = linearModel(formula, table, options);
  const spec = {
    ...(correlation !== undefined && { correlation }),
    ...(variance !== undefined && { variance }),
  };
  const structure = residualData(spec, table, model.design.response.rowNumbers);
  return fitResidual(model, structure, options);
}
