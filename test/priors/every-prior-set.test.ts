/** Walks the registry: every set is possible for every parameter of every family. */
import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { families, findFamily } from "../../src/families/index.ts";
import type { PriorScales, PriorTarget } from "../../src/priors/prior.ts";
import { improperPriors, resolvePriors } from "../../src/priors/resolve.ts";
import { expandSet, findPriorSet, priorSets } from "../../src/priors/sets.ts";
import { scales, target, targets } from "./helpers.ts";

const PROPER = ["rstanarm", "bambi", "weakly-informative"];

/** Everything that a model of the family could have: parameters as constants and predicted, thresholds, 0 + Intercept. */
function everyTarget(name: string): PriorTarget[] {
  const family = findFamily(name);
  const others = family.dpars.slice(1);
  return [
    ...targets,
    target({ class: "b", coef: "Intercept" }),
    target({ class: "sd", coef: "x", group: "g", dpar: "sigma", lower: 0 }),
    ...(family.thresholds === undefined
      ? []
      : ["1", "2"].map((coef) => target({ class: "Intercept", coef }))),
    ...others.map((dpar) => target({ class: dpar.name, lower: dpar.lower, upper: dpar.upper })),
    ...others.map((dpar) => target({ class: "Intercept", dpar: dpar.name })),
    ...others.map((dpar) => target({ class: "b", coef: "x", dpar: dpar.name })),
  ];
}

const extremes: readonly PriorScales[] = [
  scales,
  { ...scales, responseMean: -1e9, responseSd: 1e-9, interceptLocation: -1e9, scale: 2.5 },
  {
    ...scales,
    responseMean: 1e9,
    responseSd: 1e9,
    interceptLocation: 1e9,
    scale: 1e9,
    columnSd: { "|x": 1e-6, "|z": 1e6, "sigma|x": 1e-6 },
  },
];

describe.each(Object.keys(priorSets))("the set %s", (name) => {
  const set = findPriorSet(name);

  it("is a file of that name", () => {
    expect(readdirSync("priors")).toContain(`${name}.json`);
  });

  it.each(Object.keys(families))("gives every parameter of %s a possible prior", (family) => {
    const all = everyTarget(family);
    for (const one of extremes) {
      // resolvePriors parses each prior and checks its arguments, kind and bounds.
      const resolved = resolvePriors(all, expandSet(set, all, one, findFamily(family)));
      expect(resolved.map((prior) => prior.target)).toEqual(all);
      if (PROPER.includes(name)) expect(improperPriors(resolved)).toEqual([]);
    }
  });

  it("names itself as the source, or default", () => {
    const rules = expandSet(set, targets, scales, families.gaussian);
    const sources = new Set(rules.map(({ source }) => source));
    expect([...sources].filter((source) => source !== name && source !== "default")).toEqual([]);
    expect(sources.has(name)).toBe(name !== "brms");
  });
});

it("every file is registered", () => {
  const files = readdirSync("priors").filter((file) => file.endsWith(".json"));
  expect(files.map((file) => file.replace(".json", "")).sort()).toEqual(Object.keys(priorSets).sort());
});

describe("autoscaling", () => {
  // scales: mean y 10, sd y 2, sd x 0.5, sd z 2, sd x 0.25 for sigma; columns' mean / sd are 3 and 4, together 5.
  const of = (set: string, where: Parameters<typeof target>[0]): string =>
    expandSet(findPriorSet(set), [target(where)], scales, families.gaussian)[0]!.prior;
  it.each([
    ["rstanarm", { class: "b", coef: "x" }, "normal(0, 10)"],
    ["rstanarm", { class: "b", coef: "z" }, "normal(0, 2.5)"],
    ["rstanarm", { class: "b", coef: "x", dpar: "sigma" }, "normal(0, 10)"],
    ["rstanarm", { class: "b", coef: "Intercept" }, "normal(10, 30)"],
    ["rstanarm", { class: "Intercept" }, "normal(10, 5)"],
    ["rstanarm", { class: "Intercept", dpar: "sigma" }, "normal(0, 2.5)"],
    ["rstanarm", { class: "sd", coef: "x", group: "g" }, "exponential(0.5)"],
    ["rstanarm", { class: "sd", coef: "x", group: "g", dpar: "sigma" }, "exponential(1)"],
    ["rstanarm", { class: "sigma" }, "exponential(0.5)"],
    ["bambi", { class: "b", coef: "x" }, "normal(0, 10)"],
    ["bambi", { class: "b", coef: "x", dpar: "sigma" }, "normal(0, 1)"],
    ["bambi", { class: "Intercept", dpar: "sigma" }, "normal(0, 1)"],
    ["bambi", { class: "Intercept" }, "normal(10, 5)"],
    ["bambi", { class: "sd", coef: "Intercept", group: "g" }, "normal(0, 5)"],
    ["bambi", { class: "sd", coef: "x", group: "g" }, "normal(0, 10)"],
    ["bambi", { class: "sigma" }, "student_t(4, 0, 2)"],
    ["weakly-informative", { class: "b", coef: "z" }, "student_t(7, 0, 2.5)"],
    ["weakly-informative", { class: "b", coef: "Intercept" }, "student_t(3, 1.5, 18)"],
    ["weakly-informative", { class: "sd", coef: "x", group: "g" }, "student_t(3, 0, 4)"],
    ["flat", { class: "Intercept", dpar: "sigma" }, ""],
  ])("%s %o", (set, where, expected) => expect(of(set, where)).toBe(expected));
});

describe("findPriorSet", () => {
  it("lists the sets", () => {
    expect(() => findPriorSet("rstanram")).toThrow(/there are brms, rstanarm.*did you mean "rstanarm"/);
    expect(() => findPriorSet("toString")).toThrow(/unknown prior set/);
  });
});
