/** Predictions averaged over models. */

import type { Fit } from "../../api/fit-types.ts";
import { NutmixError } from "../../errors.ts";
import { checkOptions } from "../../options.ts";
import { type PredictOptions, predict, predictOptions } from "../predictions/predict.ts";
import { Predictions } from "../predictions/predictions.ts";

/**
 * Random responses of a mixture of models: each takes part with as many draws as its weight says (brms' pp_average).
 *
 * @param weights by name, as `modelWeights` returns them.
 * @throws NutmixError when a fit has no weight or weights do not sum to a positive number.
 */
export function averagePredictions(
  fits: Readonly<Record<string, Fit>>,
  weights: Readonly<Record<string, number>>,
  newData?: unknown,
  options: PredictOptions = {},
): Predictions {
  options = checkOptions("averagePredictions()", predictOptions, options);
  const names = Object.keys(fits);
  const missing = names.find((name) => !(Object.hasOwn(weights, name) && weights[name]! >= 0));
  if (missing !== undefined)
    throw new NutmixError(`"${missing}" has no weight: give one of 0 or more to every model`);
  const sum = names.reduce((total, name) => total + weights[name]!, 0);
  if (!(sum > 0)) throw new NutmixError("the weights sum to 0");
  const total =
    options.ndraws ?? Math.min(...names.map((name) => fits[name]!.draws.chains * fits[name]!.draws.draws));
  const parts = shares(
    names.map((name) => weights[name]! / sum),
    total,
  ).flatMap((ndraws, k) =>
    ndraws === 0 ? [] : [predict(fits[names[k]!]!, newData, { ...options, ndraws })],
  );
  const [first] = parts;
  const draws = parts.reduce((count, part) => count + part.draws, 0);
  return new Predictions({
    rows: first!.rows,
    draws,
    ...(first!.labels && { labels: first!.labels }),
    fill(from, to, out) {
      let at = 0;
      for (const part of parts) {
        const size = part.draws * (to - from);
        part.source.fill(from, to, out.subarray(at, at + size));
        at += size;
      }
    },
  });
}

/** Whole numbers with the given shares and sum: largest remainders first. */
function shares(weights: readonly number[], total: number): number[] {
  const counts = weights.map((weight) => Math.floor(weight * total));
  const order = weights
    .map((weight, k) => ({ k, rest: weight * total - counts[k]! }))
    .sort((a, b) => b.rest - a.rest);
  const missing = total - counts.reduce((a, b) => a + b, 0);
  for (const { k } of order.slice(0, missing)) counts[k]!++;
  return counts;
}
