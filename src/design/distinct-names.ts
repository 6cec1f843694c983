/** Names of coefficients and levels that stand for one thing each. */
import { type Named, refuseEqualNames } from "../quantities/distinct-names.ts";
import type { Design, PredictorDesign } from "./design.ts";

/** @throws DesignError when columns of a predictor, or levels of a grouping factor, have the same name. */
export function refuseAmbiguousNames({ predictors }: Pick<Design, "predictors">): void {
  for (const predictor of predictors) {
    refuseEqualNames(coefficients(predictor), "coefficients");
    for (const { group, names, levels, parts } of predictor.groups) {
      refuseEqualNames(
        names.map((name) => ({ name, source: `a column of (… | ${group})` })),
        `columns that vary over ${group}`,
      );
      refuseEqualNames(
        levels.map((name, j) => ({ name, source: `the level ${labelOf(parts?.[j] ?? [name])}` })),
        `levels of ${group}`,
      );
    }
  }
}

/** R's names of the columns of a predictor, each with the term that it is of. */
export function coefficients({ dpar, population }: PredictorDesign): Named[] {
  const { intercept, names, assign, termLabels } = population;
  const of = dpar === "mu" ? "" : ` of ${dpar}`;
  const own = names.map((name, k) => {
    const term = termLabels[(assign[k] ?? 0) - 1] ?? name;
    return { name, source: term === name ? `the term ${term}${of}` : `a column of the term ${term}${of}` };
  });
  return intercept ? [{ name: "(Intercept)", source: `the intercept${of}` }, ...own] : own;
}

function labelOf(parts: readonly string[]): string {
  return parts.map((part) => JSON.stringify(part)).join(" and ");
}
