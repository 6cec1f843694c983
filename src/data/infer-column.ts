/** Values of JavaScript → a typed column; their own types decide, unless a type is declared. */
import { DataError } from "../errors.ts";
import { factorWithLevels, makeFactor } from "./factor.ts";
import { isMissingText, parseLogical, parseNumber } from "./number-text.ts";
import type { Column, ColumnType } from "./table.ts";

export type Cell = string | number | boolean | bigint | null | undefined;

/**
 * Numbers make a numeric column, booleans a logical one, text and mixtures a factor. null, undefined, NaN, "" and "NA"
 * are missing.
 * @throws DataError for the first row whose value is none of these, or does not have the declared type.
 */
export function inferColumn(name: string, cells: readonly unknown[], declared?: ColumnType): Column {
  requireCells(name, cells);
  if (declared !== undefined) return declaredColumn(name, cells, declared);
  if (cells.every((cell) => isMissingCell(cell) || isNumber(cell))) return numericColumn(cells);
  if (cells.every((cell) => isMissingCell(cell) || typeof cell === "boolean")) return logicalColumn(cells);
  return makeFactor(cells.map(textOf), false, true);
}

export function isMissingCell(cell: Cell): boolean {
  if (typeof cell === "string") return isMissingText(cell);
  return cell === null || cell === undefined || Number.isNaN(cell);
}

/** The values of a column again, so that it can be declared anew. */
export function cellsOf(column: Column): Cell[] {
  switch (column.kind) {
    case "numeric":
      return Array.from(column.values);
    case "logical":
      return Array.from(column.values, (value) => (value < 0 ? null : value === 1));
    case "factor":
      return Array.from(column.codes, (code) => column.levels[code] ?? null);
  }
}

function requireCells(name: string, cells: readonly unknown[]): asserts cells is readonly Cell[] {
  const row = cells.findIndex((cell) => cell !== null && /^(?:object|function|symbol)$/.test(typeof cell));
  if (row < 0) return;
  const what =
    cells[row] instanceof Date
      ? "a Date"
      : Array.isArray(cells[row])
        ? "an array"
        : `of type ${typeof cells[row]}`;
  throw new DataError(
    `column "${name}", row ${row + 1}: the value is ${what}; columns hold numbers, text, true and false, or nothing`,
  );
}

function declaredColumn(name: string, cells: readonly Cell[], declared: ColumnType): Column {
  if (typeof declared === "object") {
    const ordered = "ordered" in declared;
    return factorWithLevels(name, cells.map(textOf), ordered ? declared.ordered : declared.factor, ordered);
  }
  switch (declared) {
    case "factor":
      return makeFactor(cells.map(textOf));
    case "ordered":
      return makeFactor(cells.map(textOf), true);
    case "numeric":
      refuseOthers(name, cells, "a number", (cell) => numberOf(cell) !== undefined);
      return numericColumn(cells);
    case "logical":
      refuseOthers(name, cells, "TRUE or FALSE", (cell) => logicalOf(cell) !== undefined);
      return logicalColumn(cells);
    default:
      throw new DataError(`column "${name}": there is no column type "${String(declared)}"`);
  }
}

function refuseOthers(
  name: string,
  cells: readonly Cell[],
  wanted: string,
  accepts: (cell: Cell) => boolean,
): void {
  const row = cells.findIndex((cell) => !isMissingCell(cell) && !accepts(cell));
  if (row >= 0) throw new DataError(`column "${name}", row ${row + 1}: "${cells[row]}" is not ${wanted}`);
}

/** A bigint that a double cannot hold is an identifier: as text it stays distinct. */
function isNumber(cell: Cell): boolean {
  return typeof cell === "number" || (typeof cell === "bigint" && Number.isSafeInteger(Number(cell)));
}

function numberOf(cell: Cell): number | undefined {
  return typeof cell === "string" ? parseNumber(cell) : Number(cell);
}

function numericColumn(cells: readonly Cell[]): Column {
  const values = Float64Array.from(cells, (cell) => (isMissingCell(cell) ? Number.NaN : numberOf(cell)!));
  return { kind: "numeric", values };
}

function logicalOf(cell: Cell): boolean | undefined {
  if (typeof cell === "boolean") return cell;
  const number = numberOf(cell);
  if (number === 0 || number === 1) return number === 1;
  return typeof cell === "string" ? parseLogical(cell) : undefined;
}

function logicalColumn(cells: readonly Cell[]): Column {
  const values = Int8Array.from(cells, (cell) => (isMissingCell(cell) ? -1 : Number(logicalOf(cell)!)));
  return { kind: "logical", values };
}

function textOf(cell: Cell): string | null {
  if (isMissingCell(cell)) return null;
  return typeof cell === "boolean" ? (cell ? "TRUE" : "FALSE") : String(cell);
}
