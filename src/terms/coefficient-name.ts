/** From R's coefficient names to the names that draws carry, as brms makes them (brms, `rename()`). */

/** The literal replacements, in their order. */
const REPLACEMENTS: readonly (readonly [string, string])[] = [
  [" ", ""],
  ["(", ""],
  [")", ""],
  ["[", ""],
  ["]", ""],
  [",", ""],
  ['"', ""],
  ["'", ""],
  ["?", ""],
  ["`", ""],
  ["+", "P"],
  ["-", "M"],
  ["*", "MU"],
  ["/", "D"],
  ["^", "E"],
  ["=", "EQ"],
  ["$", "USD"],
];

/** `(Intercept)` → `Intercept`, `I(x^2)` → `IxE2`, `poly(x, 2)1` → `polyx21`, `a:b` stays. */
export function coefficientName(name: string): string {
  return REPLACEMENTS.reduce((renamed, [from, to]) => renamed.replaceAll(from, to), name);
}
