/** `by =` : a smooth times a number, or one smooth per level of a factor (of an ordered factor: per level but the first). */
import type { SmoothCall, SmoothVariables } from "./smooth.ts";
import { codesByFit, levelsOf, numbersOf } from "./variables.ts";

export interface ByState {
  readonly variable?: string;
  /** Levels with a smooth of their own; absent for numbers. */
  readonly levels?: readonly string[];
  readonly all?: readonly string[];
  /** Numbers that are not all the same: the smooth is not centred, since it then is no copy of the intercept. */
  readonly varies: boolean;
}

/** sd(by) relative to its mean above which numbers count as different. */
const CONSTANT = 1000 * 2 ** -52;

export function learnBy(call: SmoothCall, variables: SmoothVariables): ByState {
  if (call.by === undefined) return { varies: false };
  const levels = levelsOf(variables, call.by, call.label);
  if (levels !== undefined) {
    const own = levels.ordered && levels.names.length > 1 ? levels.names.slice(1) : levels.names;
    return { variable: call.by, levels: own, all: levels.names, varies: false };
  }
  const values = numbersOf(variables, call.by, call.label);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { variable: call.by, varies: Math.sqrt(squares / (values.length - 1)) > mean * CONSTANT };
}

/** What the rows of each smooth are multiplied by; undefined = 1. */
export function byWeights(
  by: ByState,
  variables: SmoothVariables,
  label: string,
): (Float64Array | undefined)[] {
  if (by.variable === undefined) return [undefined];
  if (by.levels === undefined) return [numbersOf(variables, by.variable, label)];
  const found = levelsOf(variables, by.variable, label)!;
  const codes = codesByFit(found, by.all!, by.variable, label);
  return by.levels.map((level) => {
    const own = by.all!.indexOf(level);
    return Float64Array.from(codes, (code) => (code === own ? 1 : 0));
  });
}

/** `s(x):fa`, `s(x):z`, `s(x)`. */
export function byLabel(label: string, by: ByState, part: number): string {
  return by.variable === undefined ? label : `${label}:${by.variable}${by.levels?.[part] ?? ""}`;
}
