/** Text, numbers and booleans → a typed column. */
import { DataError } from "../errors.ts";
import { factorWithLevels, makeFactor } from "./factor.ts";
import type { Column, ColumnType } from "./table.ts";

export type Cell = string | number | boolean | bigint | null | undefined;

const NUMBER = /^\s*[+-]?(?:\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|Inf(?:inity)?)\s*$/;
const TRUE = new Set(["TRUE", "true", "T", "True"]);
const FALSE = new Set(["FALSE", "false", "F", "False"]);

/** @throws DataError when the cells do not have the declared type, naming the first row that does not. */
export function inferColumn(name: string, cells: readonly Cell[], declared?: ColumnType): Column {
  if (declared !== undefined) return declaredColumn(name, cells, declared);
  if (cells.every((cell) => isMissingCell(cell) || isNumeric(cell))) return numericColumn(cells);
  if (cells.every((cell) => isMissingCell(cell) || logicalValue(cell) !== undefined))
    return logicalColumn(cells);
  return makeFactor(cells.map(textOf));
}

export function isMissingCell(cell: Cell): boolean {
  return (
    cell === null ||
    cell === undefined ||
    cell === "" ||
    cell === "NA" ||
    (typeof cell === "number" && Number.isNaN(cell))
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
      refuse(name, cells, "a number", isNumeric);
      return numericColumn(cells);
    case "logical":
      refuse(
        name,
        cells,
        "TRUE or FALSE",
        (cell) => logicalValue(cell) !== undefined || cell === 0 || cell === 1,
      );
      return logicalColumn(cells);
  }
}

function refuse(
  name: string,
  cells: readonly Cell[],
  wanted: string,
  accepts: (cell: Cell) => boolean,
): void {
  const row = cells.findIndex((cell) => !isMissingCell(cell) && !accepts(cell));
  if (row >= 0) throw new DataError(`column "${name}", row ${row + 1}: "${cells[row]}" is not ${wanted}`);
}

function isNumeric(cell: Cell): boolean {
  return (
    typeof cell === "number" || typeof cell === "bigint" || (typeof cell === "string" && NUMBER.test(cell))
  );
}

function numericColumn(cells: readonly Cell[]): Column {
  const values = new Float64Array(cells.length);
  for (let i = 0; i < cells.length; i++) {
    const cell = cells[i];
    values[i] = isMissingCell(cell) ? Number.NaN : toNumber(cell);
  }
  return { kind: "numeric", values };
}

function toNumber(cell: Cell): number {
  if (typeof cell !== "string") return Number(cell);
  const text = cell.trim();
  return /Inf$/.test(text)
    ? text.startsWith("-")
      ? Number.NEGATIVE_INFINITY
      : Number.POSITIVE_INFINITY
    : Number(text);
}

function logicalValue(cell: Cell): boolean | undefined {
  if (typeof cell === "boolean") return cell;
  if (typeof cell !== "string") return undefined;
  return TRUE.has(cell) ? true : FALSE.has(cell) ? false : undefined;
}

function logicalColumn(cells: readonly Cell[]): Column {
  const values = Int8Array.from(cells, (cell) =>
    isMissingCell(cell) ? -1 : logicalValue(cell) === true || cell === 1 ? 1 : 0,
  );
  return { kind: "logical", values };
}

function textOf(cell: Cell): string | null {
  if (isMissingCell(cell)) return null;
  return typeof cell === "boolean" ? (cell ? "TRUE" : "FALSE") : String(cell);
}
