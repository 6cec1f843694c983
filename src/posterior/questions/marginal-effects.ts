/** Population-averaged means and contrasts: every row set to a value of a predictor, predictions averaged over the rows. */

import type { Fit } from "../../api/fit-types.ts";
import type { Column, Table } from "../../data/table.ts";
import type { GridLevel } from "../../design/grid-recipe.ts";
import { NutmixError } from "../../errors.ts";
import { anything, checkOptions, type OptionTable, oneOf, such } from "../../options.ts";
import { epred, linpred, type PredictOptions, predictOptions } from "../predictions/predict.ts";
import { describe, type PredictionSummaryOptions, summaryOptions } from "../predictions/predictions.ts";
import type { Estimate } from "./coefficients.ts";
import { type GridVariable, gridTable, gridVariable, gridVariables } from "./grid.ts";

export interface MarginalOptions extends PredictOptions, PredictionSummaryOptions {
  /** `response` (default) averages expected responses, `link` linear predictors. */
  readonly scale?: "response" | "link";
  /** Values of the predictor; default its levels, or for a covariate its mean and one standard deviation on either side. */
  readonly values?: readonly GridLevel[];
}

const marginalOptions = {
  ...predictOptions,
  ...summaryOptions,
  scale: oneOf("response", "link"),
  values: such("a list of values of the predictor", Array.isArray),
} satisfies OptionTable<MarginalOptions>;

export interface MarginalMean extends Estimate {
  readonly level: string;
  readonly category?: string;
}

export interface MarginalContrast extends Estimate {
  /** `B - A`. */
  readonly contrast: string;
  readonly category?: string;
}

export interface MarginalEffects {
  readonly variable: string;
  readonly means: readonly MarginalMean[];
  /** Every pair of values; for a covariate also the average slope. */
  readonly contrasts: readonly MarginalContrast[];
}

/**
 * Averages over the rows of the fit, group-level effects included unless `reFormula` says otherwise (g-computation; Arel-Bundock,
 * Greifer & Heiss 2024).
 * @throws NutmixError for a variable that is no predictor.
 */
export function marginalEffects(fit: Fit, variable: string, options: MarginalOptions = {}): MarginalEffects {
  options = checkOptions("marginalEffects()", marginalOptions, options);
  const chosen = gridVariable(gridVariables(fit), variable);
  const values = options.values ?? defaultValues(chosen);
  if (values.length === 0) throw new NutmixError(`give at least one value of "${variable}"`);
  const averages = values.map((value) => averaged(fit, withValue(fit, chosen, value), options));
  const labels = values.map(labelOf);
  const contrasts = pairs(labels).map(({ name, a, b }) => ({
    name,
    draws: subtract(averages[b]!, averages[a]!),
  }));
  if (chosen.numeric !== undefined && chosen.numeric.sd > 0)
    contrasts.push(averageSlope(fit, chosen, options));
  return summarised(variable, labels, averages, contrasts, options);
}

export interface EstimatedMeansOptions extends MarginalOptions {
  /** Values at which other predictors are held. */
  readonly at?: Readonly<Record<string, GridLevel>>;
}

const meansOptions = { ...marginalOptions, at: anything } satisfies OptionTable<EstimatedMeansOptions>;

/**
 * Estimated marginal means: predictions on the grid of all combinations of factor levels, covariates at their means, averaged
 * with equal weights over the factors that are not asked about; without group-level effects (Searle, Speed & Milliken 1980).
 */
export function estimatedMeans(
  fit: Fit,
  variable: string,
  options: EstimatedMeansOptions = {},
): MarginalEffects {
  options = checkOptions("estimatedMeans()", meansOptions, options);
  const variables = gridVariables(fit);
  const chosen = gridVariable(variables, variable);
  const at = options.at ?? {};
  for (const name of Object.keys(at)) gridVariable(variables, name);
  const others = variables.filter(
    ({ name, levels }) => name !== variable && levels !== undefined && !Object.hasOwn(at, name),
  );
  let cells: Record<string, GridLevel>[] = [{ ...at }];
  for (const { name, levels } of others) {
    cells = cells.flatMap((cell) => levels!.map((level) => ({ ...cell, [name]: level })));
  }
  const values = options.values ?? defaultValues(chosen);
  const request = { reFormula: "none", ...options };
  const averages = values.map((value) =>
    averaged(
      fit,
      gridTable(
        fit,
        variables,
        cells.map((cell) => ({ ...cell, [variable]: value })),
      ),
      request,
    ),
  );
  const labels = values.map(labelOf);
  const contrasts = pairs(labels).map(({ name, a, b }) => ({
    name,
    draws: subtract(averages[b]!, averages[a]!),
  }));
  return summarised(variable, labels, averages, contrasts, options);
}

