/** Rows, columns or an Arrow table → `Table`. */
import { DataError } from "../errors.ts";
import { checkOptions } from "../options.ts";
import { cellsOf, inferColumn } from "./infer-column.ts";
import { type MissingCodes, type MissingOptions, missingCodes, missingOptions } from "./missing-codes.ts";
import { parseNumber } from "./number-text.ts";
import { type Column, type ColumnType, checkDeclared, checkTypes, type Table } from "./table.ts";

/**
 * `data`: a `Table`; an array of row objects; a record of columns (arrays or typed arrays); an Arrow table.
 * null, undefined, NaN, "", "NA" and its like are missing, and what `na` names; numbers are numeric, booleans logical, text and mixtures factors.
 * @throws DataError when it is none of these, when columns differ in length or a value does not have its declared type.
 */
export function toTable(
  data: unknown,
  columnTypes: Readonly<Record<string, ColumnType>> = {},
  options: MissingOptions = {},
): Table {
  checkTypes(columnTypes);
  const codes = missingCodes(checkOptions("toTable()", missingOptions, options).na);
  if (isTable(data)) return redeclare(checkedTable(data), columnTypes, codes, options.na !== undefined);
  const inputs = Array.isArray(data) ? fromRows(data) : isArrow(data) ? fromArrow(data) : fromColumns(data);
  const [first] = inputs;
  if (first === undefined) throw new DataError("the data have no columns");
  checkDeclared(columnTypes, [...inputs.keys()]);
  const declared = new Map(Object.entries(columnTypes));
  const rows = first[1].length;
  const columns = new Map<string, Column>();
  for (const [name, values] of inputs) {
    if (values.length !== rows) {
      throw new DataError(`column "${name}" has ${values.length} values, but "${first[0]}" has ${rows}`);
    }
    columns.set(name, toColumn(name, values, codes, declared.get(name)));
  }
  if (rows === 0) throw new DataError("the data have no rows");
  return { rows, columns };
}

type Values = readonly unknown[] | Float64Array;

function toColumn(
  name: string,
  values: Values,
  codes: MissingCodes,
  declared: ColumnType | undefined,
): Column {
  if (!(values instanceof Float64Array)) return inferColumn(name, values, codes, declared);
  const known = values.map((value) => (codes.isMissingNumber(value) ? Number.NaN : value));
  const column: Column = { kind: "numeric", values: known };
  return declared === undefined || declared === "numeric"
    ? column
    : inferColumn(name, cellsOf(column), codes, declared);
}

function isTable(data: unknown): data is Table {
  return typeof data === "object" && data !== null && (data as Table).columns instanceof Map;
}

/** @throws DataError for a table made by hand whose columns do not fit together. */
function checkedTable(table: Table): Table {
  if (!Number.isSafeInteger(table.rows) || table.rows < 1) throw new DataError("the data have no rows");
  if (table.columns.size === 0) throw new DataError("the data have no columns");
  for (const [name, column] of table.columns) {
    const values = column?.kind === "factor" ? column.codes : column?.values;
    if (!ArrayBuffer.isView(values) || (column.kind === "factor" && !Array.isArray(column.levels))) {
      throw new DataError(`column "${name}" of the table is neither numeric nor logical nor a factor`);
    }
    if (values.length !== table.rows) {
      throw new DataError(
        `column "${name}" of the table has ${values.length} values, but the table has ${table.rows} rows`,
      );
    }
    if (column.kind !== "factor") continue;
    const row = column.codes.findIndex((code) => code >= column.levels.length);
    if (row >= 0) {
      throw new DataError(
        `column "${name}", row ${row + 1}: the code ${column.codes[row]} is beyond its ${column.levels.length} levels`,
      );
    }
  }
  return table;
}

/** `recode`: whether codes of missing values are looked for in columns that were read before. */
function redeclare(
  table: Table,
  columnTypes: Readonly<Record<string, ColumnType>>,
  codes: MissingCodes,
  recode: boolean,
): Table {
  checkDeclared(columnTypes, [...table.columns.keys()]);
  const declared = new Map(Object.entries(columnTypes));
  if (declared.size === 0 && !recode) return table;
  const columns = new Map(table.columns);
  for (const [name, column] of table.columns) {
    const type = declared.get(name);
    if (type !== undefined) columns.set(name, inferColumn(name, cellsOf(column), codes, type));
    else if (recode) columns.set(name, recoded(name, column, codes));
  }
  return { rows: table.rows, columns };
}

