/** Draws of single parameters from their priors, where a parameter has a proper prior of its own. */

import type { Fit } from "../../api/fit-types.ts";
import { findDistribution } from "../../distributions/index.ts";
import { groupBlocks } from "../../model/groups.ts";
import { coefficientDraw, correlationDraw, sdDraw } from "../../model/names.ts";
import type { ResolvedPrior } from "../../priors/prior.ts";
import type { Rng } from "../../random/rng.ts";

/** Truncated priors are drawn by rejection; one that keeps less than this share of its draws is given up. */
const MOST_TRIES = 10_000;

/**
 * @returns `undefined` when the parameter has no proper prior of its own: a flat one, an intercept (whose prior belongs to the
 *   centre of the predictors) or a group-level effect.
 */
export function priorDraws(fit: Fit, name: string, count: number, rng: Rng): Float64Array | undefined {
  const correlation = correlationDraws(fit, name, count, rng);
  if (correlation !== undefined) return correlation;
  const prior = fit.priors.find((own) => drawName(own) === name);
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

function drawName({ target }: ResolvedPrior): string | undefined {
  const dpar = target.dpar === "" ? "mu" : target.dpar;
  if (target.class === "b") return coefficientDraw(dpar, target.coef);
  if (target.class === "sd") return sdDraw(target.group, dpar, target.coef);
  if (target.class === "Intercept" || target.class === "cor") return undefined;
  return target.class;
}

/** One correlation of an LKJ(η) matrix of K rows: (ρ + 1)/2 is beta(η + K/2 − 1, η + K/2 − 1) (Lewandowski et al. 2009). */
function correlationDraws(fit: Fit, name: string, count: number, rng: Rng): Float64Array | undefined {
  for (const { group, coefficients, correlated } of groupBlocks(fit.spec.design)) {
    if (!correlated) continue;
    const size = coefficients.length;
    for (let i = 1; i < size; i++) {
      for (let j = 0; j < i; j++) {
        if (correlationDraw(group, coefficients[j]!.label, coefficients[i]!.label) !== name) continue;
        const prior = fit.priors.find(({ target }) => target.class === "cor" && target.group === group);
        const shape = (prior?.call.arguments[0] ?? 1) + size / 2 - 1;
        const beta = findDistribution("beta");
        return Float64Array.from({ length: count }, () => 2 * beta.sample(rng, [shape, shape]) - 1);
      }
    }
  }
  return undefined;
}
