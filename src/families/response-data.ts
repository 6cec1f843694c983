/** The response as its family reads it: checked against the support, packed row by row. */
import { RESPONSE_WIDTH } from "../autodiff/ops/likelihood.ts";
import type { ResponseDesign } from "../design/design.ts";
import { DataError, FamilyError } from "../errors.ts";
import type { Addition, Family } from "../families/family.ts";

/**
 * rows × [y, trials, upper bound]: y is 0/1 for a binary family and 1 … K for a category family,
 * trials 1 and the upper bound NaN where the formula has none.
 */
export function packResponse(response: ResponseDesign, family: Family): Float64Array {
  const rows = response.values.length;
  const shift = response.levels !== undefined && family.response.kind === "category" ? 1 : 0;
  const packed = new Float64Array(rows * RESPONSE_WIDTH);
  for (let i = 0; i < rows; i++) {
    const at = i * RESPONSE_WIDTH;
    packed[at] = response.values[i]! + shift;
    packed[at + 1] = response.trials?.[i] ?? 1;
    packed[at + 2] = response.censoring?.upper?.[i] ?? Number.NaN;
  }
  return packed;
}

/** Number of categories: the declared levels, or the largest category number; 0 for families without categories. */
export function countCategories(response: ResponseDesign, family: Family): number {
  if (family.response.kind !== "category") return 0;
  return response.levels?.length ?? response.values.reduce((most, y) => Math.max(most, y), 0);
}

/**
 * Throws FamilyError when the formula has response terms that the family does not take (or lacks the trials it needs),
 * DataError with column and first bad row when a value is outside the family's support.
 */
export function checkResponse(response: ResponseDesign, family: Family): void {
  checkAdditions(response, family);
  checkType(response, family);
  const packed = packResponse(response, family);
  for (let i = 0; i < response.values.length; i++) {
    const y = packed[i * RESPONSE_WIDTH]!;
    const trials = packed[i * RESPONSE_WIDTH + 1]!;
    const reason = family.response.check(y, trials);
    if (reason !== undefined) {
      throw new DataError(
        `the response "${response.name}" must be ${family.response.description} for the family ${family.name}: ` +
          `row ${response.rowNumbers[i]} is ${y}${response.trials === undefined ? "" : ` of ${trials} trials`} (${reason})`,
      );
    }
  }
  if (family.response.kind !== "category") return;
  const categories = countCategories(response, family);
  if (categories < 2) throw new DataError(`the response "${response.name}" has fewer than two categories`);
  if (response.levels === undefined) refuseGaps(response, categories);
}

/** A category that nobody chose is declared, not inferred: 999 among 1 … 4 is more likely a missing value than a scale. */
function refuseGaps({ name, values, rowNumbers }: ResponseDesign, categories: number): void {
  const found = new Set(values);
  if (found.size === categories) return;
  let gap = 1;
  while (found.has(gap)) gap++;
  const largest = values.indexOf(categories);
  const categoriesFound = [...found].sort((a, b) => a - b);
  const shown = categoriesFound.slice(0, 12).join(", ") + (found.size > 12 ? ", …" : "");
  throw new DataError(
    `the response "${name}" has the categories ${shown}, but no row is ${gap}, and row ${rowNumbers[largest]} is ${categories}: ` +
      `mark missing values as missing, or declare the categories as levels of an ordered factor, empty ones too ` +
      `(columnTypes: { ${name}: { ordered: ["1", "2", …] } }, --ordered '${name}=1<2<…')`,
  );
}

function checkAdditions(response: ResponseDesign, family: Family): void {
  const given: readonly (readonly [Addition, unknown])[] = [
    ["trials", response.trials],
    ["se", response.se],
    ["cens", response.censoring],
  ];
  for (const [addition, value] of given) {
    if (value !== undefined && !family.additions.includes(addition)) {
      throw new FamilyError(
        `the family ${family.name} does not take ${addition}(); it takes ${["weights", ...family.additions].join(", ")}`,
      );
    }
  }
  if (family.additions.includes("trials") && response.trials === undefined) {
    throw new FamilyError(
      `the family ${family.name} needs the number of trials: write ${response.name} | trials(n) ~ …`,
    );
  }
}

function checkType(response: ResponseDesign, family: Family): void {
  const { levels, name } = response;
  if (levels === undefined) return;
  const { kind } = family.response;
  if (kind === "category") {
    requireOrder(response, family);
    return;
  }
  const shown = levels.slice(0, 4).join(", ") + (levels.length > 4 ? ", …" : "");
  if (kind === "numeric") {
    throw new DataError(
      `the response "${name}" has the levels ${shown}, but the family ${family.name} needs ${family.response.description}`,
    );
  }
  if (levels.length !== 2) {
    throw new DataError(
      `the response "${name}" has ${levels.length} levels (${shown}), but the family ${family.name} needs exactly two`,
    );
  }
}

/** As brms: the order of the alphabet is no order of categories, and would turn the signs of effects. */
function requireOrder({ levels = [], name, ordered }: ResponseDesign, family: Family): void {
  // FALSE comes before TRUE.
  if (ordered === true || levels.join() === "FALSE,TRUE") return;
  const shown = levels.slice(0, 12).join(", ") + (levels.length > 12 ? ", …" : "");
  const column = /^[\p{L}.][\p{L}\p{N}._]*$/u.test(name) ? name : "column";
  const some = levels.slice(0, 3);
  const rest = levels.length > 3;
  throw new DataError(
    `the response "${name}" has levels without an order (${shown}), but the family ${family.name} needs an ordered factor ` +
      "or whole numbers 1, 2, 3, …; the order of the alphabet would be a guess. Say the order, from the lowest: " +
      `--ordered "${column}=${some.join("<")}${rest ? "<…" : ""}" on the command line, ` +
      `columnTypes: { ${column}: { ordered: [${some.map((level) => JSON.stringify(level)).join(", ")}${rest ? ", …" : ""}] } } in TypeScript`,
  );
}
