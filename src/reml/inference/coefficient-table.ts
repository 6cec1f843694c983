/** The table of population-level coefficients: estimate, standard error, df, t, p, Wald interval. */
import { SettingsError } from "../../errors.ts";
import { fUpper, studentHalfWidth, studentTwoSided } from "../../numeric/test-distributions.ts";
import type { LmmFit } from "../lmm-fit.ts";
import { kenwardRoger } from "./kenward-roger.ts";
import { independent, satterthwaite } from "./satterthwaite.ts";
import { type CoefficientInference, type DfMethod, innerProduct } from "./tests.ts";

export interface CoefficientRow {
  readonly name: string;
  readonly estimate: number;
  readonly se: number;
  /** Infinity when the statistic is taken as normal. */
  readonly df: number;
  readonly t: number;
  readonly p: number;
  readonly lower: number;
  readonly upper: number;
}

/** Degrees of freedom and tests by the method named; `none` takes statistics as normal. */
export function inference(fit: LmmFit, method: DfMethod = "satterthwaite"): CoefficientInference {
  switch (method) {
    case "satterthwaite":
      return satterthwaite(fit);
    case "kenward-roger":
      return kenwardRoger(fit);
    case "none":
      return normalInference(fit.fixed);
    default:
      throw new SettingsError(
        `there is no df method "${String(method)}"; there are satterthwaite, kenward-roger and none`,
      );
  }
}

/** Wald tests with the normal distribution, as for generalised models. */
export function normalInference({
  names,
  estimates,
  covariance,
}: Pick<CoefficientInference, "names" | "estimates" | "covariance">): CoefficientInference {
  return {
    method: "none",
    names,
    estimates,
    covariance,
    dfOf: () => Infinity,
    fTest: (contrasts) => {
      const { values, rows } = independent(contrasts, covariance);
      const f =
        rows.reduce((sum, row, i) => sum + innerProduct(row, estimates) ** 2 / values[i]!, 0) / rows.length;
      return { f, df1: rows.length, df2: Infinity, p: fUpper(f, rows.length, Infinity) };
    },
  };
}

/** @param level coverage of the intervals, in (0, 1). */
export function coefficientTable(source: CoefficientInference, level = 0.95): CoefficientRow[] {
  const { names, estimates, covariance } = source;
  const p = names.length;
  return names.map((name, j) => {
    const contrast = new Float64Array(p);
    contrast[j] = 1;
    return waldRow(name, estimates[j]!, Math.sqrt(covariance[j * p + j]!), source.dfOf(contrast), level);
  });
}

/** The t test of an estimate against zero, and its interval. */
export function waldRow(
  name: string,
  estimate: number,
  se: number,
  df: number,
  level: number,
): CoefficientRow {
  const t = estimate / se;
  const half = studentHalfWidth(level, df) * se;
  return {
    name,
    estimate,
    se,
    df,
    t,
    p: studentTwoSided(t, df),
    lower: estimate - half,
    upper: estimate + half,
  };
}
