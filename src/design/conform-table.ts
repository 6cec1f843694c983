/** New data brought to the types of the data of the fit. */
import { type Column, column, isMissing, type Table } from "../data/table.ts";
import { DataError } from "../errors.ts";
import { unknownLevel } from "../terms/functions.ts";
import type { ColumnRecipe } from "./recipe.ts";

/**
 * The columns of `recipes` with the types and levels that they had, and the columns `groups` as they are.
 * @throws DataError for a column that is absent, a missing value, another type or an unknown level, naming column and row.
 */
export function conformTable(
  table: Table,
  recipes: readonly ColumnRecipe[],
  groups: readonly string[],
): Table {
  const columns = new Map<string, Column>();
  for (const name of groups) columns.set(name, complete(name, table));
  for (const recipe of recipes) columns.set(recipe.name, conformed(recipe, complete(recipe.name, table)));
  return { rows: table.rows, columns };
}

function complete(name: string, table: Table): Column {
  const found = column(table, name);
  for (let row = 0; row < table.rows; row++) {
    if (isMissing(found, row))
      throw new DataError(`column "${name}" has no value in row ${row + 1} of the new data`);
  }
  return found;
}

function conformed(recipe: ColumnRecipe, given: Column): Column {
  const { name } = recipe;
  if (recipe.kind === "factor") {
    const { levels, ordered } = recipe;
    const codeOf = new Map(levels.map((level, code) => [level, code]));
    const codes = Int32Array.from(
      rowLabels(given),
      (label, i) => codeOf.get(label) ?? unknownLevel(name, label, i + 1, levels),
    );
    return { kind: "factor", levels, codes, ordered };
  }
  if (recipe.kind === "logical") return asLogical(name, given);
  if (given.kind === "numeric") return given;
  if (given.kind === "logical") return { kind: "numeric", values: Float64Array.from(given.values) };
  return wrongType(name, given, "numbers");
}

function asLogical(name: string, given: Column): Column {
  if (given.kind === "logical") return given;
  const values = Int8Array.from(rowLabels(given), (label) => {
    if (/^(?:TRUE|1)$/i.test(label)) return 1;
    return /^(?:FALSE|0)$/i.test(label) ? 0 : wrongType(name, given, "TRUE or FALSE");
  });
  return { kind: "logical", values };
}

function wrongType(name: string, given: Column, wanted: string): never {
  throw new DataError(
    `column "${name}" holds ${wanted} in the data of the fit, but row 1 of the new data is "${rowLabels(given)[0]}"`,
  );
}

/** Each value as the level that it would be. */
export function rowLabels(column: Column): string[] {
  if (column.kind === "numeric") return Array.from(column.values, String);
  if (column.kind === "logical")
    return Array.from(column.values, (value) => (value === 1 ? "TRUE" : "FALSE"));
  return Array.from(column.codes, (code) => column.levels[code]!);
}
