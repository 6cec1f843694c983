/** The brms set gives what brms gives. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { findFamily } from "../../src/families/index.ts";
import { formatPrior, parsePrior } from "../../src/priors/parse.ts";
import type { PriorScales } from "../../src/priors/prior.ts";
import { priorScales } from "../../src/priors/scales.ts";
import { expandSet, findPriorSet } from "../../src/priors/sets.ts";
import { target } from "./helpers.ts";

interface Case {
  readonly family: string;
  readonly link: string;
  readonly y: number[];
  readonly offset: number[];
  readonly b: string;
  readonly Intercept: string;
  readonly sd: string;
  readonly sigma: string;
}

const { defaults } = JSON.parse(
  readFileSync(new URL("../fixtures/priors/priors.json", import.meta.url), "utf8"),
) as { defaults: Record<string, Case> };

const defaultOf = (parameterClass: string, family: string, scales: PriorScales, dpar = ""): string =>
  expandSet(
    findPriorSet("brms"),
    [target({ class: parameterClass, dpar, ...(parameterClass === "sd" && { group: "g", coef: "x" }) })],
    scales,
    findFamily(family),
  )[0]!.prior;

describe("default priors equal get_prior() of brms", () => {
  it.each(Object.entries(defaults))("%s", (_, { family, link, y, offset, ...expected }) => {
    const scales = priorScales({
      response: Float64Array.from(y),
      link,
      logScale: findFamily(family).logScale === true,
      categorical: findFamily(family).response.kind !== "numeric",
      ...(offset.length > 0 && { offset: Float64Array.from(offset) }),
      columns: [],
    });
    expect(defaultOf("b", family, scales)).toBe(expected.b);
    expect(defaultOf("sd", family, scales)).toBe(expected.sd);
    if (expected.sigma !== "") expect(defaultOf("sigma", family, scales)).toBe(expected.sigma);
    const ours = parsePrior(defaultOf("Intercept", family, scales));
    const theirs = parsePrior(expected.Intercept);
    if (offset.length === 0) expect(formatPrior(ours)).toBe(expected.Intercept);
    // A mean that is summed in another order may differ in the last of R's 15 digits.
    else theirs.arguments.forEach((value, k) => expect(ours.arguments[k]).toBeCloseTo(value, 12));
  });
});

describe("default priors of family parameters", () => {
  const none = priorScales({
    response: null,
    link: "logit",
    logScale: false,
    categorical: true,
    columns: [],
  });
  // brms' documentation of set_prior() and default_prior().
  it.each([
    ["student", "nu", "gamma(2, 0.1)", "normal(2.7, 0.8)"],
    ["Gamma", "shape", "gamma(0.01, 0.01)", "student_t(3, 0, 2.5)"],
    ["negbinomial", "shape", "inv_gamma(0.4, 0.3)", "student_t(3, 0, 2.5)"],
    ["Beta", "phi", "gamma(0.01, 0.01)", "student_t(3, 0, 2.5)"],
    ["zero_inflated_poisson", "zi", "beta(1, 1)", "logistic(0, 1)"],
    ["hurdle_poisson", "hu", "beta(1, 1)", "logistic(0, 1)"],
  ])("%s %s", (family, dpar, constant, intercept) => {
    expect(defaultOf(dpar, family, none)).toBe(constant);
    expect(defaultOf("Intercept", family, none, dpar)).toBe(intercept);
  });
  it("thresholds are student_t(3, 0, 2.5), correlations lkj(1)", () => {
    expect(defaultOf("Intercept", "cumulative", none)).toBe("student_t(3, 0, 2.5)");
    expect(defaultOf("cor", "gaussian", none)).toBe("lkj(1)");
  });
});

describe("default priors that brms recorded for reference models", () => {
  const column = (file: string, name: string): Float64Array => {
    const path = new URL(`../fixtures/posteriors/${file}.csv`, import.meta.url);
    const [header, ...lines] = readFileSync(path, "utf8").trim().split("\n");
    const at = header!.replaceAll('"', "").split(",").indexOf(name);
    return Float64Array.from(lines, (line) => Number(line.split(",")[at]));
  };
  it.each([
    [
      "brms-sleepstudy",
      "Reaction",
      "gaussian",
      "identity",
      "student_t(3, 288.7, 59.3)",
      "student_t(3, 0, 59.3)",
    ],
    ["brms-epilepsy", "count", "poisson", "log", "student_t(3, 1.4, 2.5)", "student_t(3, 0, 2.5)"],
    ["brms-kidney", "time", "weibull", "log", "student_t(3, 3.7, 2.5)", "student_t(3, 0, 2.5)"],
    ["brms-radon_mn", "log_radon", "gaussian", "identity", "student_t(3, 1.3, 2.5)", "student_t(3, 0, 2.5)"],
    ["brms-cbpp", "incidence", "binomial", "logit", "student_t(3, 0, 2.5)", "student_t(3, 0, 2.5)"],
  ])("%s", (file, name, family, link, intercept, sd) => {
    const response = column(file, name);
    const scales = priorScales({ response, link, logScale: false, categorical: false, columns: [] });
    expect(defaultOf("Intercept", family, scales)).toBe(intercept);
    expect(defaultOf("sd", family, scales)).toBe(sd);
    // brms takes the scale of the mean's link for group-level effects of every parameter.
    expect(defaultOf("sd", family, scales, "sigma")).toBe(sd);
    if (family === "gaussian") expect(defaultOf("sigma", family, scales)).toBe(sd);
  });
});
