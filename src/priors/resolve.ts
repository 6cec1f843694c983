/**
 * Rules → one prior per parameter. A user's rule beats a set's, which beats a default; among a user's rules the most
 * specific wins: coefficient over group over class (brms, `set_prior`).
 */
import { distributions } from "../distributions/index.ts";
import { didYouMean, PriorError } from "../errors.ts";
import { parsePrior } from "./parse.ts";
import type { DistributionCall, PriorRule, PriorTarget, ResolvedPrior } from "./prior.ts";

/** @throws PriorError: a rule for a parameter that does not exist, two rules for one, impossible bounds. */
export function resolvePriors(targets: readonly PriorTarget[], rules: readonly PriorRule[]): ResolvedPrior[] {
  const normalised = rules.map(normalise);
  for (const rule of normalised) if (rule.source === "user") checkRule(rule, targets);
  checkDuplicates(normalised);
  return targets.map((target) => resolveTarget(target, normalised));
}

/** Flat priors, and half-flat ones, cannot be sampled from. */
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

/** `b (coef Days)`, `sd (group Subject, coef Days)`. */
export function describeTarget(target: Pick<PriorTarget, "class" | "coef" | "group" | "dpar">): string {
  const where = [
    target.group && `group ${target.group}`,
    target.dpar && `dpar ${target.dpar}`,
    target.coef && `coef ${target.coef}`,
  ].filter(Boolean);
  return where.length === 0 ? target.class : `${target.class} (${where.join(", ")})`;
}

/** brms' other names for the class of correlations. */
function normalise(rule: PriorRule): PriorRule {
  return rule.class === "L" ? { ...rule, class: "cor" } : rule;
}

function matches(rule: PriorRule, target: PriorTarget): boolean {
  return (
    rule.class === target.class &&
    rule.dpar === target.dpar &&
    rule.nlpar === target.nlpar &&
    (rule.coef === "" || rule.coef === target.coef) &&
    (rule.group === "" || rule.group === target.group)
  );
}

function specificity(rule: PriorRule): number {
  return (rule.coef === "" ? 0 : 2) + (rule.group === "" ? 0 : 1);
}

function rank(rule: PriorRule): number {
  return rule.source === "user" ? 0 : rule.source === "default" ? 2 : 1;
}

function resolveTarget(target: PriorTarget, rules: readonly PriorRule[]): ResolvedPrior {
  let best: PriorRule | undefined;
  for (const rule of rules) {
    if (!matches(rule, target)) continue;
    if (
      best === undefined ||
      rank(rule) < rank(best) ||
      (rank(rule) === rank(best) && specificity(rule) >= specificity(best))
    ) {
      best = rule;
    }
  }
  if (best === undefined) throw new Error(`no rule covers ${describeTarget(target)}`);
  const call = parsePrior(best.prior);
  checkKind(call, target, best);
  const { lower, upper } = boundsOf(call, target, best);
  return { target, call, lower, upper, prior: call.name === "" ? "" : best.prior, source: best.source };
}

function checkKind(call: DistributionCall, target: PriorTarget, rule: PriorRule): void {
  const isCorrelation = target.class === "cor";
  if ((call.name === "lkj") !== isCorrelation && !(isCorrelation && call.name === "")) {
    throw new PriorError(
      isCorrelation
        ? `the prior ${rule.prior} for ${describeTarget(target)}: correlations take lkj(eta)`
        : `the prior ${rule.prior} for ${describeTarget(target)}: lkj is for class cor`,
    );
  }
  if (call.name === "dirichlet") {
    throw new PriorError(`the prior ${rule.prior} for ${describeTarget(target)}: dirichlet is for simplexes`);
  }
}

/** Natural bounds, the rule's own, and the support of its distribution, intersected. */
function boundsOf(
  call: DistributionCall,
  target: PriorTarget,
  rule: PriorRule,
): { lower: number; upper: number } {
  const support = supportOf(call);
  const lower = Math.max(target.lower, rule.lb ?? Number.NEGATIVE_INFINITY, support.lower);
  const upper = Math.min(target.upper, rule.ub ?? Number.POSITIVE_INFINITY, support.upper);
  if (!(lower < upper)) {
    throw new PriorError(
      `the prior ${rule.prior || "(flat)"} for ${describeTarget(target)} is impossible: nothing lies between ${lower} and ${upper}`,
    );
  }
  const value = call.arguments[0]!;
  if (call.name === "constant" && !(value >= lower && value <= upper)) {
    throw new PriorError(
      `the prior ${rule.prior} for ${describeTarget(target)}: ${value} is outside [${lower}, ${upper}]`,
    );
  }
  return { lower, upper };
}

function supportOf({ name, arguments: args }: DistributionCall): { lower: number; upper: number } {
  const support = Object.hasOwn(distributions, name)
    ? distributions[name as keyof typeof distributions].support
    : "real";
  if (support === "positive") return { lower: 0, upper: Number.POSITIVE_INFINITY };
  if (support === "unit") return { lower: 0, upper: 1 };
  if (support === "between") return { lower: args[0]!, upper: args[1]! };
  return { lower: Number.NEGATIVE_INFINITY, upper: Number.POSITIVE_INFINITY };
}

function checkRule(rule: PriorRule, targets: readonly PriorTarget[]): void {
  if (targets.some((target) => matches(rule, target))) return;
  const classes = [...new Set(targets.map((target) => target.class))];
  const asked = describeTarget(rule);
  if (!classes.includes(rule.class)) {
    throw new PriorError(
      `the prior ${rule.prior || "(flat)"} is for class ${rule.class}, which this model does not have; ` +
        `it has ${classes.join(", ")}${didYouMean(rule.class, classes)}` +
        (rule.class === "Intercept" ? " (with 0 + Intercept it is class b, coef Intercept)" : ""),
    );
  }
  const same = targets.filter((target) => target.class === rule.class);
  const coefs = [...new Set(same.map((target) => target.coef).filter(Boolean))];
  const groups = [...new Set(same.map((target) => target.group).filter(Boolean))];
  const hint =
    rule.coef !== "" && !coefs.includes(rule.coef)
      ? `; coefficients: ${coefs.join(", ") || "none"}${didYouMean(rule.coef, coefs)}`
      : rule.group !== "" && !groups.includes(rule.group)
        ? `; groups: ${groups.join(", ") || "none"}${didYouMean(rule.group, groups)}`
        : `; there are ${same.map(describeTarget).join(", ")}`;
  throw new PriorError(
    `the prior ${rule.prior || "(flat)"} is for ${asked}, which this model does not have${hint}`,
  );
}

function checkDuplicates(rules: readonly PriorRule[]): void {
  const seen = new Set<string>();
  for (const rule of rules) {
    if (rule.source !== "user") continue;
    const key = JSON.stringify([rule.class, rule.coef, rule.group, rule.dpar, rule.nlpar, rule.resp]);
    if (seen.has(key)) throw new PriorError(`two priors are given for ${describeTarget(rule)}`);
    seen.add(key);
  }
}
