/** A user's rules against the parameters that a model has: every rule must concern one, and none may be given twice. */
import { didYouMean, PriorError } from "../errors.ts";
import { describeTarget } from "./describe.ts";
import type { PriorRule, PriorTarget } from "./prior.ts";

export function matches(rule: PriorRule, target: PriorTarget): boolean {
  return (
    rule.class === target.class &&
    rule.dpar === target.dpar &&
    rule.nlpar === target.nlpar &&
    rule.resp === (target.resp ?? "") &&
    (rule.coef === "" || rule.coef === target.coef) &&
    (rule.group === "" || rule.group === target.group)
  );
}

/** @throws PriorError that names the nearest parameters there are. */
export function checkMatched(rule: PriorRule, targets: readonly PriorTarget[]): void {
  const subject = `the prior ${rule.prior || "(flat)"} is for`;
  if (rule.resp !== "" && !targets.some((target) => target.resp !== undefined)) {
    throw new PriorError(`${subject} resp ${rule.resp}, but the model has only one response: leave resp out`);
  }
  if (targets.some((target) => matches(rule, target))) return;
  if (rule.nlpar !== "" && !targets.some((target) => target.nlpar === rule.nlpar)) {
    throw new PriorError(`${subject} nlpar ${rule.nlpar}, but the formula has no such nonlinear parameter`);
  }
  const classes = distinct(targets.map((target) => target.class));
  const lacking = "which this model does not have";
  if (!classes.includes(rule.class)) {
    throw new PriorError(
      `${subject} class ${rule.class}, ${lacking}; it has ${classes.join(", ")}${hintForClass(rule, targets, classes)}`,
    );
  }
  throw new PriorError(`${subject} ${describeTarget(rule)}, ${lacking}${hintWithinClass(rule, targets)}`);
}

/** @throws PriorError as brms: two rules of the user's for the very same class, coefficient, group and parameter. */
export function checkDuplicates(rules: readonly PriorRule[]): void {
  const seen = new Map<string, PriorRule>();
  for (const rule of rules) {
    const key = JSON.stringify([rule.class, rule.coef, rule.group, rule.dpar, rule.nlpar, rule.resp]);
    const other = seen.get(key);
    if (other !== undefined) {
      const both = [other, rule].map(({ prior }) => prior || "(flat)").join(" and ");
      throw new PriorError(`two priors are given for ${describeTarget(rule)}: ${both}`);
    }
    seen.set(key, rule);
  }
}

function hintForClass(rule: PriorRule, targets: readonly PriorTarget[], classes: readonly string[]): string {
  if (rule.class === "Intercept") return " (with 0 + Intercept it is class b, coef Intercept)";
  if (targets.some((target) => target.dpar === rule.class)) {
    return `; ${rule.class} has a formula here: use class Intercept or b with dpar = ${rule.class}`;
  }
  if (rule.class === "cor")
    return "; correlations need a term with several coefficients, such as (x | group)";
  return didYouMean(rule.class, classes);
}

function hintWithinClass(rule: PriorRule, targets: readonly PriorTarget[]): string {
  if (rule.dpar !== "" && !targets.some((target) => target.dpar === rule.dpar)) {
    return targets.some((target) => target.class === rule.dpar)
      ? `; ${rule.dpar} has no formula here: use class = ${rule.dpar} without dpar`
      : didYouMean(rule.dpar, distinct(targets.map((target) => target.dpar)));
  }
  const same = targets.filter((target) => target.class === rule.class && target.dpar === rule.dpar);
  const coefs = distinct(same.map((target) => target.coef));
  const groups = distinct(same.map((target) => target.group));
  if (rule.coef !== "" && !coefs.includes(rule.coef)) {
    const intercept = /^\(?Intercept\)?$/.test(rule.coef);
    if (intercept && rule.class === "b") return "; the intercept has a class of its own: class = Intercept";
    if (intercept && coefs.includes("Intercept")) return "; the name is Intercept, without parentheses";
    return `; coefficients: ${listed(coefs)}${didYouMean(rule.coef, coefs)}`;
  }
  if (rule.group !== "" && !groups.includes(rule.group)) {
    return `; groups: ${listed(groups)}${didYouMean(rule.group, groups)}`;
  }
  return `; there are ${listed(same.map(describeTarget))}`;
}

const SHOWN = 12;

function listed(names: readonly string[]): string {
  if (names.length === 0) return "none";
  const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : "";
  return names.slice(0, SHOWN).join(", ") + more;
}

function distinct(names: readonly string[]): string[] {
  return [...new Set(names)].filter((name) => name !== "");
}
