/** Means, contrasts and tests of terms of a fit, as emmeans and lmerTest's anova() give them. */
import { DesignError, FamilyError } from "../../errors.ts";
import { anything, checkOptions, type OptionTable, oneOf, such, text } from "../../options.ts";
import type { GlmmFit } from "../glmm/glmm-fit.ts";
import { inference, normalInference } from "../inference/coefficient-table.ts";
import type { CoefficientInference, DfMethod } from "../inference/tests.ts";
import type { LmmFit } from "../lmm-fit.ts";
import { type AnovaRow, type AnovaType, anovaTable } from "./anova.ts";
import type { ContrastMethod } from "./contrast-methods.ts";
import {
  type ComparisonOptions,
  type ContrastRow,
  contrast,
  estimatedMeans,
  type MeanRow,
  type MeansOptions,
  meansOptions,
} from "./estimated-means.ts";

export interface DfOption {
  /** Degrees of freedom of a linear model; default satterthwaite. Generalised models take statistics as normal. */
  readonly df?: DfMethod;
}

const dfOption = { df: oneOf("satterthwaite", "kenward-roger", "none") } satisfies OptionTable<DfOption>;

/**
 * Estimated marginal means of the linear predictor for each combination of `specs`, other factors averaged.
 * @throws DesignError for variables that the formula does not have.
 */
export function emmeans(
  fit: LmmFit | GlmmFit,
  specs: string | readonly string[],
  options: MeansOptions & DfOption = {},
): MeanRow[] {
  options = checkOptions("emmeans()", { ...meansOptions, ...dfOption }, options);
  return estimatedMeans(source(fit, options.df), specs, options);
}

/** Contrasts of those means: all pairs (Tukey) unless `method` says otherwise. */
export function contrasts(
  fit: LmmFit | GlmmFit,
  specs: string | readonly string[],
  options: ComparisonOptions & DfOption & { readonly method?: ContrastMethod } = {},
): ContrastRow[] {
  const table = { ...meansOptions, ...dfOption, reference: text, method: anything };
  options = checkOptions("contrasts()", table, options);
  return contrast(source(fit, options.df), specs, options.method ?? "pairwise", options);
}

/** F tests of the terms; type 3 (default) is SAS's, 2 respects marginality, 1 is sequential. */
export function anova(
  fit: LmmFit | GlmmFit,
  options: DfOption & { readonly type?: AnovaType } = {},
): AnovaRow[] {
  const type = such("1, 2 or 3", (value) => value === 1 || value === 2 || value === 3);
  options = checkOptions("anova()", { ...dfOption, type }, options);
  const own = source(fit, options.df);
  return anovaTable(own, options.type ?? 3, own.fTest);
}

function source(
  fit: LmmFit | GlmmFit,
  df: DfMethod | undefined,
): CoefficientInference & Pick<LmmFit, "design"> {
  if (fit.kind !== "lmm" && fit.kind !== "glmm") {
    throw new FamilyError(
      "marginal means and tests of terms are for linear and generalised models; the parameters of a nonlinear model have no common scale",
    );
  }
  const [smooth] = fit.design.predictors[0]!.special;
  if (smooth !== undefined) {
    throw new DesignError(
      `estimated means and tests of terms do not know ${smooth.label} yet; the coefficients of the other terms are in the summary`,
    );
  }
  if (fit.kind === "glmm" && fit.categories > 0) {
    throw new FamilyError(
      `means and tests of terms are not defined for the thresholds of ${fit.family.name}`,
    );
  }
  return { design: fit.design, ...(fit.kind === "lmm" ? inference(fit, df) : normalInference(fit.fixed)) };
}
