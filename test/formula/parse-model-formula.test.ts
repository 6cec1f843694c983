import { describe, expect, it } from "vitest";
import { FormulaError } from "../../src/errors.ts";
import { bf } from "../../src/formula/bf.ts";
import { format } from "../../src/formula/format.ts";
import type { ModelFormula } from "../../src/formula/model-formula.ts";
import { type ModelFormulaContext, parseModelFormula } from "../../src/formula/parse-model-formula.ts";
import { sidesOf, splitFormulas } from "../../src/formula/split-formulas.ts";

const context: ModelFormulaContext = {
  columns: ["y", "x", "z", "g", "n"],
  dpars: ["mu", "sigma", "zi", "hu", "nu"],
  specialNames: new Set(),
};

const parse = (input: Parameters<typeof parseModelFormula>[0], own = context): ModelFormula =>
  parseModelFormula(input, own);
const labels = (formula: ModelFormula, part = 0): string[] =>
  formula.parts[part]!.terms.population.map(({ label }) => label);

describe("one formula", () => {
  it("has a response and the terms of mu", () => {
    const formula = parse("y~x*z+(1+x|g)");
    expect(formula.text).toBe("y ~ x * z + (1 + x | g)");
    expect(formula.response).toMatchObject({ name: "y", additions: [] });
    expect(formula.parts.map(({ dpar }) => dpar)).toEqual(["mu"]);
    expect(labels(formula)).toEqual(["x", "z", "x:z"]);
    expect(formula.parts[0]!.terms.groups.map(({ label }) => label)).toEqual(["g"]);
  });

  it("reads cbind(successes, failures) as successes out of their sum", () => {
    const { response, text } = parse("cbind(y, n - y) | weights(z) ~ x");
    expect(text).toBe("cbind(y, n - y) | weights(z) ~ x");
    expect(response.name).toBe("y");
    expect(response.additions.map(({ name, args }) => [name, format(args[0]!.value)])).toEqual([
      ["trials", "y + (n - y)"],
      ["weights", "z"],
    ]);
    expect(parse("cbind(y, n) ~ .").parts[0]!.terms.population.map(({ label }) => label)).toEqual([
      "x",
      "z",
      "g",
    ]);
  });

  it("may have an expression as its response", () => {
    expect(parse("log(y+1) ~ x").response.name).toBe("log(y + 1)");
    expect(parse("`y` ~ x").response.name).toBe("y");
    expect(parse("y == 'a' ~ x").response.name).toBe('y == "a"');
  });

  it("lets . stand for the columns that the response does not use, additions included", () => {
    expect(labels(parse("log(y) ~ ."))).toEqual(["x", "z", "g", "n"]);
    expect(labels(parse("y | trials(n) ~ . - x"))).toEqual(["z", "g"]);
    expect(labels(parse("y ~ 1; sigma ~ ."), 1)).toEqual(["x", "z", "g", "n"]);
  });

  it("reads addition terms in the order given", () => {
    const { response } = parse("y | weights(x, scale = TRUE) + trials(n) ~ 1");
    expect(response.name).toBe("y");
    expect(response.additions.map(({ name }) => name)).toEqual(["weights", "trials"]);
    expect(response.additions[0]!.args.map(({ name, value }) => [name, format(value)])).toEqual([
      [undefined, "x"],
      ["scale", "TRUE"],
    ]);
  });

  it.each([
    "y | trials(10)",
    "y | trials(n + 1)",
    "y | se(x)",
    "y | se(x, sigma = TRUE)",
    "y | cens(z)",
    "y | cens(z, x)",
    "y | cens(z, y2 = x)",
    "y | (trials(n) + weights(x, scale = F))",
  ])("reads %s", (left) => {
    expect(parse(`${left} ~ 1`).response.additions.length).toBeGreaterThan(0);
  });

  it("may be as wide as a table of thousands of columns", () => {
    const columns = Array.from({ length: 4900 }, (_, k) => `x${k}`);
    expect(labels(parse(`y ~ ${columns.join(" + ")}`))).toEqual(columns);
  });
});

