import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PriorError } from "../../src/errors.ts";
import { families } from "../../src/families/index.ts";
import type { PriorRule } from "../../src/priors/prior.ts";
import { explainImproper, improperPriors, priorNotes, resolvePriors } from "../../src/priors/resolve.ts";
import { prior } from "../../src/priors/set-prior.ts";
import { expandSet, findPriorSet } from "../../src/priors/sets.ts";
import { find, resolve, scales, target, targets } from "./helpers.ts";

describe("which rule wins", () => {
  const rules = [
    prior("normal(0, 1)", { class: "sd", group: "g", coef: "x" }),
    prior("normal(0, 2)", { class: "sd", group: "g" }),
    prior("normal(0, 3)", { class: "sd" }),
    prior("normal(0, 4)", { class: "b" }),
    prior("normal(0, 5)", { class: "b", coef: "x" }),
  ];

  it("is the most specific one, in every order", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(rules, { minLength: rules.length }), (ordered) => {
        const resolved = resolve(...ordered);
        expect(find(resolved, { class: "sd", group: "g", coef: "x" }).prior).toBe("normal(0, 1)");
        expect(find(resolved, { class: "sd", group: "g", coef: "Intercept" }).prior).toBe("normal(0, 2)");
        expect(find(resolved, { class: "sd", group: "h" }).prior).toBe("normal(0, 3)");
        expect(find(resolved, { class: "b", coef: "z", dpar: "" }).prior).toBe("normal(0, 4)");
        expect(find(resolved, { class: "b", coef: "x", dpar: "" }).prior).toBe("normal(0, 5)");
      }),
    );
  });
  it("is not one for mu where sigma is concerned (brms)", () => {
    const resolved = resolve(...rules, prior("normal(0, 6)", { class: "Intercept", dpar: "sigma" }));
    expect(find(resolved, { class: "b", dpar: "sigma" })).toMatchObject({ prior: "", source: "default" });
    expect(find(resolved, { class: "Intercept", dpar: "sigma" }).prior).toBe("normal(0, 6)");
    expect(find(resolved, { class: "Intercept", dpar: "" }).prior).toBe("student_t(3, 1.5, 3)");
  });
  it("is a coefficient's over a group's", () => {
    const resolved = resolve(
      prior("normal(0, 1)", { class: "sd", group: "g" }),
      prior("normal(0, 2)", { class: "sd", coef: "Intercept" }),
    );
    expect(find(resolved, { class: "sd", group: "g", coef: "Intercept" }).prior).toBe("normal(0, 2)");
  });
  it("is the user's over a set's, a set's over the default, whatever the order", () => {
    const base: PriorRule = { ...prior("normal(0, 1)", { class: "b", coef: "x" }), source: "default" };
    const set: PriorRule = { ...base, prior: "normal(0, 2)", source: "some-set" };
    const user = prior("normal(0, 3)", { class: "b" });
    const own = [target({ class: "b", coef: "x" })];
    fc.assert(
      fc.property(fc.shuffledSubarray([base, set, user], { minLength: 2 }), (ordered) => {
        const winner = [user, set, base].find((rule) => ordered.includes(rule))!;
        expect(resolvePriors(own, ordered)[0]).toMatchObject({ prior: winner.prior, source: winner.source });
      }),
    );
  });
  it("is the later of two defaults for the same parameter", () => {
    const own = [target({ class: "b", coef: "x" })];
    const of = (text: string): PriorRule => ({ ...prior(text), source: "default" });
    expect(resolvePriors(own, [of("normal(0, 1)"), of("normal(0, 2)")])[0]!.prior).toBe("normal(0, 2)");
  });
  it("may say L for correlations and mu for the mean", () => {
    expect(find(resolve(prior("lkj(3)", { class: "L" })), { class: "cor" }).prior).toBe("lkj(3)");
    const rule: PriorRule = { ...prior("normal(0, 7)"), dpar: "mu" };
    expect(find(resolve(rule), { class: "b", coef: "z" }).prior).toBe("normal(0, 7)");
  });
});

