/** The texts of one CSV column, read one after the other straight into a typed array. */
import { DataError } from "../errors.ts";
import { codeIn, type Factor, factorFromDictionary, levelCodes, undeclaredLevel } from "./factor.ts";
import type { MissingCodes } from "./missing-codes.ts";
import { parseLogical, parseNumber } from "./number-text.ts";
import { alphabeticalOrder, readAsMissing, textAmongNumbers } from "./remarks.ts";
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
  readonly codes: MissingCodes;
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
      return strict(logicalReader(settings, true), name, "TRUE or FALSE");
    case "factor":
    case "ordered":
      return type === "ordered" ? orderedReader(settings) : factorReader(settings, false);
    default:
      throw new DataError(`column "${name}": there is no column type "${String(type)}"`);
  }
}

const CANDIDATES: readonly ((settings: ReaderSettings) => ColumnReader)[] = [
  numberReader,
  (settings) => logicalReader(settings, false),
  textReader,
];

/** The first value that is not missing decides: a number, TRUE or FALSE, or text. */
export function inferringReader(settings: ReaderSettings): ColumnReader {
  let reader: ColumnReader | undefined;
  // Signs before the first number: missing, unless the column turns out to be text.
  let signs: [text: string, row: number][] | undefined;
  return {
    read(text, row) {
      if (reader !== undefined) return reader.read(text, row);
      if (settings.codes.isMissing(text)) return true;
      if (settings.codes.isSign(text)) {
        (signs ??= []).push([text, row]);
        return true;
      }
      // One after the other: each has room for all rows.
      for (const make of signs === undefined ? CANDIDATES : CANDIDATES.slice(0, 2)) {
        const candidate = make(settings);
        for (const sign of signs ?? []) candidate.read(...sign);
        if (!candidate.read(text, row)) continue;
        reader = candidate;
        return true;
      }
      return false;
    },
    finish(rows) {
      const last = reader ?? numberReader(settings);
      if (reader === undefined) for (const sign of signs ?? []) last.read(...sign);
      return last.finish(rows);
    },
  };
}

/** Text as it stands; the levels that are not numbers are remarked where nearly all are. */
export function textReader(settings: ReaderSettings): ColumnReader {
  const { read, finish } = factorReader(settings, false);
  return { read, finish: (rows) => textAmongNumbers(settings.name, finish(rows)) };
}

/** An ordered factor of which no order was given. */
function orderedReader(settings: ReaderSettings): ColumnReader {
  const { read, finish } = factorReader(settings, true);
  return {
    read,
    finish(rows) {
      const factor = finish(rows);
      const remark = alphabeticalOrder(settings.name, factor.levels);
      return remark === undefined ? factor : { ...factor, remark };
    },
  };
}

function factorReader(
  { codes: missing }: ReaderSettings,
  ordered: boolean,
): Omit<ColumnReader, "finish"> & { finish(rows: number): Factor } {
  const codes = new Cells((length) => new Int32Array(length), -1);
  const dictionary = new Map<string, number>();
  return {
    read(text, row) {
      if (!missing.isMissing(text)) codes.set(row, codeIn(dictionary, text));
      return true;
    },
    finish: (rows) => factorFromDictionary(dictionary, codes.finish(rows), ordered, false),
  };
}

function levelReader(
  { name, codes: missing }: ReaderSettings,
  levels: readonly string[],
  ordered: boolean,
): ColumnReader {
  const codes = new Cells((length) => new Int32Array(length), -1);
  const codeOf = levelCodes(name, levels);
  return {
    read(text, row) {
      const code = codeOf.get(text);
      if (code !== undefined) codes.set(row, code);
      else if (!missing.isMissing(text)) undeclaredLevel(name, row, text, levels);
      return true;
    },
    finish: (rows) => ({ kind: "factor", levels, codes: codes.finish(rows), ordered }),
  };
}

function numberReader({ name, decimal, codes }: ReaderSettings): ColumnReader {
  const values = new Cells((length) => new Float64Array(length), Number.NaN);
  const parse = decimal === "point" ? parseNumber : decimalCommaParser(decimal === "comma");
  const signs = new Signs();
  return {
    read(text, row) {
      if (codes.isMissing(text)) return true;
      const number = parse(text);
      if (number === undefined) return signs.note(codes, text, row);
      if (!codes.isMissingNumber(number)) values.set(row, number);
      return true;
    },
    finish: (rows) => signs.remark(name, { kind: "numeric", values: values.finish(rows) }),
  };
}

/** The signs of missing values that a column of numbers holds, and their rows. */
class Signs {
  #rows: Map<string, number[]> | undefined;

  /** Whether the text is one, which is then remembered. */
  note(codes: MissingCodes, text: string, row: number): boolean {
    if (!codes.isSign(text)) return false;
    this.#rows ??= new Map();
    const rows = this.#rows.get(text);
    if (rows === undefined) this.#rows.set(text, [row]);
    else rows.push(row);
    return true;
  }

  remark<C extends Column>(name: string, column: C): C {
    return this.#rows === undefined ? column : readAsMissing(name, column, this.#rows);
  }
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

function logicalReader({ name, codes }: ReaderSettings, digits: boolean): ColumnReader {
  const values = new Cells((length) => new Int8Array(length), -1);
  const signs = new Signs();
  return {
    read(text, row) {
      if (codes.isMissing(text)) return true;
      const value = parseLogical(text) ?? (digits && /^[01]$/.test(text) ? text === "1" : undefined);
      if (value === undefined) return signs.note(codes, text, row);
      values.set(row, Number(value));
      return true;
    },
    finish: (rows) => signs.remark(name, { kind: "logical", values: values.finish(rows) }),
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
