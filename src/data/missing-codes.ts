/** What data files write where a value is missing. */
import { type OptionTable, such } from "../options.ts";
import { parseNumber } from "./number-text.ts";

/** Missing wherever they stand, for no level is called so; a level that is declared comes first. */
const WORDS: ReadonlySet<string> = new Set([
  "NA",
  "N/A",
  "n/a",
  "#N/A",
  "<NA>",
  "NaN",
  "nan",
  "NULL",
  "null",
]);
/** Missing between numbers, and between TRUE and FALSE; in a column of text they are levels (-, + and . may well be). */
const SIGNS: ReadonlySet<string> = new Set([".", "-", "--", "–", "—", "na", "Na", "n.a.", "N.A."]);

export interface MissingOptions {
  /**
   * What else means that a value is missing: texts (`"missing"`) and numbers (`-99`, in any spelling of the number). Always
   * missing are empty fields, NA, N/A, n/a, NaN, null and NULL; between numbers also `.`, `-` and their like.
   */
  readonly na?: readonly (string | number)[];
}

export const missingOptions = {
  na: such(
    "a list of texts and numbers",
    (value) =>
      Array.isArray(value) && value.every((code) => typeof code === "string" || typeof code === "number"),
  ),
} satisfies OptionTable<MissingOptions>;

export interface MissingCodes {
  /** Missing in every column. */
  isMissing(text: string): boolean;
  /** Missing where the other values are numbers or TRUE and FALSE, besides. */
  isSign(text: string): boolean;
  isMissingNumber(value: number): boolean;
}

export function missingCodes(named: readonly (string | number)[] = []): MissingCodes {
  if (named.length === 0) return USUAL;
  const texts = new Set(named.map((code) => String(code).trim()));
  const numbers = new Set([...texts].flatMap((text) => parseNumber(text) ?? []));
  return {
    isMissing: (text) =>
      isUsual(text) ||
      texts.has(text.trim()) ||
      (numbers.size > 0 && numbers.has(parseNumber(text) ?? Number.NaN)),
    isSign,
    isMissingNumber: (value) => Number.isNaN(value) || numbers.has(value),
  };
}

const USUAL: MissingCodes = { isMissing: isUsual, isSign, isMissingNumber: Number.isNaN };

/** Most values are numbers, and need no second look. */
function isUsual(text: string): boolean {
  if (text.length === 0) return true;
  const first = text.charCodeAt(0);
  if (first >= ZERO && first <= NINE) return false;
  return WORDS.has(text) || (isBlankOutside(text) && (text.trim() === "" || WORDS.has(text.trim())));
}

function isSign(text: string): boolean {
  return SIGNS.has(text) || (isBlankOutside(text) && SIGNS.has(text.trim()));
}

/** Whether the text begins or ends with what may be a blank (of Unicode too). */
function isBlankOutside(text: string): boolean {
  const first = text.charCodeAt(0);
  const last = text.charCodeAt(text.length - 1);
  return first <= 32 || first >= 128 || last <= 32 || last >= 128;
}

const ZERO = 48;
const NINE = 57;
