/** The columns and rows of the data that a design was built from: R's model frame. */
import { type Column, type Table, takeRows } from "../data/table.ts";
import type { Design } from "./design.ts";

export function modelFrame({ recipe, response }: Design, table: Table): Table {
  const names = new Set([
    ...recipe.response.columns.map(({ name }) => name),
    ...recipe.columns.map(({ name }) => name),
    ...recipe.parts.flatMap(({ terms }) => terms.groups.flatMap(({ factors }) => factors)),
  ]);
  const columns = new Map([...names].map((name): [string, Column] => [name, table.columns.get(name)!]));
  const used = { rows: table.rows, columns };
  return response.rowNumbers.length === table.rows
    ? used
    : takeRows(
        used,
        response.rowNumbers.map((row) => row - 1),
      );
}
