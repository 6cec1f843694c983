/** The texts of one CSV column, read one after the other straight into a typed array. */
import { DataError } from "../errors.ts";
import { codeIn, factorFromDictionary, levelCodes, undeclaredLevel } from "./factor.ts";
import { isMissingText, parseLogical, parseNumber } from "./number-text.ts";
import type { Column, ColumnType } from "./table.ts";

export interface ColumnReader {
  /** The value of row `row` (from 0). False when the column turns out to be text after it was read as something else. */
  read(text: string, row: number): boolean;
  finish(rows: number): Column;
}

/** A typed array that grows with the rows that are read: what is held is proportional to the text, not to its blank lines. */
class Cells<A extends Float64Array | Int32Array | Int8Array> {
  readonly #make: (length: number) => A;
  readonly #missing: number;
  #values: A;

  constructor(make: (length: number) => A, missing: number) {
    this.#make = make;
    this.#missing = missing;
    this.#values = this.#filled(64);
  }

  set(row: number, value: number): void {
    if (row >= this.#values.length) this.#grow(row + 1);
    this.#values[row] = value;
  }

  /** Rows that were never set are missing. */
  finish(rows: number): A {
    if (rows > this.#values.length) this.#grow(rows);
    return this.#values.slice(0, rows) as A;
  }

  #grow(least: number): void {
    const grown = this.#filled(Math.max(least, 2 * this.#values.length));
    grown.set(this.#values as ArrayLike<number>);
    this.#values = grown;
  }

  #filled(length: number): A {
    const values = this.#make(length);
    values.fill(this.#missing);
    return values;
  }
}

/** `either`: a point or a comma, but not both in one column. */
export type DecimalMark = "point" | "comma" | "either";

export interface ReaderSettings {
  readonly name: string;
  readonly decimal: DecimalMark;
}

/** @throws DataError (from `read`) for the first value that does not have the declared type. */
export function declaredReader(settings: ReaderSettings, type: ColumnType): ColumnReader {
  const { name } = settings;
  if (typeof type === "object") {
    const ordered = "ordered" in type;
    return levelReader(settings, ordered ? type.ordered : type.factor, ordered);
  }
  switch (type) {
    case "numeric":
      return strict(numberReader(settings), name, "a number");
    case "logical":
      return strict(logicalReader(true), name, "TRUE or FALSE");
    case "factor":
    case "ordered":
      return factorReader(type === "ordered");
    default:
      throw new DataError(`column "${name}": there is no column type "${String(type)}"`);
  }
}

const CANDIDATES: readonly ((settings: ReaderSettings) => ColumnReader)[] = [
  numberReader,
  () => logicalReader(false),
  () => factorReader(false),
];

/** The first value that is not missing decides: a number, TRUE or FALSE, or text. */
export function inferringReader(settings: ReaderSettings): ColumnReader {
  let reader: ColumnReader | undefined;
  return {
    read(text, row) {
      if (reader !== undefined) return reader.read(text, row);
      if (isMissingText(text)) return true;
      // One after the other: each has room for all rows.
      for (const make of CANDIDATES) {
        const candidate = make(settings);
        if (!candidate.read(text, row)) continue;
        reader = candidate;
        return true;
      }
      return false;
    },
    finish: (rows) => (reader ?? numberReader(settings)).finish(rows),
  };
}

export function factorReader(ordered: boolean): ColumnReader {
  const codes = new Cells((length) => new Int32Array(length), -1);
  const dictionary = new Map<string, number>();
  return {
    read(text, row) {
      if (!isMissingText(text)) codes.set(row, codeIn(dictionary, text));
      return true;
    },
    finish: (rows) => factorFromDictionary(dictionary, codes.finish(rows), ordered, false),
  };
}

function levelReader({ name }: ReaderSettings, levels: readonly string[], ordered: boolean): ColumnReader {
  const codes = new Cells((length) => new Int32Array(length), -1);
  const codeOf = levelCodes(name, levels);
  return {
    read(text, row) {
      if (!isMissingText(text)) codes.set(row, codeOf.get(text) ?? undeclaredLevel(name, row, text, levels));
      return true;
    },
    finish: (rows) => ({ kind: "factor", levels, codes: codes.finish(rows), ordered }),
  };
}

function numberReader({ decimal }: ReaderSettings): ColumnReader {
  const values = new Cells((length) => new Float64Array(length), Number.NaN);
  const parse = decimal === "point" ? parseNumber : decimalCommaParser(decimal === "comma");
  return {
    read(text, row) {
      if (isMissingText(text)) return true;
      const number = parse(text);
      if (number === undefined) return false;
      values.set(row, number);
      return true;
    },
    finish: (rows) => ({ kind: "numeric", values: values.finish(rows) }),
  };
}

/** Reads 1,5; once a comma was seen (or from the start) 1.5 is no number: its point would separate thousands. */
function decimalCommaParser(onlyCommas: boolean): (text: string) => number | undefined {
  let commas = onlyCommas;
  let points = false;
  return (text) => {
    commas ||= text.includes(",");
    points ||= text.includes(".");
    return commas && points ? undefined : parseNumber(text.replace(",", "."));
  };
}

function logicalReader(digits: boolean): ColumnReader {
  const values = new Cells((length) => new Int8Array(length), -1);
  return {
    read(text, row) {
      if (isMissingText(text)) return true;
      const value = parseLogical(text) ?? (digits && /^[01]$/.test(text) ? text === "1" : undefined);
      if (value === undefined) return false;
      values.set(row, Number(value));
      return true;
    },
    finish: (rows) => ({ kind: "logical", values: values.finish(rows) }),
  };
}

/** What would make an inferred column text is an error in a declared one. */
function strict(reader: ColumnReader, name: string, wanted: string): ColumnReader {
  return {
    read(text, row) {
      if (reader.read(text, row)) return true;
      throw new DataError(`column "${name}", row ${row + 1}: "${text}" is not ${wanted}`);
    },
    finish: reader.finish,
  };
}
