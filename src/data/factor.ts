/** Factors: levels and codes. */
import { DataError } from "../errors.ts";
import type { Column } from "./table.ts";

export type Factor = Column & { kind: "factor" };

/**
 * Levels in R's order: numerically when every value is a number, else by code point (R in the C locale).
 * `null` is missing.
 */
export function makeFactor(values: readonly (string | null)[], ordered = false): Factor {
  const codeOf = new Map<string, number>();
  for (const value of values) if (value !== null && !codeOf.has(value)) codeOf.set(value, 0);
  const levels = sortLevels([...codeOf.keys()]);
  levels.forEach((level, code) => {
    codeOf.set(level, code);
  });
  const codes = Int32Array.from(values, (value) => (value === null ? -1 : codeOf.get(value)!));
  return { kind: "factor", levels, codes, ordered };
}

/** @throws DataError naming the first value that is not among the declared levels. */
export function factorWithLevels(
  name: string,
  values: readonly (string | null)[],
  levels: readonly string[],
  ordered: boolean,
): Factor {
  const codeOf = new Map(levels.map((level, code) => [level, code]));
  if (codeOf.size < levels.length) throw new DataError(`the levels declared for "${name}" are not distinct`);
  const codes = Int32Array.from(values, (value, row) => {
    if (value === null) return -1;
    const code = codeOf.get(value);
    if (code === undefined) {
      throw new DataError(
        `column "${name}", row ${row + 1}: "${value}" is not among its declared levels (${levels.join(", ")})`,
      );
    }
    return code;
  });
  return { kind: "factor", levels, codes, ordered };
}

export function sortLevels(levels: readonly string[]): string[] {
  const numeric =
    levels.length > 0 && levels.every((level) => level.trim() !== "" && Number.isFinite(Number(level)));
  return [...levels].sort(numeric ? (a, b) => Number(a) - Number(b) : (a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/** Only the levels that occur, in their order. */
export function dropUnusedLevels(factor: Factor): Factor {
  const used = new Uint8Array(factor.levels.length);
  for (const code of factor.codes) if (code >= 0) used[code] = 1;
  if (used.every((flag) => flag === 1)) return factor;
  const recode = new Int32Array(factor.levels.length);
  const levels: string[] = [];
  factor.levels.forEach((level, code) => {
    recode[code] = levels.length;
    if (used[code] === 1) levels.push(level);
  });
  return { ...factor, levels, codes: factor.codes.map((code) => (code < 0 ? -1 : recode[code]!)) };
}
