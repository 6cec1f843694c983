/** Priors that cannot be sampled from. */
import { describeTarget } from "./describe.ts";
import type { ResolvedPrior } from "./prior.ts";

/** Flat priors on an unbounded or half-bounded range; a flat prior between two bounds is proper, as a uniform is. */
export function improperPriors(resolved: readonly ResolvedPrior[]): ResolvedPrior[] {
  return resolved.filter(
    ({ call, lower, upper }) => call.name === "" && !(Number.isFinite(lower) && Number.isFinite(upper)),
  );
}

/** Why prior-only sampling is impossible, and what to do. */
export function explainImproper(improper: readonly ResolvedPrior[]): string {
  const names = improper.map(({ target }) => describeTarget(target));
  const shown = names.slice(0, 5).join(", ") + (names.length > 5 ? ` and ${names.length - 5} more` : "");
  return (
    `the prior cannot be sampled: it is improper (flat) for ${shown}. ` +
    `Give proper priors, e.g. "normal(0, 10), class=b", or choose a named set that has them: rstanarm, bambi, weakly-informative`
  );
}
