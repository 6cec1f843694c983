/** CSV text → `Table`. */
import { DataError } from "../errors.ts";
import { type ColumnReader, type DecimalMark, declaredReader, factorReader, inferringReader } from "./column-reader.ts";
import { readRecords } from "./csv-records.ts";
import { type Column, type ColumnType, checkDeclared, type Table } from "./table.ts";

export interface CsvOptions {
  /** Default: guessed from the first lines (comma, semicolon, tab). */
  readonly delimiter?: string;
  /** Numbers as 1,5. Default: when the delimiter is a semicolon, each column is read with whichever mark it uses. */
  readonly decimalComma?: boolean;
  readonly columnTypes?: Readonly<Record<string, ColumnType>>;
}

/**
 * Quoted fields, byte order mark, any line ends; `NA` and empty fields are missing; blank lines are skipped. A column is
 * numeric when all its values are numbers (in quotes or not), logical when all are TRUE or FALSE, else a factor; a declared
 * type comes first. An unnamed first column, the row names that R writes, is left out.
 * @throws DataError with the line for ragged records and unclosed quotes, with column and row for values that do not have
 * their declared type.
 */
export function readCsv(text: string, options: CsvOptions = {}): Table {
  const body = normalised(text);
  const { columnTypes = {} } = options;
  const capacity = countLines(body);
  let header: readonly string[] | undefined;
  let readers: (ColumnReader | undefined)[] = [];
  let rows = 0;
  const changedToText = new Set<number>();
  const read = (fields: readonly string[], line: number): void => {
    if (fields.length !== header!.length) {
      throw new DataError(`line ${line} has ${counted(fields.length)}, but the header has ${header!.length}`);
    }
    for (let k = 0; k < readers.length; k++) {
      if (readers[k]?.read(fields[k]!, rows) === false) {
        changedToText.add(k);
        readers[k] = undefined;
      }
    }
    rows++;
  };

  const delimiter = chosenDelimiter(body, options);
  readRecords(body, delimiter, (fields, line) => {
    if (header !== undefined) return read(fields, line);
    header = checkedHeader(fields, line);
    checkDeclared(columnTypes, header);
    const declared = new Map(Object.entries(columnTypes));
    readers = header.map((name) => {
      if (name === "") return undefined;
      const settings = { name, capacity, decimal: decimalMark(delimiter, options.decimalComma) };
      const type = declared.get(name);
      return type === undefined ? inferringReader(settings) : declaredReader(settings, type);
    });
  });
  if (header === undefined) throw new DataError("the file is empty");
  if (rows === 0) throw new DataError("the file has a header but no rows");

  // A column that began with numbers and then had text is read once more, because its first texts are gone.
  const finished = readers.map((reader) => reader?.finish(rows));
  if (changedToText.size > 0) {
    readers = readers.map((_, k) =>
      changedToText.has(k) ? factorReader({ name: header![k]!, capacity, decimal: "point" }, false) : undefined,
    );
    const total = rows;
    rows = -1;
    readRecords(body, delimiter, (fields, line) => (rows < 0 ? void rows++ : read(fields, line)));
    for (const k of changedToText) finished[k] = readers[k]!.finish(total);
  }
  const columns = new Map<string, Column>();
  header.forEach((name, k) => {
    if (finished[k] !== undefined) columns.set(name, finished[k]);
  });
  return { rows, columns };
}
