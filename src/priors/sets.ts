/** The named prior sets, and a set's rules for the parameters of one model. */
import bambi from "../../priors/bambi.json" with { type: "json" };
import brms from "../../priors/brms.json" with { type: "json" };
import flat from "../../priors/flat.json" with { type: "json" };
import rstanarm from "../../priors/rstanarm.json" with { type: "json" };
import weaklyInformative from "../../priors/weakly-informative.json" with { type: "json" };
import { didYouMean, PriorError } from "../errors.ts";
import type { Family } from "../families/family.ts";
import { evaluateNumber } from "./arithmetic.ts";
import { splitArguments } from "./parse.ts";
import type { PriorRule, PriorScales, PriorTarget } from "./prior.ts";
import { type PriorSet, type PriorSetRule, parsePriorSet } from "./prior-set.ts";
import { columnKey } from "./scales.ts";

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
 * One rule per target: the set's where it has one, the brms default otherwise. The source is the set's name, or
 * `default` for what comes from brms.
 */
export function expandSet(
  set: PriorSet,
  targets: readonly PriorTarget[],
  scales: PriorScales,
  family: Family,
): PriorRule[] {
  return targets.map((target) => {
    const own = set.rules.find((rule) => covers(rule, target));
    const rule = own ?? priorSets.brms!.rules.find((candidate) => covers(candidate, target));
    if (rule === undefined) throw new PriorError(`no default prior covers class ${target.class}`);
    const { class: parameterClass, coef, group, dpar, nlpar } = target;
    return {
      prior: fill(rule, target, scales, family),
      class: parameterClass,
      coef,
      group,
      dpar,
      nlpar,
      resp: "",
      source: own === undefined || set.name === "brms" ? "default" : set.name,
    };
  });
}

const STRUCTURAL = new Set(["b", "Intercept", "sd", "cor"]);

function covers(rule: PriorSetRule, target: PriorTarget): boolean {
  if (rule.coef !== undefined && rule.coef !== target.coef) return false;
  if (rule.group !== undefined && rule.group !== target.group) return false;
  if (rule.class === "*") return !STRUCTURAL.has(target.class);
  if (rule.class !== target.class) return false;
  if (target.class === "sd" || target.class === "cor") return true;
  const forMean = rule.dpar === undefined || rule.dpar === "mu";
  return target.dpar === ""
    ? forMean || rule.dpar === "*"
    : rule.dpar === "*" || rule.dpar === target.dpar || (rule.dpar === undefined && rule.prior === "");
}

/** The prior with its placeholders replaced by numbers, rounded to 6 digits as they are printed. */
function fill(rule: PriorSetRule, target: PriorTarget, scales: PriorScales, family: Family): string {
  const text = rule.prior === "{family}" ? familyPrior(target, family) : rule.prior;
  const match = /^(\w+)\((.*)\)$/.exec(text);
  if (match === null || !text.includes("{")) return text;
  const variables = {
    sd_y: scales.responseSd,
    mean_y: scales.responseMean,
    sd_x: scales.columnSd[columnKey(target.dpar, target.coef)] ?? 1,
    intercept_location: scales.interceptLocation,
    intercept_scale: scales.scale,
  };
  const args = splitArguments(match[2]!).map((argument) =>
    Number(evaluateNumber(argument, variables).toPrecision(6)),
  );
  return `${match[1]}(${args.join(", ")})`;
}

/** What the family's own table says of the parameter (brms, default priors). */
function familyPrior(target: PriorTarget, family: Family): string {
  const name = target.class === "Intercept" ? target.dpar : target.class;
  const dpar = family.dpars.find((candidate) => candidate.name === name);
  if (target.class === "Intercept") return dpar?.interceptPrior ?? "student_t(3, 0, 2.5)";
  const prior = dpar?.constantPrior ?? "scale";
  return prior === "scale" ? "student_t(3, 0, {intercept_scale})" : prior;
}
