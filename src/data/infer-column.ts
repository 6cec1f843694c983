/** Values of JavaScript → a typed column; their own types decide, unless a type is declared. */
import { DataError } from "../errors.ts";
import { factorWithLevels, makeFactor } from "./factor.ts";
import type { MissingCodes } from "./missing-codes.ts";
import { parseLogical, parseNumber } from "./number-text.ts";
import { alphabeticalOrder, readAsMissing, textAmongNumbers } from "./remarks.ts";
import type { Column, ColumnType } from "./table.ts";

export type Cell = string | number | boolean | bigint | null | undefined;

/**
 * Numbers make a numeric column, booleans a logical one, text and mixtures a factor. null, undefined, NaN, "", "NA" and its
 * like are missing, and what `codes` say.
 * @throws DataError for the first row whose value is none of these, or does not have the declared type.
 */
export function inferColumn(
  name: string,
  cells: readonly unknown[],
  codes: MissingCodes,
  declared?: ColumnType,
): Column {
  requireCells(name, cells);
  const column = new Cells(name, cells, codes);
  if (declared !== undefined) return column.declared(declared);
  if (cells.every((cell) => column.isMissing(cell, true) || isNumber(cell))) return column.numeric();
  if (cells.every((cell) => column.isMissing(cell, true) || typeof cell === "boolean"))
    return column.logical();
  return textAmongNumbers(name, makeFactor(column.texts(), false, true));
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

/** The values of one column as they were given. */
class Cells {
  readonly name: string;
  readonly cells: readonly Cell[];
  readonly codes: MissingCodes;

  constructor(name: string, cells: readonly Cell[], codes: MissingCodes) {
    this.name = name;
    this.cells = cells;
    this.codes = codes;
  }

  /** `signs`: whether `.` and `-` are missing too, as they are between numbers. */
  isMissing(cell: Cell, signs: boolean): boolean {
    if (typeof cell === "string") return this.codes.isMissing(cell) || (signs && this.codes.isSign(cell));
    if (typeof cell === "number") return this.codes.isMissingNumber(cell);
    return cell === null || cell === undefined;
  }

  declared(type: ColumnType): Column {
    if (typeof type === "object") {
      const ordered = "ordered" in type;
      const levels = ordered ? type.ordered : type.factor;
      // A declared level is never missing.
      const texts = this.cells.map((cell) =>
        typeof cell === "string" && levels.includes(cell) ? cell : this.textOf(cell),
      );
      return factorWithLevels(this.name, texts, levels, ordered);
    }
    switch (type) {
      case "factor":
        return makeFactor(this.texts());
      case "ordered": {
        const factor = makeFactor(this.texts(), true);
        const remark = alphabeticalOrder(this.name, factor.levels);
        return remark === undefined ? factor : { ...factor, remark };
      }
      case "numeric":
        this.refuseOthers("a number", (cell) => numberOf(cell) !== undefined);
        return this.numeric();
      case "logical":
        this.refuseOthers("TRUE or FALSE", (cell) => logicalOf(cell) !== undefined);
        return this.logical();
      default:
        throw new DataError(`column "${this.name}": there is no column type "${String(type)}"`);
    }
  }

  numeric(): Column {
    const values = Float64Array.from(this.cells, (cell) =>
      this.isMissing(cell, true) ? Number.NaN : numberOf(cell)!,
    );
    return readAsMissing(this.name, { kind: "numeric", values }, this.signs());
  }

  logical(): Column {
    const values = Int8Array.from(this.cells, (cell) =>
      this.isMissing(cell, true) ? -1 : Number(logicalOf(cell)!),
    );
    return readAsMissing(this.name, { kind: "logical", values }, this.signs());
  }

  texts(): (string | null)[] {
    return this.cells.map((cell) => this.textOf(cell));
  }

  textOf(cell: Cell): string | null {
    if (this.isMissing(cell, false)) return null;
    return typeof cell === "boolean" ? (cell ? "TRUE" : "FALSE") : String(cell);
  }

  signs(): Map<string, number[]> {
    const found = new Map<string, number[]>();
    this.cells.forEach((cell, row) => {
      if (typeof cell !== "string" || this.codes.isMissing(cell) || !this.codes.isSign(cell)) return;
      found.set(cell, [...(found.get(cell) ?? []), row]);
    });
    return found;
  }

  refuseOthers(wanted: string, accepts: (cell: Cell) => boolean): void {
    const row = this.cells.findIndex((cell) => !this.isMissing(cell, true) && !accepts(cell));
    if (row < 0) return;
    throw new DataError(`column "${this.name}", row ${row + 1}: "${this.cells[row]}" is not ${wanted}`);
  }
}

/** A bigint that a double cannot hold is an identifier: as text it stays distinct. */
function isNumber(cell: Cell): boolean {
  return typeof cell === "number" || (typeof cell === "bigint" && Number.isSafeInteger(Number(cell)));
}

function numberOf(cell: Cell): number | undefined {
  return typeof cell === "string" ? parseNumber(cell) : Number(cell);
}

function logicalOf(cell: Cell): boolean | undefined {
  if (typeof cell === "boolean") return cell;
  const number = numberOf(cell);
  if (number === 0 || number === 1) return number === 1;
  return typeof cell === "string" ? parseLogical(cell) : undefined;
}
