/** How a data set is taken by a model: what is missing, what type a column has, which level of a factor comes first. */
import { DataError, didYouMean } from "../errors.ts";
import { anything, type OptionTable, such } from "../options.ts";
import { toTable } from "./from-input.ts";
import { type MissingOptions, missingOptions } from "./missing-codes.ts";
import type { Column, ColumnType, Table } from "./table.ts";

export interface DataOptions extends MissingOptions {
  /** Types of columns: `{ year: "factor", rating: { ordered: ["low", "mid", "high"] }, dose: { factor: ["placebo", "drug"] } }`. */
  readonly columnTypes?: Readonly<Record<string, ColumnType>>;
  /**
   * The level that comes first, to which treatment contrasts compare the others: `{ group: "control" }`, or by the text of a
   * variable of the formula, `{ "factor(year)": "1998" }`. Default the first in the order of the alphabet (by code point:
   * capitals first), or of the levels that were declared.
   */
  readonly reference?: Readonly<Record<string, string | number | boolean>>;
}

export const dataOptions = {
  ...missingOptions,
  columnTypes: anything,
  reference: such(
    'levels by variable: { group: "control" }',
    (value) =>
      typeof value === "object" &&
      value !== null &&
      !Array.isArray(value) &&
      Object.values(value).every((level) => /^(?:string|number|boolean)$/.test(typeof level)),
  ),
} satisfies OptionTable<DataOptions>;

/**
 * The table with the types declared and the reference levels first. References of variables that are no columns
 * (`factor(year)`) are left to the design.
 * @throws DataError as `toTable`, and for a reference of a column without such a level.
 */
export function readData(data: unknown, { na, columnTypes = {}, reference = {} }: DataOptions): Table {
  const table = toTable(data, columnTypes, na === undefined ? {} : { na });
  const columns = new Map(table.columns);
  for (const [name, level] of Object.entries(reference)) {
    const column = columns.get(name);
    if (column !== undefined) columns.set(name, releveled(name, column, levelText(level)));
    else if (!name.includes("(")) {
      throw new DataError(
        `a reference level is given for "${name}", which is no column of the data${didYouMean(name, columns.keys())}`,
      );
    }
  }
  return { rows: table.rows, columns };
}

/** As levels are written: TRUE and FALSE in capitals. */
export function levelText(level: string | number | boolean): string {
  return typeof level === "boolean" ? String(level).toUpperCase() : String(level);
}

function releveled(name: string, column: Column, level: string): Column {
  if (column.kind === "numeric") {
    throw new DataError(
      `column "${name}" holds numbers and has no reference level; declare it a factor (--factor ${name}, ` +
        `columnTypes: { ${name}: "factor" }), or write relevel(factor(${name}), ref = "${level}") in the formula`,
    );
  }
  const factor =
    column.kind === "factor"
      ? column
      : { levels: ["FALSE", "TRUE"], codes: Int32Array.from(column.values), ordered: false };
  if (factor.ordered) {
    throw new DataError(
      `"${name}" is an ordered factor, whose first level is its lowest: no other can be the reference; declare it a factor for that`,
    );
  }
  return { kind: "factor", ordered: false, ...levelFirst(name, factor, level) };
}

/** The same values with `level` first, the others in their order (R's relevel()). */
export function levelFirst(
  name: string,
  { levels, codes }: { readonly levels: readonly string[]; readonly codes: Int32Array },
  level: string,
): { levels: string[]; codes: Int32Array } {
  const first = levels.indexOf(level);
  if (first < 0) {
    const shown = levels.slice(0, 12).join(", ") + (levels.length > 12 ? ", …" : "");
    throw new DataError(
      `"${name}" has no level "${level}" to refer to; it has ${shown}${didYouMean(level, levels)}`,
    );
  }
  return {
    levels: [level, ...levels.filter((_, k) => k !== first)],
    codes: codes.map((code) => (code < 0 ? -1 : code === first ? 0 : code < first ? code + 1 : code)),
  };
}
