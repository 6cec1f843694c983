/** Draws of single parameters from their priors, where a parameter has a proper prior of its own. */

import type { Fit } from "../../api/fit-types.ts";
import { findDistribution } from "../../distributions/index.ts";
import type { Quantity } from "../../quantities/quantity.ts";
import type { Rng } from "../../random/rng.ts";
import { layoutOf } from "../layout-of.ts";
import { priorPlaces } from "../prior-columns.ts";

/** Truncated priors are drawn by rejection; one that keeps less than this share of its draws is given up. */
const MOST_TRIES = 10_000;

/**
 * @returns `undefined` when the parameter has no proper prior of its own: a flat one, an intercept (whose prior belongs to the
 *   centre of the predictors) or a group-level effect.
 */
export function priorDraws(fit: Fit, name: string, count: number, rng: Rng): Float64Array | undefined {
  const layout = layoutOf(fit.spec, fit.draws);
  const column = fit.draws.names.indexOf(name);
  const { quantity } = layout.at(column);
  if (quantity.role === "correlation") return correlationDraws(fit, quantity, count, rng);
  const prior = priorPlaces(fit.spec, layout).elements.get(column);
  if (prior === undefined || prior.call.name === "") return undefined;
  if (prior.call.name === "constant") return new Float64Array(count).fill(prior.call.arguments[0]!);
  const distribution = findDistribution(prior.call.name);
  const out = new Float64Array(count);
  for (let s = 0; s < count; s++) {
    let tries = 0;
    do {
      if (tries++ === MOST_TRIES) return undefined;
      out[s] = distribution.sample(rng, prior.call.arguments);
    } while (out[s]! < prior.lower || out[s]! > prior.upper);
  }
  return out;
}

/** One correlation of an LKJ(η) matrix of K rows: (ρ + 1)/2 is beta(η + K/2 − 1, η + K/2 − 1) (Lewandowski et al. 2009). */
function correlationDraws(
  fit: Fit,
  { group, coefficients }: Quantity,
  count: number,
  rng: Rng,
): Float64Array | undefined {
  const prior = fit.priors.find(({ target }) => target.class === "cor" && target.group === group);
  if (prior === undefined || coefficients === undefined) return undefined;
  const shape = (prior.call.arguments[0] ?? 1) + coefficients.length / 2 - 1;
  const beta = findDistribution("beta");
  return Float64Array.from({ length: count }, () => 2 * beta.sample(rng, [shape, shape]) - 1);
}
