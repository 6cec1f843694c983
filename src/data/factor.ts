/** Factors: levels and codes. */
import { DataError } from "../errors.ts";
import type { Column } from "./table.ts";

export type Factor = Column & { readonly kind: "factor" };

/**
 * The distinct values as levels, sorted: by default as R's factor() sorts them, numerically when every value is a number,
 * else by code point (R in the C locale); `byText` sorts numbers as text too, as R does with a column of strings.
 * `null` is missing.
 */
export function makeFactor(values: readonly (string | null)[], ordered = false, byText = false): Factor {
  const dictionary = new Map<string, number>();
  const codes = new Int32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    codes[i] = value === null ? -1 : codeIn(dictionary, value);
  }
  return factorFromDictionary(dictionary, codes, ordered, byText);
}

/** The code of a value: the next free one when it is new. */
export function codeIn(dictionary: Map<string, number>, value: string): number {
  const known = dictionary.get(value);
  if (known !== undefined) return known;
  dictionary.set(value, dictionary.size);
  return dictionary.size - 1;
}

/** From codes in the order of appearance; `codes` is recoded in place. */
export function factorFromDictionary(
  dictionary: ReadonlyMap<string, number>,
  codes: Int32Array,
  ordered: boolean,
  byText: boolean,
): Factor {
  const levels = byText ? [...dictionary.keys()].sort(compareCodePoints) : sortLevels([...dictionary.keys()]);
  const recode = new Int32Array(levels.length);
  levels.forEach((level, code) => {
    recode[dictionary.get(level)!] = code;
  });
  for (let i = 0; i < codes.length; i++) if (codes[i]! >= 0) codes[i] = recode[codes[i]!]!;
  return { kind: "factor", levels, codes, ordered };
}

/** @throws DataError naming the first value that is not among the declared levels, and levels declared twice. */
export function factorWithLevels(
  name: string,
  values: readonly (string | null)[],
  levels: readonly string[],
  ordered: boolean,
): Factor {
  const codeOf = levelCodes(name, levels);
  const codes = Int32Array.from(values, (value, row) => {
    if (value === null) return -1;
    return codeOf.get(value) ?? undeclaredLevel(name, row, value, levels);
  });
  return { kind: "factor", levels, codes, ordered };
}

export function levelCodes(name: string, levels: readonly string[]): Map<string, number> {
  const codeOf = new Map(levels.map((level, code) => [level, code]));
  const twice = levels.find((level, k) => codeOf.get(level) !== k);
  if (twice !== undefined) throw new DataError(`the level "${twice}" is declared twice for column "${name}"`);
  if (levels.length === 0) throw new DataError(`no levels are declared for column "${name}"`);
  return codeOf;
}

/** `row` counts from 0. */
export function undeclaredLevel(name: string, row: number, value: string, levels: readonly string[]): never {
  const shown = levels.slice(0, 12).join(", ") + (levels.length > 12 ? ", …" : "");
  throw new DataError(
    `column "${name}", row ${row + 1}: "${value}" is not among its declared levels (${shown})`,
  );
}

/** Numerically when every level is a finite number, else by code point. */
export function sortLevels(levels: readonly string[]): string[] {
  const numeric = levels.every((level) => level.trim() !== "" && Number.isFinite(Number(level)));
  return [...levels].sort(
    numeric ? (a, b) => Number(a) - Number(b) || compareCodePoints(a, b) : compareCodePoints,
  );
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

/** JavaScript compares 16-bit units, in which characters beyond U+FFFF (surrogates) come before U+E000 … U+FFFF. */
function compareCodePoints(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x === y) continue;
    const beyondX = x >= 0xd800 && x <= 0xdfff;
    const beyondY = y >= 0xd800 && y <= 0xdfff;
    return beyondX === beyondY ? x - y : beyondX ? 1 : -1;
  }
  return a.length - b.length;
}