/** A text column that is numbers but for the codes becomes numeric; other factors lose the levels that are codes. */
function recoded(name: string, column: Column, codes: MissingCodes): Column {
  if (column.kind !== "factor") return inferColumn(name, cellsOf(column), codes);
  const kept = column.levels.filter((level) => !codes.isMissing(level));
  if (kept.length === column.levels.length) return column;
  const isNumeric =
    !column.ordered && kept.every((level) => codes.isSign(level) || parseNumber(level) !== undefined);
  if (isNumeric) return inferColumn(name, cellsOf(column), codes, "numeric");
  return inferColumn(name, cellsOf(column), codes, column.ordered ? { ordered: kept } : { factor: kept });
}

/** A value that a row does not have is missing. */
function fromRows(rows: readonly unknown[]): Map<string, Values> {
  if (rows.length === 0) throw new DataError("the data have no rows");
  const columns = new Map<string, unknown[]>();
  let given = 0;
  rows.forEach((row, i) => {
    if (typeof row !== "object" || row === null || Array.isArray(row)) {
      throw new DataError(`row ${i + 1} of the data is not an object with a value per column`);
    }
    for (const [name, value] of Object.entries(row)) {
      let cells = columns.get(name);
      if (cells === undefined) {
        // Rows that share no names would fill a table as large as their square.
        if (columns.size * rows.length > 1e6 + 100 * given) {
          throw new DataError(
            `row ${i + 1} of the data has a column "${name}" of its own, and ${columns.size} columns are nearly empty: rows need the same names`,
          );
        }
        columns.set(name, (cells = new Array<unknown>(rows.length).fill(null)));
      }
      cells[i] = value;
      given++;
    }
  });
  return columns;
}

function fromColumns(data: unknown): Map<string, Values> {
  if (typeof data !== "object" || data === null) {
    throw new DataError("data must be an array of rows, a record of columns, or a table from readCsv()");
  }
  return new Map(
    Object.entries(data).map(([name, values]) => {
      if (Array.isArray(values)) return [name, values];
      if (!ArrayBuffer.isView(values) || values instanceof DataView) {
        throw new DataError(`column "${name}" is not an array; data are rows or a record of columns`);
      }
      return [name, fromTypedArray(values as unknown as ArrayLike<number | bigint>)];
    }),
  );
}

/** A copy, so that the caller's array stays the caller's. */
function fromTypedArray(values: ArrayLike<number | bigint>): Values {
  return typeof values[0] === "bigint" ? Array.from(values) : Float64Array.from(values as ArrayLike<number>);
}

/** The parts of Apache Arrow's Table and Vector that are looked at. */
interface ArrowTable {
  readonly schema: { readonly fields: readonly { readonly name: string }[] };
  getChild(name: string): ArrowVector | null;
}

type ArrowVector =
  | Iterable<unknown>
  | { readonly length: number; get(row: number): unknown }
  | { toArray(): ArrayLike<unknown> };

function isArrow(data: unknown): data is ArrowTable {
  if (typeof data !== "object" || data === null || !("getChild" in data) || !("schema" in data)) return false;
  const { schema, getChild } = data as { schema: { fields?: unknown } | null; getChild: unknown };
  return typeof getChild === "function" && Array.isArray(schema?.fields);
}

function fromArrow(table: ArrowTable): Map<string, Values> {
  return new Map(
    table.schema.fields.map(({ name }) => {
      const vector = table.getChild(name);
      if (vector === null) throw new DataError(`the Arrow table has no values for column "${name}"`);
      return [name, arrowValues(vector)];
    }),
  );
}

/** By element where possible, because only there nulls are seen. */
function arrowValues(vector: ArrowVector): unknown[] {
  if (Symbol.iterator in vector) return Array.from(vector);
  if ("get" in vector) return Array.from({ length: vector.length }, (_, row) => vector.get(row));
  return Array.from(vector.toArray());
}
