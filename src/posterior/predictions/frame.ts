/** What is predicted: the rows of the fit or new rows, with all group-level effects, some, or none. */

import { toTable } from "../../data/from-input.ts";
import type { Table } from "../../data/table.ts";
import type { PredictorDesign, ResponseDesign } from "../../design/design.ts";
import { designForNewData, responseForNewData } from "../../design/new-data.ts";
import type { ModelSpec } from "../../model/spec.ts";
import { type OptionTable, oneOf, text, whole } from "../../options.ts";
import { type FramePredictor, type GroupSubset, parseGroupSubset, restrictGroups } from "./group-subset.ts";

export type { FrameGroup, FramePredictor } from "./group-subset.ts";

/** How the effects of levels that the fit does not know are found. */
export type NewLevels =
  /** Unknown levels are refused. */
  | "error"
  /** Drawn from the normal distribution of the groups, for each draw of its standard deviations and correlations. */
  | "gaussian"
  /** For each draw the effects of a known level taken at random: no normality assumed. */
  | "uncertainty"
  /** One known level taken at random stands for the new one in all draws. */
  | "old_levels";

export interface FrameOptions {
  /** Rows, columns or a table; absent = the data of the fit. */
  readonly newData?: unknown;
  /**
   * Group-level effects: `"all"` (default), `"none"` (brms' `NA`), or the terms to keep, as in a formula:
   * `"(1 | Subject) + (x | item)"`.
   */
  readonly reFormula?: string;
  readonly newLevels?: NewLevels;
  /** Number of trials of every new row, in place of what `trials()` reads from the data. */
  readonly trials?: number;
}

export const frameOptions = {
  reFormula: text,
  newLevels: oneOf("error", "gaussian", "uncertainty", "old_levels"),
  trials: whole(0),
} satisfies OptionTable<Omit<FrameOptions, "newData">>;

export interface PredictionFrame {
  readonly rows: number;
  readonly predictors: readonly FramePredictor[];
  readonly response: ResponseDesign;
}

/**
 * @param need whether the values of the response are needed (log-likelihood, residuals) or its trials and errors alone.
 * @throws DataError naming column, level and row, or FormulaError for a term of `reFormula` that the model does not have.
 */
export function predictionFrame(
  spec: ModelSpec,
  options: FrameOptions,
  need: "terms" | "values",
): PredictionFrame {
  const { design } = spec;
  const subset = parseGroupSubset(options.reFormula ?? "all");
  if (options.newData === undefined) {
    return {
      rows: design.nobs,
      response: design.response,
      predictors: restrict(design.predictors, subset, spec),
    };
  }
  const table: Table = toTable(options.newData);
  const built = designForNewData(design, table, {
    groups: subset !== "none",
    newLevels: (options.newLevels ?? "error") === "error" ? "error" : "allow",
  });
  return {
    rows: table.rows,
    response:
      options.trials === undefined
        ? responseForNewData(design, table, need)
        : withTrials(design.response.name, table.rows, options.trials),
    predictors: restrict(built.predictors, subset, spec),
  };
}

function withTrials(name: string, rows: number, trials: number): ResponseDesign {
  return {
    name,
    values: new Float64Array(rows).fill(Number.NaN),
    rowNumbers: Int32Array.from({ length: rows }, (_, i) => i + 1),
    trials: new Float64Array(rows).fill(trials),
  };
}

function restrict(
  predictors: readonly PredictorDesign[],
  subset: GroupSubset,
  spec: ModelSpec,
): FramePredictor[] {
  if (subset === "all") return [...predictors];
  if (subset === "none") return predictors.map((predictor) => ({ ...predictor, groups: [] }));
  return restrictGroups(predictors, subset, spec.design.recipe);
}
