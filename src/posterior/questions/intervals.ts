/** Intervals and shares of single posteriors. */

import { chainSeries, type Draws } from "../../draws/draws.ts";
import { mainParameters, type ParameterSelection, selectParameters } from "../../draws/select.ts";
import { NutmixError } from "../../errors.ts";
import { quantileSorted } from "../../numeric/quantile.ts";
import { anything, checkOptions, number, numbers, type OptionTable, oneOf } from "../../options.ts";

export interface IntervalOptions {
  /** Share of the posterior inside; default 0.95. */
  readonly probability?: number;
  /** `hdi` is the narrowest interval (Hyndman 1996), `eti` leaves equal tails. */
  readonly method?: "hdi" | "eti";
  /** Default: all that are not group-level effects. */
  readonly parameters?: ParameterSelection;
  /** Region of practical equivalence: its share of the posterior is reported. */
  readonly rope?: readonly [lower: number, upper: number];
}

export interface IntervalRow {
  readonly name: string;
  readonly lower: number;
  readonly upper: number;
  /** Probability of direction: the larger share of one sign. */
  readonly direction: number;
  /** Share of the draws inside the region of practical equivalence. */
  readonly rope?: number;
}

const intervalOptions = {
  parameters: anything,
  probability: number,
  method: oneOf("eti", "hdi"),
  rope: numbers<readonly [number, number]>(),
} satisfies OptionTable<IntervalOptions>;

/** @throws NutmixError for a probability or region outside its domain, or a parameter that does not exist. */
export function intervals(
  { draws }: { readonly draws: Draws },
  options: IntervalOptions = {},
): IntervalRow[] {
  options = checkOptions("intervals()", intervalOptions, options);
  const { probability = 0.95, method = "eti", rope } = options;
  if (!(probability > 0 && probability < 1)) {
    throw new NutmixError(`the probability of an interval lies strictly between 0 and 1, not ${probability}`);
  }
  if (rope !== undefined && !(rope[0] < rope[1])) {
    throw new NutmixError(
      `the region of practical equivalence needs lower < upper, not [${rope.join(", ")}]`,
    );
  }
  const chosen =
    options.parameters === undefined
      ? mainParameters(draws)
      : selectParameters(draws.names, options.parameters);
  return chosen.map((k) => {
    const sorted = chainSeries(draws, k).values.sort();
    const [lower, upper] =
      method === "hdi" ? narrowest(sorted, probability) : equalTailed(sorted, probability);
    let positive = 0;
    let negative = 0;
    let inside = 0;
    for (const value of sorted) {
      if (value > 0) positive++;
      else if (value < 0) negative++;
      if (rope !== undefined && value >= rope[0] && value <= rope[1]) inside++;
    }
    return {
      name: draws.names[k]!,
      lower,
      upper,
      direction: Math.max(positive, negative) / sorted.length,
      ...(rope !== undefined && { rope: inside / sorted.length }),
    };
  });
}

function equalTailed(sorted: Float64Array, probability: number): [number, number] {
  const tail = (1 - probability) / 2;
  return [quantileSorted(sorted, tail), quantileSorted(sorted, 1 - tail)];
}

function narrowest(sorted: Float64Array, probability: number): [number, number] {
  const inside = Math.max(1, Math.min(sorted.length - 1, Math.ceil(probability * sorted.length)));
  let best = 0;
  for (let i = 1; i + inside < sorted.length; i++) {
    if (sorted[i + inside]! - sorted[i]! < sorted[best + inside]! - sorted[best]!) best = i;
  }
  return [sorted[best]!, sorted[best + inside]!];
}
