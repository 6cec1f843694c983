import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PriorError } from "../../src/errors.ts";
import { families, findFamily } from "../../src/families/index.ts";
import { evaluateNumber } from "../../src/priors/arithmetic.ts";
import { normal, studentT } from "../../src/priors/builders.ts";
import { formatPrior, parsePrior } from "../../src/priors/parse.ts";
import type { PriorRule, PriorScales, PriorTarget } from "../../src/priors/prior.ts";
import { parsePriorSet } from "../../src/priors/prior-set.ts";
import { explainImproper, improperPriors, resolvePriors } from "../../src/priors/resolve.ts";
import { priorScales, roundAsR } from "../../src/priors/scales.ts";
import { parsePriorRule, prior } from "../../src/priors/set-prior.ts";
import { expandSet, findPriorSet, priorSets } from "../../src/priors/sets.ts";

const target = (given: Partial<PriorTarget> & { class: string }): PriorTarget => ({
  coef: "",
  group: "",
  dpar: "",
  nlpar: "",
  lower: -Infinity,
  upper: Infinity,
  ...given,
});
const targets: PriorTarget[] = [
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
const scales: PriorScales = {
  interceptLocation: 1.5,
  scale: 3,
  responseMean: 10,
  responseSd: 2,
  columnSd: { "|x": 0.5, "sigma|x": 0.5 },
  columnMean: {},
};
const defaults = expandSet(findPriorSet("brms"), targets, scales, families.gaussian);
const resolve = (...rules: PriorRule[]) => resolvePriors(targets, [...defaults, ...rules]);
const find = (resolved: ReturnType<typeof resolve>, where: Partial<PriorTarget>) =>
  resolved.find((one) =>
    Object.entries(where).every(([key, value]) => one.target[key as keyof PriorTarget] === value),
  )!;

describe("parsePrior", () => {
  it.each([
    ["normal(0, 10)", "normal", [0, 10]],
    ["student_t(3,0,2.5)", "student_t", [3, 0, 2.5]],
    ["gamma( 1/2 , 1e-3 )", "gamma", [0.5, 0.001]],
    ["normal(-1.5, 2 * 3)", "normal", [-1.5, 6]],
    ["lkj_corr_cholesky(2)", "lkj", [2]],
    ["dirichlet(c(2, 1, 1))", "dirichlet", [2, 1, 1]],
    ["std_normal()", "normal", [0, 1]],
    ["constant(-3)", "constant", [-3]],
    ["", "", []],
    ["flat", "", []],
    ["(flat)", "", []],
  ])("%s", (text, name, args) => expect(parsePrior(text)).toEqual({ name, arguments: args }));

  it.each([
    ["nromal(0, 1)", /unknown distribution "nromal".*did you mean "normal"/],
    ["normal(0)", /normal takes 2 \(mu, sigma\), not 1/],
    ["normal(0, -1)", /sigma must be positive, not -1/],
    ["normal(0, x)", /"x" is not a number/],
    ["uniform(3, 1)", /lower \(3\) must be below upper \(1\)/],
    ["normal 0 1", /is not a prior/],
    ["exponential(1/0)", /rate must be a finite number/],
    ["lkj(0)", /eta must be positive/],
  ])("refuses %s", (text, message) => {
    expect(() => parsePrior(text)).toThrow(PriorError);
    expect(() => parsePrior(text)).toThrow(message);
  });

  it("reads back what it writes, and never throws anything but PriorError", () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
        (mu, sigma) => {
          const call = { name: "normal", arguments: [mu, sigma] };
          expect(parsePrior(formatPrior(call)).arguments.map((value) => value + 0)).toEqual([mu + 0, sigma]);
        },
      ),
    );
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          parsePrior(text);
        } catch (error) {
          expect(error).toBeInstanceOf(PriorError);
        }
      }),
    );
  });
});

