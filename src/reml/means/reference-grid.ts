/**
 * Reference grids: all combinations of the levels of factors, covariates at their means; a row of the design for each
 * combination of the focal variables, averaged over the other factors (Searle, Speed & Milliken 1980, Am. Stat. 34,
 * "population marginal means"; Lenth's emmeans for the conventions).
 */
import type { Column, Table } from "../../data/table.ts";
import type { Design } from "../../design/design.ts";
import type { GridLevel, GridVariable } from "../../design/grid-recipe.ts";
import { namedColumns } from "../../design/named-columns.ts";
import { designForNewData } from "../../design/new-data.ts";
import { DataError, DesignError, didYouMean } from "../../errors.ts";
import { anything, type OptionTable, oneOf } from "../../options.ts";
import { combinationWeights, type GridAxis } from "./grid-weights.ts";

export interface GridOptions {
  /** Values of covariates, or some of the levels of factors, in place of means and all levels. */
  readonly at?: Readonly<Record<string, readonly GridLevel[]>>;
  /**
   * How the factors that are not focal are averaged: every combination alike (default), or in proportion to the rows of the
   * data in which it occurs.
   */
  readonly weights?: "equal" | "proportional";
}

export const gridOptions = {
  at: anything,
  weights: oneOf("equal", "proportional"),
} satisfies OptionTable<GridOptions>;

export interface ReferenceGrid {
  readonly focal: readonly string[];
  /** Columns of the rows: all of the design, `(Intercept)` first when there is one. */
  readonly names: readonly string[];
  /** One per combination of the focal variables, the first varying fastest. */
  readonly points: readonly GridPoint[];
}

export interface GridPoint {
  readonly levels: Readonly<Record<string, GridLevel>>;
  /** Coefficients of the mean of the linear predictor. */
  readonly row: Float64Array;
  readonly offset: number;
}

/**
 * @param focal the variables whose combinations are wanted.
 * @throws DesignError for variables that the formula does not have; DataError for levels that the data do not have.
 */
export function referenceGrid(
  design: Design,
  focal: string | readonly string[],
  options: GridOptions = {},
): ReferenceGrid {
  const wanted = typeof focal === "string" ? [focal] : focal;
  const { variables } = design.recipe.grid;
  for (const name of [...wanted, ...Object.keys(options.at ?? {})]) requireVariable(name, variables);
  // Focal axes first: point p is averaged over rows p, p + points, p + 2 points, …
  const ordered = [
    ...wanted.map((name) => variables.find((own) => own.name === name)!),
    ...variables.filter(({ name }) => !wanted.includes(name)),
  ];
  const axes = ordered.map((variable) => axisOf(variable, options.at?.[variable.name]));
  const rows = axes.reduce((product, { values }) => product * values.length, 1);
  const points = axes.slice(0, wanted.length).reduce((product, { values }) => product * values.length, 1);
  const { predictors } = designForNewData(design, gridTable(axes, rows), { groups: false });
  const { population, offset } = predictors[0]!;
  const names = [...(population.intercept ? ["(Intercept)"] : []), ...population.names];
  const columns = namedColumns(population, rows, names);
  const weights = combinationWeights(
    design.recipe.grid,
    axes.slice(wanted.length),
    options.weights ?? "equal",
  );
  const averaged = (values: (row: number) => number, point: number): number =>
    weights.reduce((sum, weight, k) => sum + weight * values(point + k * points), 0);
  return {
    focal: wanted,
    names,
    points: Array.from({ length: points }, (_, point) => ({
      levels: Object.fromEntries(wanted.map((name, k) => [name, valueAt(axes, k, point)])),
      row: Float64Array.from(names, (_, j) => averaged((row) => columns[j * rows + row]!, point)),
      offset: offset === undefined ? 0 : averaged((row) => offset[row]!, point),
    })),
  };
}

function requireVariable(name: string, variables: readonly GridVariable[]): void {
  if (variables.some((variable) => variable.name === name)) return;
  const names = variables.map((variable) => variable.name);
  throw new DesignError(
    `"${name}" is not a variable of the population-level formula; there are ${names.join(", ") || "none"}${didYouMean(name, names)}`,
  );
}

function axisOf(variable: GridVariable, at: readonly GridLevel[] | undefined): GridAxis {
  const { name } = variable;
  if (at !== undefined && at.length === 0) throw new DesignError(`at: no values are given for "${name}"`);
  if (!("levels" in variable)) {
    const bad = at?.find((value) => typeof value !== "number" || !Number.isFinite(value));
    if (bad !== undefined)
      throw new DesignError(`at: "${name}" is a covariate, and "${bad}" is not a number`);
    return { name, values: at ?? [variable.mean] };
  }
  const { levels } = variable;
  const isNumber = typeof levels[0] === "number";
  const values = at?.map((value) => {
    const level = levels.find((own) => String(own) === String(value));
    if (level !== undefined) return level;
    // A covariate of two values can be asked about at a third.
    if (isNumber && typeof value === "number") return value;
    throw new DataError(`at: "${name}" has no level "${value}"; its levels are ${levels.join(", ")}`);
  });
  return { name, values: values ?? levels };
}

function valueAt(axes: readonly GridAxis[], k: number, row: number): GridLevel {
  let stride = 1;
  for (let j = 0; j < k; j++) stride *= axes[j]!.values.length;
  const { values } = axes[k]!;
  return values[Math.floor(row / stride) % values.length]!;
}

function gridTable(axes: readonly GridAxis[], rows: number): Table {
  return {
    rows,
    columns: new Map(
      axes.map(({ name }, k) => [
        name,
        gridColumn(Array.from({ length: rows }, (_, row) => valueAt(axes, k, row))),
      ]),
    ),
  };
}

function gridColumn(values: readonly GridLevel[]): Column {
  if (typeof values[0] === "number") return { kind: "numeric", values: Float64Array.from(values, Number) };
  if (typeof values[0] === "boolean") return { kind: "logical", values: Int8Array.from(values, Number) };
  const levels = [...new Set(values.map(String))];
  return {
    kind: "factor",
    levels,
    codes: Int32Array.from(values, (value) => levels.indexOf(String(value))),
    ordered: false,
  };
}
