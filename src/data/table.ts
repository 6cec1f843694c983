/** A data set: named columns of equal length, each of one type. */
import { DataError, didYouMean } from "../errors.ts";

/** `remark`: what a model that computes with the column should say of how it was read. */
export type Column =
  /** NaN = missing. */
  | { readonly kind: "numeric"; readonly values: Float64Array; readonly remark?: string }
  /** −1 missing, 0 FALSE, 1 TRUE. */
  | { readonly kind: "logical"; readonly values: Int8Array; readonly remark?: string }
  /** 0-based codes into `levels`, −1 = missing. Text columns are factors with levels sorted by code point. */
  | {
      readonly kind: "factor";
      readonly levels: readonly string[];
      readonly codes: Int32Array;
      readonly ordered: boolean;
      readonly remark?: string;
    };

/** A Map, so that any name is legal, `__proto__` included. */
export interface Table {
  readonly rows: number;
  readonly columns: ReadonlyMap<string, Column>;
}

/** How a user declares the type of a column. */
export type ColumnType =
  | "numeric"
  | "logical"
  | "factor"
  | "ordered"
  | { readonly factor: readonly string[] }
  | { readonly ordered: readonly string[] };

/** @throws DataError that lists what there is. */
export function column(table: Table, name: string): Column {
  const found = table.columns.get(name);
  if (found !== undefined) return found;
  const names = [...table.columns.keys()];
  throw new DataError(
    `the data have no column "${name}"; there are ${listed(names)}${didYouMean(name, names)}`,
  );
}

const TYPE_NAMES: readonly unknown[] = ["numeric", "logical", "factor", "ordered"];

/** @throws DataError for what is no type. */
export function checkTypes(columnTypes: Readonly<Record<string, unknown>>): void {
  for (const [name, type] of Object.entries(columnTypes)) {
    if (isColumnType(type)) continue;
    throw new DataError(
      `column "${name}": there is no column type ${shown(type)}; there are "numeric", "logical", "factor", "ordered", { factor: [levels] } and { ordered: [levels] }`,
    );
  }
}

/** @throws DataError when a type is declared for a column that does not exist. */
export function checkDeclared(
  columnTypes: Readonly<Record<string, ColumnType>>,
  names: readonly string[],
): void {
  const known = new Set(names);
  const unknown = Object.keys(columnTypes).find((name) => !known.has(name));
  if (unknown === undefined) return;
  throw new DataError(
    `a type is declared for column "${unknown}", which the data do not have; there are ${listed(names)}${didYouMean(unknown, names)}`,
  );
}

function isColumnType(type: unknown): type is ColumnType {
  if (typeof type !== "object" || type === null) return TYPE_NAMES.includes(type);
  const entries = Object.entries(type);
  if (entries.length !== 1) return false;
  const [kind, levels] = entries[0]!;
  if ((kind !== "factor" && kind !== "ordered") || !Array.isArray(levels)) return false;
  return levels.every((level) => typeof level === "string");
}

function shown(value: unknown): string {
  try {
    return (JSON.stringify(value) ?? String(value)).slice(0, 80);
  } catch {
    return typeof value;
  }
}

function listed(names: readonly string[]): string {
  return names.slice(0, 12).join(", ") + (names.length > 12 ? ", …" : "");
}

export function isMissing(column: Column, row: number): boolean {
  if (column.kind === "numeric") return Number.isNaN(column.values[row]);
  return (column.kind === "logical" ? column.values[row]! : column.codes[row]!) < 0;
}

/** The rows `keep`, in that order. */
export function takeRows(table: Table, keep: Int32Array): Table {
  const columns = new Map<string, Column>();
  for (const [name, from] of table.columns) columns.set(name, takeFrom(from, keep));
  return { rows: keep.length, columns };
}

function takeFrom(from: Column, keep: Int32Array): Column {
  if (from.kind === "numeric")
    return { kind: "numeric", values: Float64Array.from(keep, (i) => from.values[i]!) };
  if (from.kind === "logical")
    return { kind: "logical", values: Int8Array.from(keep, (i) => from.values[i]!) };
  return { ...from, codes: Int32Array.from(keep, (i) => from.codes[i]!) };
}
