/** P-values and widths of intervals of several comparisons at once. */
import { SettingsError } from "../../errors.ts";
import { studentisedRangeQuantile, studentisedRangeUpper } from "../../numeric/studentised-range.ts";
import { studentHalfWidth, studentTwoSided } from "../../numeric/test-distributions.ts";

export type Adjustment = "none" | "bonferroni" | "holm" | "tukey";

export interface Family {
  readonly method: Adjustment;
  /** How many comparisons are made. */
  readonly tests: number;
  /** How many means are compared with each other. */
  readonly means: number;
}

/** Adjusted p-values of the t statistics of one family; NaN stays NaN and does not count. */
export function adjustedP(t: readonly number[], df: readonly number[], family: Family): number[] {
  const { method, tests, means } = family;
  const p = t.map((value, i) => studentTwoSided(value, df[i]!));
  switch (method) {
    case "none":
      return p;
    case "bonferroni":
      return p.map((value) => Math.min(1, value * tests));
    case "holm":
      return holm(p, tests);
    case "tukey":
      return t.map((value, i) => studentisedRangeUpper(Math.abs(value) * Math.SQRT2, means, df[i]!));
    default:
      return unknown(method);
  }
}

/**
 * The t with which intervals of coverage `level` for all of the family are made. Holm's procedure has no intervals of its
 * own: they are Bonferroni's, as in emmeans.
 */
export function criticalValue(level: number, df: number, { method, tests, means }: Family): number {
  switch (method) {
    case "none":
      return studentHalfWidth(level, df);
    case "bonferroni":
    case "holm":
      return studentHalfWidth(1 - (1 - level) / tests, df);
    case "tukey":
      return studentisedRangeQuantile(level, means, df) / Math.SQRT2;
    default:
      return unknown(method);
  }
}

/** Holm (1979), Scand. J. Stat. 6: step down from the smallest. */
function holm(p: readonly number[], tests: number): number[] {
  const order = p.map((_, i) => i).sort((i, j) => p[i]! - p[j]!);
  const adjusted = p.slice();
  let least = 0;
  let left = tests;
  for (const i of order.filter((own) => !Number.isNaN(p[own]))) {
    least = Math.max(least, Math.min(1, p[i]! * left--));
    adjusted[i] = least;
  }
  return adjusted;
}

function unknown(method: string): never {
  throw new SettingsError(`there is no adjustment "${method}"; there are none, bonferroni, holm and tukey`);
}