describe("several formulas", () => {
  const expected = ["mu", "sigma"];

  it.each<[string, Parameters<typeof parseModelFormula>[0]]>([
    ["; in one text", "y ~ x; sigma ~ z + (1 | g)"],
    ["; at the end", "y ~ x; sigma ~ z + (1 | g);"],
    ["several lines", "y ~ x;\n  sigma ~ z +\n (1 | g)\n"],
    ["bf() in the text", "bf(y ~ x, sigma ~ z + (1 | g))"],
    ["brmsformula() in the text", " brmsformula( y ~ x , sigma ~ z + (1|g) ) "],
    ["the result of bf()", bf("y ~ x", "sigma ~ z + (1 | g)")],
    ["both ways at once", bf("y ~ x; sigma ~ z + (1 | g)")],
  ])("are read from %s", (_, input) => {
    const formula = parse(input);
    expect(formula.text).toBe("y ~ x; sigma ~ z + (1 | g)");
    expect(formula.parts.map(({ dpar }) => dpar)).toEqual(expected);
    expect(labels(formula, 1)).toEqual(["z"]);
    const group = formula.parts[1]!.terms.groups[0]!;
    expect(formula.parts[1]!.source.slice(group.start, group.end)).toMatch(/^1 ?\| ?g$/);
  });

  it("share one right side when the left names several parameters", () => {
    const formula = parse("y ~ 1; zi + hu ~ x");
    expect(formula.parts.map(({ dpar }) => dpar)).toEqual(["mu", "zi", "hu"]);
    expect(labels(formula, 1)).toEqual(["x"]);
    expect(labels(formula, 2)).toEqual(["x"]);
    expect(formula.text).toBe("y ~ 1; zi + hu ~ x");
  });

  it("are not split inside quotes and back-ticks", () => {
    const formula = parse("y ~ `a;b` + relevel(f, 'p;\\'q'); sigma ~ 1");
    expect(labels(formula)).toEqual(["`a;b`", 'relevel(f, "p;\'q")']);
    expect(formula.parts).toHaveLength(2);
  });

  it("may predict anything when the parameters are not known", () => {
    expect(parse("y ~ 1; anything ~ x", { specialNames: new Set() }).parts[1]!.dpar).toBe("anything");
  });

  it("are texts, or what bf() returns of texts", () => {
    for (const input of [undefined, null, 3, {}, ["y ~ x"], { formulas: [1] }]) {
      expect(() => splitFormulas(input as unknown as string)).toThrow(
        /a formula is a text, or what bf\(\) returns/,
      );
    }
  });

  it("have sides, whatever stands between quotes and back-ticks", () => {
    expect(sidesOf("`a ~ b` ~ x")).toEqual(["`a ~ b`", "x"]);
    expect(() => sidesOf("y")).toThrow(/no ~/);
  });

  it("are plain data from bf()", () => {
    expect(bf("y ~ x", "sigma ~ z")).toEqual({ kind: "bf", formulas: ["y ~ x", "sigma ~ z"] });
    expect(structuredClone(parse("y ~ x + (1 | g)"))).toEqual(parse("y ~ x + (1 | g)"));
  });
});

