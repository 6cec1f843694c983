/** Numbers as data files write them. */

const TRUE = new Set(["TRUE", "true", "True", "T"]);
const FALSE = new Set(["FALSE", "false", "False", "F"]);
const INFINITE = /^[+-]?inf(?:inity)?$/i;
/** What Number() accepts beyond decimal notation. */
const OTHER_BASE = /^0[xob]/i;

/** The number that `text` writes, NaN for "NaN"; undefined when it is not a number. Blanks around it do not matter. */
export function parseNumber(text: string): number | undefined {
  const value = Number(text);
  if (!Number.isNaN(value)) {
    if (isPlain(text)) return value;
    const trimmed = text.trim();
    return trimmed === "" || OTHER_BASE.test(trimmed) ? undefined : value;
  }
  const trimmed = text.trim();
  if (INFINITE.test(trimmed))
    return trimmed.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return trimmed.toLowerCase() === "nan" ? Number.NaN : undefined;
}

/** Whether a text that Number() accepts is decimal notation without blanks in front: most are, and need no second look. */
function isPlain(text: string): boolean {
  const first = text.charCodeAt(0);
  if (first > ZERO) return first <= NINE;
  return first === MINUS || first === POINT || (first === ZERO && text.charCodeAt(1) === POINT);
}

const MINUS = 45;
const POINT = 46;
const ZERO = 48;
const NINE = 57;

/** TRUE and FALSE in the spellings that R reads. */
export function parseLogical(text: string): boolean | undefined {
  if (TRUE.has(text)) return true;
  return FALSE.has(text) ? false : undefined;
}