interface Averaged {
  /** draws × width. */
  readonly values: Float64Array;
  readonly categories: readonly string[] | undefined;
}

function averaged(fit: Fit, table: Table, options: MarginalOptions): Averaged {
  const { scale = "response", reFormula, ndraws, seed, newLevels, trials } = options;
  const predictions = (scale === "link" ? linpred : epred)(fit, table, {
    ...(trials === undefined ? fit.spec.design.response.trials && { trials: 1 } : { trials }),
    ...(reFormula !== undefined && { reFormula }),
    ...(ndraws !== undefined && { ndraws }),
    ...(seed !== undefined && { seed }),
    ...(newLevels !== undefined && { newLevels }),
  });
  const { draws, width, rows, categories } = predictions;
  const sums = new Float64Array(draws * width);
  for (const { from, to, values } of predictions.blocks()) {
    const count = to - from;
    for (let s = 0; s < draws; s++) {
      for (let i = 0; i < count; i++) {
        for (let c = 0; c < width; c++) sums[s * width + c]! += values[(s * count + i) * width + c]! / rows;
      }
    }
  }
  return { values: sums, categories };
}

function withValue(fit: Fit, variable: GridVariable, value: GridLevel): Table {
  const rows = Array.from({ length: fit.data.rows }, () => ({ [variable.name]: value }));
  const column: Column = gridTable(fit, [variable], rows).columns.get(variable.name)!;
  return { rows: fit.data.rows, columns: new Map([...fit.data.columns, [variable.name, column]]) };
}

/** Mean over the rows of the derivative in the covariate, by a central difference of a thousandth of its standard deviation. */
function averageSlope(
  fit: Fit,
  variable: GridVariable,
  options: MarginalOptions,
): { name: string; draws: Averaged } {
  const step = variable.numeric!.sd * 1e-3;
  const moved = (by: number): Averaged => {
    const column = fit.data.columns.get(variable.name) as Column & { kind: "numeric" };
    const columns = new Map([
      ...fit.data.columns,
      [variable.name, { kind: "numeric", values: column.values.map((value) => value + by) } as Column],
    ]);
    return averaged(fit, { rows: fit.data.rows, columns }, options);
  };
  const difference = subtract(moved(step), moved(-step));
  return {
    name: `slope of ${variable.name}`,
    draws: { ...difference, values: difference.values.map((value) => value / (2 * step)) },
  };
}

function defaultValues({ levels, numeric }: GridVariable): readonly GridLevel[] {
  if (numeric === undefined) return levels!;
  return [numeric.mean - numeric.sd, numeric.mean, numeric.mean + numeric.sd];
}

function labelOf(value: GridLevel): string {
  return typeof value === "number" ? String(Number(value.toPrecision(4))) : String(value);
}

function pairs(labels: readonly string[]): { name: string; a: number; b: number }[] {
  return labels.flatMap((first, a) =>
    labels.slice(a + 1).map((second, k) => ({ name: `${second} - ${first}`, a, b: a + 1 + k })),
  );
}

function subtract(first: Averaged, second: Averaged): Averaged {
  return { ...first, values: first.values.map((value, i) => value - second.values[i]!) };
}

function summarised(
  variable: string,
  labels: readonly string[],
  averages: readonly Averaged[],
  contrasts: readonly { readonly name: string; readonly draws: Averaged }[],
  options: PredictionSummaryOptions,
): MarginalEffects {
  const each = <T extends object>(label: T, { values, categories }: Averaged) => {
    const width = categories?.length ?? 1;
    return Array.from({ length: width }, (_, c) => ({
      ...label,
      ...(categories && { category: categories[c]! }),
      ...describe(
        Float64Array.from({ length: values.length / width }, (_, s) => values[s * width + c]!),
        options,
      ),
    }));
  };
  return {
    variable,
    means: labels.flatMap((level, k) => each({ level }, averages[k]!)),
    contrasts: contrasts.flatMap(({ name, draws }) => each({ contrast: name }, draws)),
  };
}
