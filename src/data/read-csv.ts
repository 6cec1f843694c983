/** CSV text → `Table`. */
import Papa from "papaparse";
import { DataError } from "../errors.ts";
import { inferColumn } from "./infer-column.ts";
import type { Column, ColumnType, Table } from "./table.ts";

export interface CsvOptions {
  /** Default: guessed from the first lines (comma, semicolon, tab). */
  readonly delimiter?: string;
  /** Decimal comma: default when the delimiter is a semicolon and a number such as 1,5 occurs. */
  readonly decimalComma?: boolean;
  readonly columnTypes?: Readonly<Record<string, ColumnType>>;
}

/**
 * Quoted fields, BOM, CRLF; `NA` and empty fields are missing; types are inferred unless declared.
 * @throws DataError with the line of the file for ragged rows and unclosed quotes.
 */
export function readCsv(text: string, options: CsvOptions = {}): Table {
  const body = text.startsWith("\uFEFF") ? text.slice(1) : text;
  if (body.trim() === "") throw new DataError("the file is empty");
  const { data, errors } = Papa.parse<string[]>(body, {
    delimiter: options.delimiter ?? "",
    skipEmptyLines: false,
  });
  const quote = errors.find((error) => error.type === "Quotes");
  if (quote !== undefined) {
    throw new DataError(
      `line ${lineOf(data, quote.row ?? 0)}: a quoted field is not closed or has text after its quote`,
    );
  }
  while (data.length > 0 && isBlank(data.at(-1)!)) data.pop();
  const header = data[0]!;
  checkHeader(header);
  const rows = data.length - 1;
  if (rows === 0) throw new DataError("the file has a header but no rows");
  for (let i = 1; i <= rows; i++) {
    const found = data[i]!.length;
    if (found !== header.length) {
      throw new DataError(`line ${lineOf(data, i)} has ${found} fields, but the header has ${header.length}`);
    }
  }
  const declared = new Map(Object.entries(options.columnTypes ?? {}));
  const columns = new Map<string, Column>();
  header.forEach((name, k) => {
    const cells: string[] = new Array(rows);
    for (let i = 0; i < rows; i++) cells[i] = data[i + 1]![k]!;
    const decimal = options.decimalComma === true ? cells.map((cell) => cell.replace(",", ".")) : cells;
    columns.set(name, inferColumn(name, decimal, declared.get(name)));
  });
  const unknown = [...declared.keys()].find((name) => !columns.has(name));
  if (unknown !== undefined)
    throw new DataError(`a type is declared for "${unknown}", but the file has no such column`);
  return { rows, columns };
}

function checkHeader(header: readonly string[]): void {
  const empty = header.findIndex((name) => name.trim() === "");
  if (empty >= 0) throw new DataError(`the header has no name for column ${empty + 1}`);
  const twice = header.find((name, k) => header.indexOf(name) < k);
  if (twice !== undefined) throw new DataError(`the header names the column "${twice}" twice`);
}

function isBlank(row: readonly string[]): boolean {
  return row.length === 1 && row[0] === "";
}

/** 1-based line of the file on which record `index` begins; quoted fields may span lines. */
function lineOf(records: readonly (readonly string[])[], index: number): number {
  let line = 1;
  for (let i = 0; i < index; i++) {
    line++;
    for (const field of records[i]!) line += field.split("\n").length - 1;
  }
  return line;
}
