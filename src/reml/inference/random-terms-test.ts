/** Likelihood-ratio tests of single group-level coefficients, each left out in turn (lmerTest's ranova()). */
import type { Design, GroupDesign } from "../../design/design.ts";
import { chiSquareUpper } from "../../numeric/test-distributions.ts";
import type { LmmFit } from "../lmm-fit.ts";
import { refit } from "../refit.ts";

export interface RandomTermRow {
  /** `Days in (1 + Days | Subject)`, `(1 | Block)`. */
  readonly leftOut: string;
  /** Parameters and restricted log-likelihood of the model without it. */
  readonly df: number;
  readonly logLik: number;
  readonly aic: number;
  readonly chisq: number;
  readonly chisqDf: number;
  readonly p: number;
}

/** One row per coefficient that can be left out: intercepts only where they stand alone. Method of the fit kept. */
export function ranova(fit: LmmFit): RandomTermRow[] {
  const { groups } = fit.design.predictors[0]!;
  return groups.flatMap((term, t) => {
    const alone = term.names.length === 1;
    // Without correlations every coefficient is a term of its own, the intercept too.
    const candidates = term.names.flatMap((name, j) =>
      name === "(Intercept)" && term.correlated && !alone ? [] : [j],
    );
    return candidates.map((j) => {
      const smaller = refit(fit, { design: without(fit.design, t, alone ? undefined : j) });
      const chisq = Math.max(0, 2 * (fit.logLik - smaller.logLik));
      const chisqDf = fit.df - smaller.df;
      return {
        leftOut: leftOut(term, j),
        df: smaller.df,
        logLik: smaller.logLik,
        aic: smaller.aic,
        chisq,
        chisqDf,
        p: chiSquareUpper(chisq, chisqDf),
      };
    });
  });
}

function leftOut({ names, group, correlated }: GroupDesign, coefficient: number): string {
  const written = (own: readonly string[]): string =>
    `(${own.map((name) => (name === "(Intercept)" ? "1" : name)).join(" + ")} | ${group})`;
  const name = names[coefficient]!;
  if (names.length === 1) return written(names);
  if (correlated) return `${name} in ${written(names)}`;
  return name === "(Intercept)" ? written([name]) : `${name} in ${written(["0", name])}`;
}

/** The design without a term, or without one of its coefficients. */
function without(design: Design, term: number, coefficient: number | undefined): Design {
  const [mu, ...others] = design.predictors;
  const groups = mu!.groups.flatMap((group, t) => {
    if (t !== term) return [group];
    return coefficient === undefined ? [] : [withoutCoefficient(group, coefficient, design.nobs)];
  });
  return { ...design, predictors: [{ ...mu!, groups }, ...others] };
}

function withoutCoefficient(group: GroupDesign, coefficient: number, rows: number): GroupDesign {
  const kept = group.names.map((_, j) => j).filter((j) => j !== coefficient);
  const columns = new Float64Array(rows * kept.length);
  kept.forEach((j, at) => {
    columns.set(group.columns.subarray(j * rows, (j + 1) * rows), at * rows);
  });
  return { ...group, names: kept.map((j) => group.names[j]!), columns };
}