describe("what cannot be a model is refused where it stands", () => {
  it.each([
    ["", 0, "the formula is empty"],
    ["; sigma ~ x", 0, "the formula is empty"],
    ["y", 1, "the formula has no ~: write `response ~ predictors`"],
    ["~ x", 0, "the formula has no response"],
    ["y ~ x; sigma", 0, "a further formula reads `parameter ~ predictors`"],
    ["y ~ x; ; sigma ~ x", 0, "the formula is empty"],
    ["y ~ x; mu ~ z", 0, "the response formula is the formula of mu"],
    ["y ~ x; sigma ~ z; sigma ~ 1", 0, "sigma has two formulas"],
    ["y ~ x; zi + zi ~ z", 5, "zi has two formulas"],
    ["y ~ x; log(sigma) ~ z", 0, "left of this ~ stands the bare name of a distributional parameter"],
    [
      "y ~ x; zi + simga ~ z",
      5,
      '"simga" is not a parameter of this family, which has mu, sigma, zi, hu, nu; did you mean "sigma"?',
    ],
    ["y | n ~ x", 4, "right of | stand addition terms such as trials(n) or weights(w)"],
    [
      "y | trails(n) ~ x",
      4,
      'unknown addition term "trails"; there are trials, weights, se, cens; did you mean "trials"?',
    ],
    ["y | trials() ~ x", 4, "trials() needs a column"],
    ["y | trials(n, x) ~ x", 14, "trials() takes one column"],
    ["y | weights(n, TRUE) ~ x", 15, "weights() takes one column; name the other argument: scale = …"],
    ["y | weights(n, sacle = TRUE) ~ x", 23, 'weights() has no argument "sacle"; there is scale'],
    ["y | weights(n, scale = 1) ~ x", 23, "scale in weights() is TRUE or FALSE"],
    ["y | se(n, sigma = x) ~ x", 18, "sigma in se() is TRUE or FALSE"],
    ["y | weights(n, scale = T, scale = F) ~ x", 34, "scale is given twice in weights()"],
    ["y | cens(z, x, n) ~ x", 15, "cens() takes at most 2 columns; name the other argument: y2 = …"],
    ["y | cens(z, x, y2 = n) ~ x", 20, "y2 is given twice in cens()"],
    ["y | trials(n, k = 1) ~ x", 18, 'trials() has no argument "k"'],
    ["y | trials(n) + trials(n) ~ x", 16, "trials() stands twice among the addition terms"],
    ["y | trials(n) | weights(x) ~ 1", 16, "addition terms follow one | and are joined by +"],
    ["y || trials(n) ~ 1", 5, "addition terms follow one | and are joined by +"],
    ["y | trunc(0) ~ x", 4, "trunc() is not supported yet (truncation)"],
    ["y | mi() ~ x", 4, "mi() is not supported yet (imputation)"],
    ["mvbind(y, z) ~ x", 0, "mvbind() is not supported yet (multivariate models)"],
    ["cbind(y) ~ x", 0, "cbind() on the left takes two columns"],
    ["cbind(y, n, z) ~ x", 12, "several responses are not supported yet"],
    ["cbind(y, n - y) | trials(n) ~ x", 18, "cbind() already says how many"],
    ["y ~ te(x, z)", 4, "te() is not supported yet (its penalties overlap: t2() has the same functions"],
    ["y ~ x + (1 + me(z, n) | g)", 13, "me() is not supported yet (measurement error)"],
    ["y ~ x; sigma ~ 0 + ar(z)", 12, "ar() is not supported yet (autocorrelation)"],
    ["y ~ (1 | mm(g, h))", 9, "mm() is not supported yet (multi-membership)"],
    ["bf(y ~ a * x, nl = TRUE)", 19, "non-linear formulas (nl = TRUE) are not supported yet"],
    ["bf(y ~ x, family = poisson())", 19, "the family is given as an option of the fit, not inside bf()"],
    ["bf(y ~ x, center = FALSE)", 19, "0 + Intercept + … leaves the columns uncentred"],
    ["bf(y ~ x, sigma = z)", 8, "a parameter is held at a number"],
    ["bf(y ~ x) + lf(sigma ~ z)", 10, "adding to bf() is not supported yet"],
    ["bf()", 0, "bf() needs a formula"],
  ])("%s", (text, position, message) => {
    try {
      parse(text);
    } catch (error) {
      expect(error).toBeInstanceOf(FormulaError);
      expect((error as FormulaError).message).toContain(message);
      expect((error as FormulaError).position).toBe(position);
      return;
    }
    throw new Error("nothing was thrown");
  });

  it("leaves calls alone that a term kind claims, and functions inside others", () => {
    const terms = parse("y ~ s(x) + z", { ...context, specialNames: new Set(["s"]) }).parts[0]!.terms;
    expect(terms.special.map(({ label }) => label)).toEqual(["s(x)"]);
    expect(labels(parse("y ~ I(s(x))"))).toEqual(["I(s(x))"]);
  });

  it("allows a data column called Intercept", () => {
    expect(labels(parse("y ~ Intercept", { ...context, columns: ["y", "Intercept"] }))).toEqual([
      "Intercept",
    ]);
  });
});