describe("evaluateNumber", () => {
  it("knows the order of operations and placeholders", () => {
    expect(evaluateNumber("1 + 2 * -3 / (4 - 2)")).toBe(-2);
    expect(evaluateNumber("2.5 * {sd_y} / {sd_x}", { sd_y: 4, sd_x: 2 })).toBe(5);
    expect(() => evaluateNumber("{sd_q}", { sd_y: 1 })).toThrow(
      /unknown placeholder \{sd_q\}; there are sd_y/,
    );
    expect(() => evaluateNumber("process.exit()")).toThrow(PriorError);
  });
});

describe("rules as text", () => {
  it("are read in R's spelling and in the short form", () => {
    const expected = prior("normal(0, 10)", { class: "b", coef: "x" });
    for (const text of [
      'set_prior("normal(0, 10)", class = "b", coef = "x")',
      "prior(normal(0, 10), class = b, coef = x)",
      "prior_string('normal(0, 10)', class = 'b', coef = 'x')",
      "normal(0, 10), class=b, coef=x",
      "normal(0, 10), coef=x",
    ]) {
      expect(parsePriorRule(text)).toEqual(expected);
    }
    expect(parsePriorRule("normal(0, 1), class=sd, lb=0.5, ub=2")).toMatchObject({ lb: 0.5, ub: 2 });
    expect(prior(normal(0, 10), { class: "b", coef: "x" })).toEqual(expected);
    expect(() => parsePriorRule("normal(0, 1), clas=b")).toThrow(
      /unknown field "clas".*did you mean "class"/,
    );
    expect(() => studentT(3, 0, -1)).toThrow(PriorError);
  });
});

describe("resolvePriors", () => {
  it("lets the most specific rule win, whatever the order", () => {
    const rules = [
      prior("normal(0, 1)", { class: "sd", group: "g", coef: "x" }),
      prior("normal(0, 2)", { class: "sd", group: "g" }),
      prior("normal(0, 3)", { class: "sd" }),
      prior("normal(0, 4)", { class: "b" }),
      prior("normal(0, 5)", { class: "b", coef: "x" }),
    ];
    for (const ordered of [rules, [...rules].reverse()]) {
      const resolved = resolve(...ordered);
      expect(find(resolved, { class: "sd", group: "g", coef: "x" }).prior).toBe("normal(0, 1)");
      expect(find(resolved, { class: "sd", group: "g", coef: "Intercept" }).prior).toBe("normal(0, 2)");
      expect(find(resolved, { class: "sd", group: "h" }).prior).toBe("normal(0, 3)");
      expect(find(resolved, { class: "b", coef: "z", dpar: "" }).prior).toBe("normal(0, 4)");
      expect(find(resolved, { class: "b", coef: "x", dpar: "" }).prior).toBe("normal(0, 5)");
      // Rules for mu do not reach sigma.
      expect(find(resolved, { class: "b", coef: "x", dpar: "sigma" })).toMatchObject({
        prior: "",
        source: "default",
      });
    }
  });

  it("takes bounds from the rule, the parameter and the support", () => {
    const resolved = resolve(
      prior("normal(0, 1)", { class: "b", coef: "x", lb: -1 }),
      prior("gamma(2, 1)", { class: "b", coef: "z" }),
      prior("uniform(-1, 3)", { class: "sd", group: "h" }),
    );
    expect(find(resolved, { class: "b", coef: "x", dpar: "" })).toMatchObject({ lower: -1, upper: Infinity });
    expect(find(resolved, { class: "b", coef: "z", dpar: "" })).toMatchObject({ lower: 0, upper: Infinity });
    expect(find(resolved, { class: "sd", group: "h" })).toMatchObject({ lower: 0, upper: 3 });
  });

  it.each([
    [prior("normal(0, 1)", { class: "b", coef: "q" }), /coefficients: x, z/],
    [prior("normal(0, 1)", { class: "sd", group: "gg" }), /groups: g, h; did you mean "g"/],
    [prior("normal(0, 1)", { class: "shape" }), /class shape, which this model does not have/],
    [prior("uniform(-3, -1)", { class: "sd" }), /impossible: nothing lies between 0 and -1/],
    [prior("normal(0, 1)", { class: "cor" }), /correlations take lkj/],
    [prior("lkj(2)", { class: "b" }), /lkj is for class cor/],
    [prior("constant(-1)", { class: "sd" }), /-1 is outside \[0, Infinity\]/],
  ])("refuses %o", (rule, message) => {
    expect(() => resolve(rule)).toThrow(PriorError);
    expect(() => resolve(rule)).toThrow(message);
  });

  it("refuses two rules for one parameter", () => {
    expect(() => resolve(prior("normal(0, 1)"), prior("normal(0, 2)"))).toThrow(/two priors are given for b/);
  });

  it("says which priors are improper and which sets are not", () => {
    const improper = improperPriors(resolve());
    expect(improper.map((one) => one.target.coef)).toEqual(["x", "z", "x"]);
    expect(explainImproper(improper)).toMatch(
      /b \(coef x\), b \(coef z\), b \(dpar sigma, coef x\).*rstanarm/,
    );
    expect(improperPriors(resolve(prior("uniform(0, 1)"), prior("normal(0, 1)", { dpar: "sigma" })))).toEqual(
      [],
    );
  });
});

