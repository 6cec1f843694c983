/** The named prior sets, and a set's rules for the parameters of one model. */
import bambi from "../../priors/bambi.json" with { type: "json" };
import brms from "../../priors/brms.json" with { type: "json" };
import flat from "../../priors/flat.json" with { type: "json" };
import rstanarm from "../../priors/rstanarm.json" with { type: "json" };
import weaklyInformative from "../../priors/weakly-informative.json" with { type: "json" };
import { didYouMean, PriorError } from "../errors.ts";
import type { Family } from "../families/family.ts";
import { describeTarget } from "./describe.ts";
import { familyPrior } from "./family-prior.ts";
import type { PriorRule, PriorScales, PriorTarget } from "./prior.ts";
import { FAMILY_PRIOR, type PriorSet, type PriorSetRule, parsePriorSet } from "./prior-set.ts";
import { fillTemplate, placeholderValues } from "./template.ts";

export const priorSets: Readonly<Record<string, PriorSet>> = Object.fromEntries(
  [brms, rstanarm, bambi, weaklyInformative, flat].map((json) => {
    const set = parsePriorSet(json);
    return [set.name, set];
  }),
);

/** @throws PriorError that lists the sets there are. */
export function findPriorSet(name: string): PriorSet {
  if (Object.hasOwn(priorSets, name)) return priorSets[name]!;
  const names = Object.keys(priorSets);
  throw new PriorError(
    `unknown prior set "${name}"; there are ${names.join(", ")}${didYouMean(name, names)}`,
  );
}

/**
 * One rule per target: the set's where it has one, else what the parameter's term says, else the brms default. The source is the set's name, or
 * `default` for what comes from brms.
 */
export function expandSet(
  set: PriorSet,
  targets: readonly PriorTarget[],
  scales: PriorScales,
  family: Family,
): PriorRule[] {
  return targets.map((target) => {
    const brms = priorSets.brms!.rules.find((rule) => covers(rule, target));
    const own = set.name === "brms" ? undefined : set.rules.find((rule) => covers(rule, target));
    const rule = own ?? (target.otherwise === undefined ? brms : { prior: target.otherwise });
    if (rule === undefined) throw new PriorError(`no default prior covers ${describeTarget(target)}`);
    const { class: parameterClass, coef, group, dpar, nlpar, resp = "" } = target;
    const template = rule.prior === FAMILY_PRIOR ? familyPrior(target, family) : rule.prior;
    return {
      prior: fillTemplate(template, placeholderValues(target, scales)),
      class: parameterClass,
      coef,
      group,
      dpar,
      nlpar,
      resp,
      source: own === undefined ? "default" : set.name,
    };
  });
}

/** `*` stands for the parameters of families: numbers with a class of their own. */
const STRUCTURAL = new Set(["b", "Intercept"]);

function covers(rule: PriorSetRule, target: PriorTarget): boolean {
  if (rule.class === "*" ? isStructural(target) : rule.class !== target.class) return false;
  if (rule.coef !== undefined && rule.coef !== target.coef) return false;
  if (rule.group !== undefined && rule.group !== target.group) return false;
  return rule.dpar === undefined || rule.dpar === (target.dpar || "mu");
}

function isStructural({ class: own, coef, group }: PriorTarget): boolean {
  return STRUCTURAL.has(own) || coef !== "" || group !== "";
}
