/** JSON text (rows or columns) → `Table`. */
import { DataError } from "../errors.ts";
import { toTable } from "./from-input.ts";
import type { MissingOptions } from "./missing-codes.ts";
import type { ColumnType, Table } from "./table.ts";

/** @throws DataError when the text is not JSON, or neither rows nor columns. */
export function readJson(
  text: string,
  columnTypes: Readonly<Record<string, ColumnType>> = {},
  options: MissingOptions = {},
): Table {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    throw new DataError(`the file is not JSON: ${(error as Error).message}`);
  }
  return toTable(parsed, columnTypes, options);
}
