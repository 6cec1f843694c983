/** JSON text (rows or columns) → `Table`. */
import { DataError } from "../errors.ts";
import { textOf } from "./decode.ts";
import { toTable } from "./from-input.ts";
import type { MissingOptions } from "./missing-codes.ts";
import type { ColumnType, Table } from "./table.ts";

export interface JsonOptions extends MissingOptions {
  /** Of bytes: default UTF-8, or what a byte order mark says. */
  readonly encoding?: string;
}

/** `text`: a text, or the bytes of a file. @throws DataError when the text is not JSON, or neither rows nor columns. */
export function readJson(
  text: string | Uint8Array,
  columnTypes: Readonly<Record<string, ColumnType>> = {},
  { encoding, ...options }: JsonOptions = {},
): Table {
  let parsed: unknown;
  try {
    parsed = JSON.parse(textOf(text, encoding).replace(/^\uFEFF/, ""));
  } catch (error) {
    if (error instanceof DataError) throw error;
    throw new DataError(`the file is not JSON: ${(error as Error).message}`);
  }
  return toTable(parsed, columnTypes, options);
}