describe.each(Object.keys(priorSets))("the set %s", (name) => {
  it.each(Object.keys(families))("covers every parameter of %s, and parses", (family) => {
    const own = findFamily(family);
    const all = [
      ...targets,
      ...own.dpars.slice(1).map((dpar) => target({ class: dpar.name, lower: dpar.lower, upper: dpar.upper })),
      ...own.dpars.slice(1).map((dpar) => target({ class: "Intercept", dpar: dpar.name })),
    ];
    const resolved = resolvePriors(all, expandSet(findPriorSet(name), all, scales, own));
    expect(resolved).toHaveLength(all.length);
    const proper = ["rstanarm", "bambi", "weakly-informative"].includes(name);
    if (proper) expect(improperPriors(resolved)).toEqual([]);
  });
});

describe("parsePriorSet", () => {
  it("names the first thing that is wrong", () => {
    expect(() => parsePriorSet({ name: "x" })).toThrow(PriorError);
    expect(() =>
      parsePriorSet({
        name: "x",
        title: "t",
        description: "d",
        source: "s",
        rules: [{ class: "b", prior: 3, reason: "r" }],
      }),
    ).toThrow(/rules\.0\.prior/);
  });
  it("autoscales by the column", () => {
    const rules = expandSet(findPriorSet("rstanarm"), targets, scales, families.gaussian);
    expect(rules[0]!.prior).toBe("normal(0, 10)");
    expect(rules[2]!.prior).toBe("normal(10, 5)");
  });
});

describe("priorScales", () => {
  const column = (file: string, name: string): Float64Array => {
    const [header, ...lines] = readFileSync(
      new URL(`../fixtures/posteriors/${file}.csv`, import.meta.url),
      "utf8",
    )
      .trim()
      .split("\n");
    const at = header!.replaceAll('"', "").split(",").indexOf(name);
    return Float64Array.from(lines, (line) => Number(line.split(",")[at]));
  };
  // The priors that brms recorded for these models (test/fixtures/posteriors, defaultPriors).
  it.each([
    ["brms-sleepstudy", "Reaction", "identity", 288.7, 59.3],
    ["brms-epilepsy", "count", "log", 1.4, 2.5],
    ["brms-kidney", "time", "log", 3.7, 2.5],
    ["brms-radon_mn", "log_radon", "identity", 1.3, 2.5],
    ["brms-cbpp", "incidence", "logit", 0, 2.5],
  ])("%s", (file, name, link, location, scale) => {
    const response = column(file, name);
    const own = priorScales({ response, link, logScale: false, categorical: false, columns: [] });
    expect(own).toMatchObject({ interceptLocation: location, scale });
  });

  it("rounds as R does", () => {
    const { round } = JSON.parse(
      readFileSync(new URL("../fixtures/distributions/distributions.json", import.meta.url), "utf8"),
    ) as {
      round: { x: number[]; y: number[] };
    };
    round.x.forEach((x, i) => expect(roundAsR(x, 1)).toBeCloseTo(round.y[i]!, 12));
  });
});
