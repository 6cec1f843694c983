/** DATA on the command line: a file, `-` for standard input, or the name of a bundled data set. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { extname } from "node:path";
import { type ColumnType, DataError, didYouMean, readCsv, readJson, type Table } from "../index.ts";

export interface BundledData {
  readonly name: string;
  readonly title: string;
  readonly source: string;
  readonly formula: string;
  readonly columns: Readonly<Record<string, ColumnType>>;
}

/** The bundled data sets are those of the examples, beside the bundle. */
const examples = new URL("../examples/", import.meta.url);

export function bundledData(): BundledData[] {
  return readdirSync(examples, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(new URL(`${entry.name}/dataset.json`, examples)))
    .map(
      (entry) =>
        JSON.parse(readFileSync(new URL(`${entry.name}/dataset.json`, examples), "utf8")) as BundledData,
    )
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** How the columns are to be read. */
export interface Reading {
  readonly columnTypes: Readonly<Record<string, ColumnType>>;
  readonly na: readonly string[];
  /** Of a file that is not UTF-8. */
  readonly encoding?: string;
}

/** @throws DataError in one line, with a suggestion, when there is no such file or data set. */
export function loadData(data: string, reading: Reading): Table {
  if (data === "-") return readCsv(readFileSync(0), reading);
  if (existsSync(data)) {
    if (statSync(data).isDirectory()) throw new DataError(`${data} is a folder, not a data file`);
    return parse(data, readFileSync(data), reading);
  }
  const bundled = bundledData();
  const known = bundled.find(({ name }) => name === data);
  if (known === undefined) {
    const names = bundled.map(({ name }) => name);
    throw new DataError(
      `there is no file "${data}" and no bundled data set of that name (${names.join(", ")})${didYouMean(data, names)}`,
    );
  }
  const bytes = readFileSync(new URL(`${known.name}/data.csv`, examples));
  return readCsv(bytes, { ...reading, columnTypes: { ...known.columns, ...reading.columnTypes } });
}

function parse(path: string, bytes: Uint8Array, reading: Reading): Table {
  const { columnTypes, ...options } = reading;
  switch (extname(path).toLowerCase()) {
    case ".json":
      return readJson(bytes, columnTypes, options);
    case ".tsv":
      return readCsv(bytes, { ...reading, delimiter: "\t" });
    case ".parquet":
    case ".arrow":
      throw new DataError(`${path}: Parquet and Arrow files are not read yet; save the table as CSV`);
    default:
      return readCsv(bytes, reading);
  }
}
