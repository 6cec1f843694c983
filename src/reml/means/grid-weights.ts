/** How the combinations of the variables that a grid averages over are weighted. */
import type { GridLevel, GridRecipe } from "../../design/grid-recipe.ts";
import { SettingsError } from "../../errors.ts";

export interface GridAxis {
  readonly name: string;
  readonly values: readonly GridLevel[];
}

/** One weight per combination of `axes`, the first varying fastest; they sum to 1. */
export function combinationWeights(
  grid: GridRecipe,
  axes: readonly GridAxis[],
  scheme: "equal" | "proportional",
): Float64Array {
  const combinations = axes.reduce((product, { values }) => product * values.length, 1);
  if (scheme === "equal") return new Float64Array(combinations).fill(1 / combinations);
  if (scheme !== "proportional") {
    throw new SettingsError(`there are no weights "${String(scheme)}"; there are equal and proportional`);
  }
  const counts = Float64Array.from({ length: combinations }, (_, k) => occurrences(grid, axes, k));
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) {
    throw new SettingsError("proportional weights: no combination that is averaged over occurs in the data");
  }
  return counts.map((count) => count / total);
}

/** Rows of the data with the levels of the combination; covariates do not count. */
function occurrences(
  { variables, counts }: GridRecipe,
  axes: readonly GridAxis[],
  combination: number,
): number {
  const wanted: { readonly at: number; readonly code: number }[] = [];
  let rest = combination;
  for (const { name, values } of axes) {
    const value = values[rest % values.length]!;
    rest = Math.floor(rest / values.length);
    const variable = variables.find((own) => own.name === name)!;
    if ("levels" in variable) {
      wanted.push({ at: counts.names.indexOf(name), code: variable.levels.indexOf(value) });
    }
  }
  return counts.codes.reduce(
    (sum, codes, k) => (wanted.every(({ at, code }) => codes[at] === code) ? sum + counts.rows[k]! : sum),
    0,
  );
}