describe("bounds", () => {
  it("come from the rule, the parameter and the support", () => {
    const resolved = resolve(
      prior("normal(0, 1)", { class: "b", coef: "x", lb: -1 }),
      prior("gamma(2, 1)", { class: "b", coef: "z" }),
      prior("uniform(-1, 3)", { class: "sd", group: "h" }),
      prior("beta(1, 1)", { class: "sd", group: "g" }),
    );
    expect(find(resolved, { class: "b", coef: "x", dpar: "" })).toMatchObject({ lower: -1, upper: Infinity });
    expect(find(resolved, { class: "b", coef: "z", dpar: "" })).toMatchObject({ lower: 0, upper: Infinity });
    expect(find(resolved, { class: "sd", group: "h" })).toMatchObject({ lower: 0, upper: 3 });
    expect(find(resolved, { class: "sd", group: "g" })).toMatchObject({ lower: 0, upper: 1 });
  });
  it("of a class hold for coefficients with priors of their own (brms)", () => {
    const resolved = resolve(
      prior("", { class: "b", lb: 0 }),
      prior("normal(0, 1)", { class: "b", coef: "x" }),
      prior("normal(0, 2)", { class: "b", coef: "z", lb: -3, ub: 3 }),
    );
    expect(find(resolved, { class: "b", coef: "x", dpar: "" })).toMatchObject({
      prior: "normal(0, 1)",
      lower: 0,
      upper: Infinity,
    });
    expect(find(resolved, { class: "b", coef: "z", dpar: "" })).toMatchObject({ lower: -3, upper: 3 });
    expect(find(resolved, { class: "b", coef: "x", dpar: "sigma" })).toMatchObject({ lower: -Infinity });
  });
  it("that follow from the support alone are told", () => {
    const told = (rule: PriorRule): string[] => priorNotes(resolve(rule));
    expect(told(prior("exponential(1)", { class: "b", coef: "x" }))).toEqual([
      "b (coef x) is kept above 0, the support of its prior exponential(1)",
    ]);
    expect(told(prior("uniform(-1, 1)", { class: "Intercept" }))).toEqual([
      "Intercept is kept between -1 and 1, the support of its prior uniform(-1, 1)",
    ]);
    expect(told(prior("exponential(1)", { class: "b", coef: "x", lb: 0 }))).toEqual([]);
    expect(told(prior("exponential(1)", { class: "sd" }))).toEqual([]);
    expect(priorNotes(resolve())).toEqual([]);
  });
});

