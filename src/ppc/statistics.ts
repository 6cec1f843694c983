/** Test statistics of a vector of responses. */
import { didYouMean, NutmixError } from "../errors.ts";
import { mean, sd } from "../numeric/moments.ts";
import { median } from "../numeric/quantile.ts";
import type { StatisticChoice } from "./check.ts";

const STATISTICS = {
  mean: (y) => mean(y),
  sd: (y) => sd(y),
  min: (y) => y.reduce((a, b) => Math.min(a, b), Infinity),
  max: (y) => y.reduce((a, b) => Math.max(a, b), -Infinity),
  median: (y) => median(y),
  prop_zero: (y) => y.reduce((zeros, value) => zeros + (value === 0 ? 1 : 0), 0) / y.length,
} as const satisfies Record<string, (y: Float64Array) => number>;

export interface Statistic {
  readonly name: string;
  of(y: Float64Array): number;
}

/** @throws NutmixError for a name that is not in the list. */
export function statistic(choice: StatisticChoice): Statistic {
  if (typeof choice === "function")
    return { name: choice.name === "" ? "statistic" : choice.name, of: choice };
  const names = Object.keys(STATISTICS);
  if (!Object.hasOwn(STATISTICS, choice)) {
    throw new NutmixError(
      `there is no statistic "${choice}"; there are ${names.join(", ")}, or give a function${didYouMean(choice, names)}`,
    );
  }
  return { name: choice, of: STATISTICS[choice as keyof typeof STATISTICS] };
}
