/** What should be said of columns that look as if they had been read otherwise than they were meant. */
import type { Factor } from "./factor.ts";
import { parseNumber } from "./number-text.ts";
import type { Column } from "./table.ts";

/** At most this share of the values of a text column are no numbers, when the rest seem to be meant. */
const FEW = 0.2;
const MOST_SHOWN = 5;

/** A text column whose values are nearly all numbers, remarked with the others and their rows (from 1). */
export function textAmongNumbers(name: string, factor: Factor): Factor {
  const numeric = factor.levels.map((level) => parseNumber(level) !== undefined);
  const rowsOf = new Map<number, number[]>();
  let values = 0;
  let others = 0;
  factor.codes.forEach((code, row) => {
    if (code < 0) return;
    values++;
    if (numeric[code]) return;
    others++;
    const rows = rowsOf.get(code);
    if (rows === undefined) rowsOf.set(code, [row]);
    else rows.push(row);
  });
  const numbers = values - others;
  if (numbers < 3 || others > FEW * values) return factor;
  const shown = [...rowsOf].map(([code, rows]): [string, readonly number[]] => [factor.levels[code]!, rows]);
  const named = `"${shown[0]?.[0] ?? ""}"`;
  const remark =
    others === 0
      ? `column "${name}" holds numbers as text: it is taken as a factor with ${factor.levels.length} levels. ` +
        `Declare it numeric if numbers are meant, or a factor: columnTypes: { "${name}": "numeric" }`
      : `column "${name}" is taken as text, a factor with ${factor.levels.length} levels, because of ${listed(shown)}; ` +
        `its other ${numbers} values are numbers. If ${others === 1 ? "it means" : "they mean"} that a value is missing, ` +
        `say so: --na ${named}, na: [${named}]; if the column is meant as a factor, declare it: --factor "${name}", ` +
        `columnTypes: { "${name}": "factor" }`;
  return { ...factor, remark };
}

/** Levels of text that were put in order by the alphabet, for want of a better one. */
export function alphabeticalOrder(name: string, levels: readonly string[]): string | undefined {
  if (levels.length < 3 || levels.every((level) => parseNumber(level) !== undefined)) return undefined;
  const shown = levels.slice(0, 6);
  const more = levels.length > 6;
  return (
    `the levels of "${name}" are ordered by the alphabet: ${shown.join(" < ")}${more ? " < …" : ""}. If another order is meant, say it: ` +
    `--ordered "${name}=${shown.slice(0, 3).join("<")}${levels.length > 3 ? "<…" : ""}", or ordered(${name}, levels = c(…)) in the formula`
  );
}

/** A column of numbers or logical values in which signs (`.`, `-`) were taken as missing. */
export function readAsMissing<C extends Column>(
  name: string,
  column: C,
  signs: ReadonlyMap<string, readonly number[]>,
): C {
  if (signs.size === 0) return column;
  return { ...column, remark: `in column "${name}" missing values were read: ${listed([...signs])}` };
}

/** `"n/a" (row 7), "?" (rows 9, 12, …)`. */
function listed(found: readonly (readonly [string, readonly number[]])[]): string {
  const texts = found.slice(0, MOST_SHOWN).map(([text, rows]) => {
    const shown = rows.slice(0, MOST_SHOWN).map((row) => row + 1);
    const more = rows.length > MOST_SHOWN ? ", …" : "";
    return `"${text}" (${rows.length === 1 ? "row" : "rows"} ${shown.join(", ")}${more})`;
  });
  return texts.join(", ") + (found.length > MOST_SHOWN ? " and others" : "");
}

/** Numbers that stand for "missing" in many data sets. */
const CODES = [-9, -99, -999, -9999, -99999, 99, 999, 9999, 99999];

/**
 * Says so when a number that often means "missing" stands apart from the rest: further from the nearest other value than
 * these are spread, or a code below zero where all others are not.
 */
export function suspectedCode(name: string, values: Float64Array): string | undefined {
  const counts = new Map(CODES.map((code) => [code, 0]));
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  let others = 0;
  for (const value of values) {
    const seen = counts.get(value);
    if (seen !== undefined) counts.set(value, seen + 1);
    else if (Number.isFinite(value)) {
      others++;
      if (value < least) least = value;
      if (value > most) most = value;
    }
  }
  if (others < 3) return undefined;
  const apart = (code: number): boolean => {
    const gap = code < least ? least - code : code - most;
    return gap > Math.max(most - least, 1) || (code <= -99 && least >= 0);
  };
  const suspects = CODES.filter((code) => counts.get(code)! > 0 && apart(code));
  if (suspects.length === 0) return undefined;
  const rows = Array.from(values.keys()).filter((i) => suspects.includes(values[i]!));
  const shown = rows.slice(0, MOST_SHOWN).map((row) => row + 1);
  return (
    `column "${name}" is ${suspects.join(" and ")} in row${rows.length === 1 ? "" : "s"} ${shown.join(", ")}` +
    `${rows.length > MOST_SHOWN ? ", …" : ""}, far from its other values (${least} to ${most}), and was taken as a number. ` +
    `If it means that the value is missing, say so: --na ${suspects[0]}, na: [${suspects.join(", ")}]`
  );
}
