/** CSV text → `Table`. */
import { DataError } from "../errors.ts";
import { anything, checkOptions, flag, type OptionTable, text } from "../options.ts";
import {
  type ColumnReader,
  type DecimalMark,
  declaredReader,
  inferringReader,
  textReader,
} from "./column-reader.ts";
import { guessDelimiter, readRecords } from "./csv-records.ts";
import { textOf } from "./decode.ts";
import { type MissingOptions, missingCodes, missingOptions } from "./missing-codes.ts";
import { type Column, type ColumnType, checkDeclared, checkTypes, type Table } from "./table.ts";

export interface CsvOptions extends MissingOptions {
  /** Of bytes: default UTF-8, or what a byte order mark says. */
  readonly encoding?: string;
  /** Default: guessed from the first lines (comma, semicolon, tab). */
  readonly delimiter?: string;
  /** Numbers as 1,5. Default: when the delimiter is a semicolon, each column is read with whichever mark it uses. */
  readonly decimalComma?: boolean;
  readonly columnTypes?: Readonly<Record<string, ColumnType>>;
}

const csvOptions = {
  delimiter: text,
  decimalComma: flag,
  encoding: text,
  columnTypes: anything,
  ...missingOptions,
} satisfies OptionTable<CsvOptions>;

/**
 * Quoted fields, byte order mark, any line ends; empty fields, `NA` and the like are missing (see `na`); blank lines are skipped. A column is
 * numeric when all its values are numbers (in quotes or not), logical when all are TRUE or FALSE, else a factor; a declared
 * type comes first. An unnamed first column, the row names that R writes, is left out.
 * `text`: a text, or the bytes of a file.
 * @throws DataError with the line for bytes that its encoding does not have, ragged records and unclosed quotes, with column and row for values that do not have
 * their declared type.
 */
export function readCsv(text: string | Uint8Array, options: CsvOptions = {}): Table {
  options = checkOptions("readCsv()", csvOptions, options);
  checkTypes(options.columnTypes ?? {});
  const body = normalised(textOf(text, options.encoding));
  if (body.trim() === "") throw new DataError("the file is empty");
  const delimiter = options.delimiter ?? guessDelimiter(body);
  const decimal = decimalMark(delimiter, options.decimalComma);
  const codes = missingCodes(options.na);
  const declared = new Map(Object.entries(options.columnTypes ?? {}));

  const first = readColumns(body, delimiter, (name) => {
    const type = declared.get(name);
    const settings = { name, decimal, codes };
    return type === undefined ? inferringReader(settings) : declaredReader(settings, type);
  });
  checkDeclared(options.columnTypes ?? {}, [...first.readers.keys()]);
  if (first.rows === 0) throw new DataError("the file has a header but no rows");

  // A column that began with numbers and went on with text is read once more, because its first texts are gone.
  const { changed } = first;
  const second =
    changed.size === 0
      ? undefined
      : readColumns(body, delimiter, (name) =>
          changed.has(name) ? textReader({ name, decimal, codes }) : undefined,
        );
  const columns = new Map<string, Column>();
  for (const [name, reader] of first.readers) {
    columns.set(name, (second?.readers.get(name) ?? reader).finish(first.rows));
  }
  return { rows: first.rows, columns };
}

interface Pass {
  readonly rows: number;
  readonly readers: ReadonlyMap<string, ColumnReader>;
  /** Columns that turned out to be text after they were read as something else. */
  readonly changed: ReadonlySet<string>;
}

/** One pass over the text, which reads the columns that `readerOf` has a reader for. */
function readColumns(
  text: string,
  delimiter: string,
  readerOf: (name: string) => ColumnReader | undefined,
): Pass {
  let header: readonly string[] | undefined;
  let reading: { readonly name: string; readonly field: number; readonly reader: ColumnReader }[] = [];
  const readers = new Map<string, ColumnReader>();
  const changed = new Set<string>();
  let rows = 0;
  readRecords(text, delimiter, (fields, line) => {
    if (header === undefined) {
      header = checkedHeader(fields, line);
      header.forEach((name, field) => {
        const reader = name === "" ? undefined : readerOf(name);
        if (reader === undefined) return;
        readers.set(name, reader);
        reading.push({ name, field, reader });
      });
      return;
    }
    if (fields.length !== header.length) {
      const found = fields.length === 1 ? "1 field" : `${fields.length} fields`;
      throw new DataError(`line ${line} has ${found}, but the header has ${header.length}`);
    }
    let changes = false;
    for (const { name, field, reader } of reading) {
      if (reader.read(fields[field]!, rows)) continue;
      changed.add(name);
      changes = true;
    }
    if (changes) reading = reading.filter(({ name }) => !changed.has(name));
    rows++;
  });
  return { rows, readers, changed };
}

/** The names without blanks around them; only the first may be empty. */
function checkedHeader(fields: readonly string[], line: number): string[] {
  const names = fields.map((name) => name.trim());
  const empty = names.indexOf("", 1);
  if (empty >= 0) throw new DataError(`line ${line}: the header has no name for column ${empty + 1}`);
  const seen = new Set<string>();
  const twice = names.find((name) => seen.size === seen.add(name).size);
  if (twice !== undefined) throw new DataError(`line ${line}: the header names the column "${twice}" twice`);
  return names;
}

function decimalMark(delimiter: string, decimalComma: boolean | undefined): DecimalMark {
  if (decimalComma === true && delimiter === ",") {
    throw new DataError("commas cannot separate the fields and be decimal marks at once; give the delimiter");
  }
  if (decimalComma === undefined) return delimiter === ";" ? "either" : "point";
  return decimalComma ? "comma" : "point";
}

function normalised(text: string): string {
  const body = text.startsWith("\uFEFF") ? text.slice(1) : text;
  return body.includes("\r") ? body.replace(/\r\n?/g, "\n") : body;
}
