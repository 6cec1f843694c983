/** Rows, columns or an Arrow table → `Table`. */
import { DataError } from "../errors.ts";
import { type Cell, inferColumn } from "./infer-column.ts";
import type { Column, ColumnType, Table } from "./table.ts";

/**
 * `data`: a `Table`; an array of row objects; a record of columns (arrays or typed arrays); an Arrow table.
 * null, undefined, "" and "NA" are missing.
 * @throws DataError when it is none of these, or the columns differ in length.
 */
export function toTable(data: unknown, columnTypes: Readonly<Record<string, ColumnType>> = {}): Table {
  if (isTable(data)) return data;
  const cells = Array.isArray(data) ? fromRows(data) : isArrow(data) ? fromArrow(data) : fromColumns(data);
  const declared = new Map(Object.entries(columnTypes));
  const columns = new Map<string, Column>();
  let rows: number | undefined;
  for (const [name, values] of cells) {
    rows ??= values.length;
    if (values.length !== rows) {
      throw new DataError(`column "${name}" has ${values.length} values, but the first column has ${rows}`);
    }
    columns.set(name, inferColumn(name, values, declared.get(name)));
  }
  if (rows === undefined || rows === 0) throw new DataError("the data have no rows");
  return { rows, columns };
}

function isTable(data: unknown): data is Table {
  return typeof data === "object" && data !== null && (data as Table).columns instanceof Map;
}

function fromRows(rows: readonly unknown[]): Map<string, Cell[]> {
  const columns = new Map<string, Cell[]>();
  rows.forEach((row, i) => {
    if (typeof row !== "object" || row === null)
      throw new DataError(`row ${i + 1} of the data is not an object`);
    for (const [name, value] of Object.entries(row)) {
      let cells = columns.get(name);
      if (cells === undefined) columns.set(name, (cells = new Array<Cell>(rows.length).fill(null)));
      cells[i] = value as Cell;
    }
  });
  return columns;
}

function fromColumns(data: unknown): Map<string, Cell[]> {
  if (typeof data !== "object" || data === null) {
    throw new DataError("data must be an array of rows, a record of columns, or a table from readCsv()");
  }
  return new Map(
    Object.entries(data).map(([name, values]) => {
      if (!Array.isArray(values) && !ArrayBuffer.isView(values)) {
        throw new DataError(`column "${name}" is not an array`);
      }
      return [name, Array.from(values as ArrayLike<Cell>)];
    }),
  );
}

/** The parts of Apache Arrow's Table that are looked at. */
interface ArrowTable {
  readonly schema: { readonly fields: readonly { readonly name: string }[] };
  getChild(name: string): Iterable<Cell> | null;
}

function isArrow(data: unknown): data is ArrowTable {
  return typeof data === "object" && data !== null && "schema" in data && "getChild" in data;
}

function fromArrow(table: ArrowTable): Map<string, Cell[]> {
  return new Map(table.schema.fields.map(({ name }) => [name, Array.from(table.getChild(name) ?? [])]));
}
