/**
 * Rules → one prior per parameter. A user's rule beats a set's, which beats a default; among a user's rules the most
 * specific wins: coefficient over group over class (brms, `set_prior`). A bound holds for all parameters that its rule
 * matches, also where a more specific rule without that bound gives the distribution.
 */
import { boundsOf, checkKind } from "./bounds.ts";
import { checkDuplicates, checkMatched, matches } from "./check-rules.ts";
import { describeTarget } from "./describe.ts";
import { parsePrior } from "./parse.ts";
import type { PriorRule, PriorTarget, ResolvedPrior } from "./prior.ts";

export { describeTarget } from "./describe.ts";
export { explainImproper, improperPriors } from "./improper.ts";

/**
 * @param rules the defaults or a set's rules, then the user's; later wins between equals
 * @throws PriorError: a rule for a parameter that does not exist, two rules for one, impossible bounds, a prior of the
 * wrong kind for its parameter
 */
export function resolvePriors(targets: readonly PriorTarget[], rules: readonly PriorRule[]): ResolvedPrior[] {
  const normalised = rules.map(normalise);
  const own = normalised.filter((rule) => rule.source === "user");
  for (const rule of own) checkMatched(rule, targets);
  checkDuplicates(own);
  return targets.map((target) => resolveTarget(target, normalised));
}

/** What the user should be told about the priors, one sentence each. */
export function priorNotes(resolved: readonly ResolvedPrior[]): string[] {
  return resolved.flatMap(({ note }) => (note === undefined ? [] : [note]));
}

/** brms' other names: class `L` for correlations, dpar "mu" for the mean. */
function normalise(rule: PriorRule): PriorRule {
  if (rule.class !== "L" && rule.dpar !== "mu") return rule;
  return {
    ...rule,
    class: rule.class === "L" ? "cor" : rule.class,
    dpar: rule.dpar === "mu" ? "" : rule.dpar,
  };
}

function resolveTarget(target: PriorTarget, rules: readonly PriorRule[]): ResolvedPrior {
  const matching = rules.filter((rule) => matches(rule, target)).sort(byPrecedence);
  const best = matching.at(-1);
  if (best === undefined) throw new Error(`no rule covers ${describeTarget(target)}`);
  const call = parsePrior(best.prior);
  const text = call.name === "" ? "" : best.prior;
  const lb = matching.findLast((rule) => rule.lb !== undefined)?.lb;
  const ub = matching.findLast((rule) => rule.ub !== undefined)?.ub;
  const prior = { text, call, lb, ub };
  checkKind(prior, target);
  const { lower, upper, fromSupport } = boundsOf(prior, target);
  const note =
    fromSupport && best.source === "user"
      ? `${describeTarget(target)} is kept ${describeInterval(lower, upper)}, the support of its prior ${text}`
      : undefined;
  return {
    target,
    call,
    lower,
    upper,
    prior: text,
    source: best.source,
    ...(note !== undefined && { note }),
  };
}

function describeInterval(lower: number, upper: number): string {
  return upper === Number.POSITIVE_INFINITY ? `above ${lower}` : `between ${lower} and ${upper}`;
}

/** Ascending; the sort is stable, so that of equals the later one is last. */
function byPrecedence(a: PriorRule, b: PriorRule): number {
  return origin(a) - origin(b) || specificity(a) - specificity(b);
}

function origin({ source }: PriorRule): number {
  return source === "user" ? 2 : source === "default" ? 0 : 1;
}

function specificity(rule: PriorRule): number {
  return (rule.coef === "" ? 0 : 2) + (rule.group === "" ? 0 : 1);
}
