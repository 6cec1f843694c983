/** Parameters of an example model, y ~ x + z + (x | g) + (1 | h), sigma ~ x, and numbers of its data. */
import { families } from "../../src/families/index.ts";
import type { PriorRule, PriorScales, PriorTarget, ResolvedPrior } from "../../src/priors/prior.ts";
import { resolvePriors } from "../../src/priors/resolve.ts";
import { expandSet, findPriorSet } from "../../src/priors/sets.ts";

export const target = (given: Partial<PriorTarget> & { class: string }): PriorTarget => ({
  coef: "",
  group: "",
  dpar: "",
  nlpar: "",
  lower: -Infinity,
  upper: Infinity,
  ...given,
});

export const targets: readonly PriorTarget[] = [
  target({ class: "b", coef: "x" }),
  target({ class: "b", coef: "z" }),
  target({ class: "Intercept" }),
  target({ class: "b", coef: "x", dpar: "sigma" }),
  target({ class: "Intercept", dpar: "sigma" }),
  target({ class: "sd", coef: "Intercept", group: "g", lower: 0 }),
  target({ class: "sd", coef: "x", group: "g", lower: 0 }),
  target({ class: "sd", coef: "Intercept", group: "h", lower: 0 }),
  target({ class: "cor", group: "g", lower: -1, upper: 1 }),
];

export const scales: PriorScales = {
  interceptLocation: 1.5,
  scale: 3,
  responseMean: 10,
  responseMinimum: 0.5,
  responseSd: 2,
  columnSd: { "|x": 0.5, "|z": 2, "sigma|x": 0.25 },
  columnMean: { "|x": 1.5, "|z": 8, "sigma|x": 0 },
};

export const defaults = expandSet(findPriorSet("brms"), targets, scales, families.gaussian);

export const resolve = (...rules: PriorRule[]): ResolvedPrior[] =>
  resolvePriors(targets, [...defaults, ...rules]);

export const find = (resolved: readonly ResolvedPrior[], where: Partial<PriorTarget>): ResolvedPrior =>
  resolved.find((one) =>
    Object.entries(where).every(([key, value]) => one.target[key as keyof PriorTarget] === value),
  )!;
