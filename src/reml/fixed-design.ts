/** The population-level matrix of a linear mixed model: intercept included, aliased columns left out as lme4 does. */
import type { PopulationDesign } from "../design/design.ts";
import { aliasedColumns } from "../linalg/aliased.ts";

export interface FixedDesign {
  /** `(Intercept)` first when there is one. */
  readonly names: readonly string[];
  /** rows × names.length, column-major. */
  readonly columns: Float64Array;
  /** For each column the number of its term (0 = intercept). */
  readonly assign: readonly number[];
  readonly aliased: readonly string[];
}

/** `besideConstant`: judge columns as if a constant stood before them (thresholds take the place of an intercept). */
export function fixedDesign(
  population: PopulationDesign,
  rows: number,
  besideConstant = population.intercept,
): FixedDesign {
  const dropped = new Set(
    aliasedColumns(population.columns, rows, besideConstant).map(({ column }) => column),
  );
  const names = [...(population.intercept ? ["(Intercept)"] : []), ...population.names];
  const shift = population.intercept ? 1 : 0;
  const kept = names.map((_, j) => j).filter((j) => !dropped.has(j - shift));
  const columns = new Float64Array(rows * kept.length);
  kept.forEach((j, at) => {
    if (j < shift) columns.fill(1, at * rows, (at + 1) * rows);
    else columns.set(population.columns.subarray((j - shift) * rows, (j - shift + 1) * rows), at * rows);
  });
  return {
    names: kept.map((j) => names[j]!),
    columns,
    assign: kept.map((j) => (j < shift ? 0 : population.assign[j - shift]!)),
    aliased: names.filter((_, j) => dropped.has(j - shift)),
  };
}