describe("what is refused", () => {
  const intercepts = [
    target({ class: "b", coef: "Intercept" }),
    target({ class: "b", coef: "x" }),
    target({ class: "sigma", lower: 0 }),
  ];
  it.each([
    [prior("normal(0, 1)", { class: "b", coef: "q" }), /for b \(coef q\), which .*coefficients: x, z/],
    [prior("normal(0, 1)", { class: "b", coef: "X" }), /did you mean "x"/],
    [prior("normal(0, 1)", { class: "b", coef: "Intercept" }), /a class of its own: class = Intercept/],
    [
      prior("normal(0, 1)", { class: "sd", coef: "(Intercept)" }),
      /the name is Intercept, without parentheses/,
    ],
    [prior("normal(0, 1)", { class: "sd", group: "gg" }), /groups: g, h; did you mean "g"/],
    [
      prior("normal(0, 1)", { class: "sd", group: "h", coef: "x" }),
      /there are sd \(group g, coef Intercept\)/,
    ],
    [prior("normal(0, 1)", { class: "b", group: "g" }), /groups: none/],
    [prior("normal(0, 1)", { class: "shape" }), /class shape, which this model does not have; it has b, Int/],
    [prior("normal(0, 1)", { class: "sdd" }), /did you mean "sd"/],
    [
      prior("normal(0, 1)", { class: "sigma" }),
      /sigma has a formula here: use class Intercept or b with dpar/,
    ],
    [prior("normal(0, 1)", { dpar: "sigmma" }), /did you mean "sigma"/],
    [prior("normal(0, 1)", { resp: "y" }), /only one response: leave resp out/],
    [prior("normal(0, 1)", { nlpar: "a" }), /no such nonlinear parameter/],
    [prior("uniform(-3, -1)", { class: "sd" }), /impossible: nothing lies between 0 and -1/],
    [prior("normal(0, 1)", { lb: 2, ub: 1 }), /impossible: nothing lies between 2 and 1/],
    [prior("gamma(2, 1)", { ub: 0 }), /impossible: nothing lies between 0 and 0/],
    [prior("normal(0, 1)", { class: "cor" }), /correlations take lkj/],
    [prior("lkj(2)", { class: "cor", lb: 0 }), /correlations cannot be bounded/],
    [prior("lkj(2)", { class: "b" }), /lkj is for class cor/],
    [prior("dirichlet(1)", { class: "b" }), /dirichlet is for simplexes/],
    [prior("constant(-1)", { class: "sd" }), /-1 is outside \[0, Infinity\]/],
    [prior("constant(1)", { class: "b", lb: 2 }), /1 is outside \[2, Infinity\]/],
  ])("%o", (rule, message) => {
    expect(() => resolve(rule)).toThrow(PriorError);
    expect(() => resolve(rule)).toThrow(message);
  });
  it("an Intercept where it is an ordinary coefficient", () => {
    const rules = expandSet(findPriorSet("brms"), intercepts, scales, families.gaussian);
    const withRule = (rule: PriorRule) => () => resolvePriors(intercepts, [...rules, rule]);
    expect(withRule(prior("normal(0, 1)", { class: "Intercept" }))).toThrow(
      /with 0 \+ Intercept it is class b, coef Intercept/,
    );
    expect(withRule(prior("normal(0, 1)", { class: "b", coef: "Intercept" }))).not.toThrow();
    expect(withRule(prior("normal(0, 1)", { class: "Intercept", dpar: "sigma" }))).toThrow(PriorError);
    expect(withRule(prior("normal(0, 1)", { dpar: "sigma" }))).toThrow(
      /sigma has no formula here: use class = sigma/,
    );
    expect(withRule(prior("lkj(1)", { class: "cor" }))).toThrow(/correlations need a term with several/);
  });
  it.each([
    [prior("constant(0)", { class: "Intercept", coef: "1" }), /thresholds cannot be held constant/],
    [prior("normal(0, 1)", { class: "Intercept", lb: 0 }), /thresholds cannot be bounded/],
    [prior("gamma(2, 1)", { class: "Intercept" }), /thresholds need a prior on the whole line/],
    [prior("uniform(-5, 5)", { class: "Intercept" }), /thresholds need a prior on the whole line/],
  ])("what ordinal thresholds could not keep: %o", (rule, message) => {
    const thresholds = ["1", "2"].map((coef) => target({ class: "Intercept", coef }));
    const rules = expandSet(findPriorSet("brms"), thresholds, scales, families.cumulative);
    expect(() => resolvePriors(thresholds, [...rules, rule])).toThrow(message);
  });
  it("two rules for one parameter", () => {
    expect(() => resolve(prior("normal(0, 1)"), prior("normal(0, 2)"))).toThrow(
      /two priors are given for b: normal\(0, 1\) and normal\(0, 2\)/,
    );
    expect(() => resolve(prior("lkj(1)", { class: "L" }), prior("lkj(2)", { class: "cor" }))).toThrow(
      /two priors/,
    );
    expect(() => resolve(prior("normal(0, 1)"), prior("normal(0, 1)", { coef: "x" }))).not.toThrow();
  });
});

describe("improper priors", () => {
  it("are the flat ones, named with what to do", () => {
    const improper = improperPriors(resolve());
    expect(improper.map((one) => one.target.coef)).toEqual(["x", "z", "x"]);
    expect(explainImproper(improper)).toMatch(
      /b \(coef x\), b \(coef z\), b \(dpar sigma, coef x\)\. .*rstanarm/,
    );
  });
  it("are also the half-flat ones, but not those between two bounds", () => {
    const bounded = (where: object) =>
      improperPriors(resolve(prior("flat", where), prior("normal(0, 1)", { dpar: "sigma" }))).length;
    expect(bounded({ lb: 0 })).toBe(2);
    expect(bounded({ lb: 0, ub: 1 })).toBe(0);
    const rest = prior("normal(0, 1)", { dpar: "sigma" });
    expect(improperPriors(resolve(prior("uniform(0, 1)"), rest))).toEqual([]);
    expect(improperPriors(resolve(prior("constant(1)"), rest))).toEqual([]);
  });
  it("are counted when there are many", () => {
    const many = Array.from({ length: 8 }, (_, k) => target({ class: "b", coef: `x${k}` }));
    const rules = expandSet(findPriorSet("brms"), many, scales, families.gaussian);
    expect(explainImproper(improperPriors(resolvePriors(many, rules)))).toMatch(/b \(coef x4\) and 3 more\./);
  });
});

describe("every target", () => {
  it("gets exactly one prior, in order", () => {
    expect(resolve().map((one) => one.target)).toEqual(targets);
  });
});
