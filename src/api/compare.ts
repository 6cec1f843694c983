/** A Bayesian fit and a frequentist fit of the same model, side by side. */

import { DesignError } from "../errors.ts";
import { coefficientName } from "../model/names.ts";
import { NORMAL_975 } from "../numeric/quantile.ts";
import { layoutOf } from "../posterior/layout-of.ts";
import { requirePosterior } from "../posterior/prior-only.ts";
import { type SummaryRow, summarise } from "../posterior/summary.ts";
import { predictorKey } from "../quantities/predictor-key.ts";
import type { GlmmFit } from "../reml/glmm/glmm-fit.ts";
import { coefficientTable, inference, normalInference } from "../reml/inference/coefficient-table.ts";
import type { LmmFit, RandomTerm } from "../reml/lmm-fit.ts";
import { correlation, standardDeviations } from "../reml/singularity.ts";
import { compareRemarks } from "./compare-remarks.ts";
import type { ComparedRow, Comparison } from "./comparison.ts";
import type { Fit } from "./fit-types.ts";

/**
 * @throws DesignError when the two are not fits of the same formula to the same rows.
 */
export function compare(bayes: Fit, frequentist: LmmFit | GlmmFit): Comparison {
  requirePosterior(bayes, "compare()");
  checkSameModel(bayes, frequentist);
  const summary = summarise(bayes.draws);
  const layout = layoutOf(bayes.spec, bayes.draws);
  const mu = predictorKey("mu");
  const family = (name: string): number | undefined => layout.family(predictorKey(name));
  const rows: ComparedRow[] = [];
  /** Those of standard deviations. */
  const spreads = new Set<ComparedRow>();
  const add = (kind: ComparedRow["kind"], column: number | undefined, reml: ComparedRow["reml"]): void => {
    if (column === undefined) return;
    const row = summary[column]!;
    const compared = { kind, name: row.name, ...sideBySide(row, reml) };
    rows.push(compared);
    if (layout.at(column).quantity.role === "scale" || column === family("sigma")) spreads.add(compared);
  };
  const table = coefficientTable(
    frequentist.kind === "lmm" ? inference(frequentist) : normalInference(frequentist.fixed),
  );
  // Those of an ordinal response come first.
  const thresholds = layout.thresholds(mu);
  table.forEach(({ name, estimate, se, lower, upper }, k) => {
    const column = thresholds[k] ?? layout.findCoefficient({ key: mu, name: coefficientName(name) });
    add("fixed", column, { estimate, error: se, lower, upper });
  });
  const unknown = { error: Number.NaN, lower: Number.NaN, upper: Number.NaN };
  const coefficientsOf = ({ names }: RandomTerm) =>
    names.map((name) => ({ key: mu, name: coefficientName(name) }));
  for (const term of frequentist.random) {
    const { group } = term;
    const own = coefficientsOf(term);
    const sds = standardDeviations(term);
    own.forEach((one, j) => add("variance", layout.sd(group, one), { estimate: sds[j]!, ...unknown }));
    own.forEach((a, i) =>
      own.slice(i + 1).forEach((b, below) =>
        add("variance", layout.findCorrelation(group, a, b), {
          estimate: correlation(term, i, i + 1 + below),
          ...unknown,
        }),
      ),
    );
  }
  if (frequentist.kind === "lmm") {
    add("variance", family("sigma"), { estimate: frequentist.sigma, ...unknown });
  } else {
    for (const { name, estimate, lower, upper } of frequentist.constants) {
      add("variance", family(name), { estimate, error: Number.NaN, lower, upper });
    }
  }
  for (const term of frequentist.random) {
    const { group, levels, effects, conditionalCovariance } = term;
    const k = term.names.length;
    coefficientsOf(term).forEach((one, j) => {
      const columns = layout.effects(group, one);
      levels.forEach((_, l) => {
        const estimate = effects[j * levels.length + l]!;
        const error = Math.sqrt(conditionalCovariance[l * k * k + j * k + j]!);
        const half = NORMAL_975 * error;
        add("effect", columns[l], {
          estimate,
          error,
          lower: estimate - half,
          upper: estimate + half,
        });
      });
    });
  }
  return { rows, remarks: compareRemarks(rows, spreads, bayes, frequentist) };
}

function sideBySide(row: SummaryRow, reml: ComparedRow["reml"]): Omit<ComparedRow, "kind" | "name"> {
  return {
    bayes: { estimate: row.mean, error: row.sd, lower: row["q2.5"], upper: row["q97.5"] },
    reml,
    difference: (row.mean - reml.estimate) / row.sd,
  };
}

function checkSameModel(bayes: Fit, frequentist: LmmFit | GlmmFit): void {
  const own = bayes.spec.design;
  const other = frequentist.design;
  if (own.formula !== other.formula) {
    throw new DesignError(`compare() needs two fits of one formula: ${own.formula}; ${other.formula}`);
  }
  const same =
    own.nobs === other.nobs && own.response.values.every((value, i) => value === other.response.values[i]);
  if (!same) throw new DesignError("compare() needs two fits of the same rows; the responses differ");
}
