/** The resolved priors of a model as the compiler asks for them: distributions, bounds and truncation constants. */

import type { ElementPrior } from "../autodiff/ops/density.ts";
import { findDistribution } from "../distributions/index.ts";
import * as Elementary from "../numeric/elementary.ts";
import type { PriorTarget, ResolvedPrior } from "../priors/prior.ts";
import type { PredictorKey } from "../quantities/predictor-key.ts";

/** What a prior is found by; without `dpar` it is that of mu. */
export type PriorKey = Partial<Pick<PriorTarget, "coef" | "group"> & PredictorKey> &
  Pick<PriorTarget, "class">;

export class PriorsOf {
  readonly #byKey: ReadonlyMap<string, ResolvedPrior>;

  constructor(priors: readonly ResolvedPrior[]) {
    this.#byKey = new Map(priors.map((prior) => [keyOf(prior.target), prior]));
  }

  /** The prior of one parameter; a parameter without one is a defect of the model builder. */
  get(key: PriorKey): ResolvedPrior {
    const found = this.#byKey.get(keyOf(key));
    if (found === undefined) throw new Error(`no prior was resolved for ${keyOf(key)}`);
    return found;
  }

  bounds(keys: readonly PriorKey[]): { lower: Float64Array; upper: Float64Array } {
    const priors = keys.map((key) => this.get(key));
    return {
      lower: Float64Array.from(priors, (prior) =>
        isConstant(prior) ? prior.call.arguments[0]! : prior.lower,
      ),
      upper: Float64Array.from(priors, (prior) =>
        isConstant(prior) ? prior.call.arguments[0]! : prior.upper,
      ),
    };
  }

  elements(keys: readonly PriorKey[]): (ElementPrior | null)[] {
    return keys.map((key) => elementPrior(this.get(key)));
  }

  /**
   * Where chains start, in unconstrained coordinates: the prior mean of an unbounded parameter (an intercept far from 0),
   * the logarithm of half the prior's standard deviation for a positive one; 0 where the prior says nothing.
   */
  start(key: PriorKey): number {
    const prior = this.get(key);
    const element = elementPrior(prior);
    if (element === null) return 0;
    const { distribution, arguments: args } = element;
    const unbounded = prior.lower === Number.NEGATIVE_INFINITY && prior.upper === Number.POSITIVE_INFINITY;
    const positive = prior.lower === 0 && prior.upper === Number.POSITIVE_INFINITY;
    const start = unbounded
      ? distribution.mean(args)
      : positive
        ? Elementary.log(distribution.sd(args) / 2)
        : 0;
    return Number.isFinite(start) ? start : 0;
  }

  /** −Σ log P(lower < X < upper): what truncation to the bounds adds to the log density. */
  truncation(keys: readonly PriorKey[]): number {
    return keys.reduce((total, key) => total - logMassWithin(this.get(key)), 0);
  }
}

/** Flat and constant priors contribute nothing to the density. */
function elementPrior({ call }: ResolvedPrior): ElementPrior | null {
  if (call.name === "" || call.name === "constant") return null;
  return { distribution: findDistribution(call.name), arguments: Float64Array.from(call.arguments) };
}

function isConstant({ call }: ResolvedPrior): boolean {
  return call.name === "constant";
}

function logMassWithin(prior: ResolvedPrior): number {
  const element = elementPrior(prior);
  if (element === null) return 0;
  const { distribution, arguments: args } = element;
  const below = prior.lower === Number.NEGATIVE_INFINITY ? 0 : distribution.cdf(prior.lower, args);
  const above = prior.upper === Number.POSITIVE_INFINITY ? 1 : distribution.cdf(prior.upper, args);
  const mass = above - below;
  return mass > 0 ? Elementary.log(mass) : 0;
}

function keyOf({
  class: parameterClass,
  coef = "",
  group = "",
  dpar = "",
  nlpar = "",
  resp = "",
}: PriorKey): string {
  return JSON.stringify([parameterClass, coef, group, dpar === "mu" ? "" : dpar, nlpar, resp]);
}
