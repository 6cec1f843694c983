/** Constant responses, and responses that a model fits exactly: no maximum of the likelihood exists, and that is said. */
import { brm, DataError, glmm, lmm, SamplingError } from "nutmix";
import { describe, expect, it } from "vitest";
import { toTable } from "../../src/data/from-input.ts";

const n = 40;
const g = Array.from({ length: n }, (_, i) => `g${i % 8}`);
const x = Array.from({ length: n }, (_, i) => Math.sin(i * 7.3));
/** Constant within the levels of g. */
const within = Array.from({ length: n }, (_, i) => 1 + Math.sin(i % 8) ** 2);
const constant = (value: number) => ({ y: new Array(n).fill(value), g, x, n: new Array(n).fill(4) });

describe("a constant response", () => {
  it.each([
    "gaussian",
    "student",
    "skew_normal",
    "exgaussian",
    "lognormal",
    "Gamma",
    "weibull",
    "inverse.gaussian",
  ])("of the family %s is refused", async (family) => {
    const message = /y is 3 in each of the 40 rows: there is no variation to model/;
    expect(() => glmm("y ~ x + (1 | g)", constant(3), { family })).toThrow(message);
    await expect(brm("y ~ x", constant(3), { family })).rejects.toThrow(message);
    expect(() => lmm("y ~ x + (1 | g)", constant(3))).toThrow(message);
  });

  it.each<[string, number, string]>([
    ["poisson", 0, "y"],
    ["negbinomial", 0, "y"],
    ["geometric", 0, "y"],
    ["nbinom1", 0, "y"],
    ["zero_inflated_poisson", 0, "y"],
    ["hurdle_poisson", 0, "y"],
    ["hurdle_gamma", 0, "y"],
    ["bernoulli", 0, "y"],
    ["bernoulli", 1, "y"],
    ["binomial", 0, "y | trials(n)"],
    ["binomial", 4, "y | trials(n)"],
  ])("of the family %s at the end of the mean's range (%d) has no maximum", (family, value, left) => {
    const fit = () => glmm(`${left} ~ x + (1 | g)`, constant(value), { family });
    expect(fit).toThrow(DataError);
    expect(fit).toThrow(/the likelihood rises as the mean runs to the end of its range/);
  });

  it("of counts inside the range is fitted; a Bayesian fit of the end of the range says so", async () => {
    expect(glmm("y ~ 1 + (1 | g)", constant(3), { family: "poisson" }).convergence.converged).toBe(true);
    const fit = await brm("y ~ 1", constant(0), { family: "poisson", chains: 1, warmup: 50, draws: 20 });
    expect(fit.warnings.join()).toMatch(/y is 0 in each of the 40 rows/);
  });

  it("is taken where the spread is known, and under the prior alone", async () => {
    const run = { chains: 1, warmup: 50, draws: 20 };
    const data = { ...constant(3), s: new Array(n).fill(1) };
    await brm("y | se(s) ~ 1", data, run);
    await brm("y ~ 1", data, { ...run, priors: ["constant(1), class=sigma"] });
    await brm("y ~ 1", data, { ...run, samplePrior: true });
  });
});

describe("a response that is constant within groups", () => {
  it.each([1, 1e-12, 1e12, 1e140, 1e-140])("is refused by lmm() at the scale of %d", (scale) => {
    const lmmOf = (y: number[], formula: string) => () => lmm(formula, { y: y.map((v) => v * scale), g, x });
    expect(lmmOf(within, "y ~ 1 + (1 | g)")).toThrow(SamplingError);
    expect(lmmOf(within, "y ~ x + (1 | g)")).toThrow(/fits the response exactly/);
    expect(lmmOf(x, "y ~ x + (1 | g)")).toThrow(/fits the response exactly/);
    expect(
      lmmOf(
        x.map((v, i) => 0.1 * v + Math.cos(i * i) * 1e-4),
        "y ~ x + (1 | g)",
      ),
    ).not.toThrow();
  });

  it.each([
    "gaussian",
    "student",
    "exgaussian",
    "skew_normal",
    "lognormal",
    "Gamma",
    "weibull",
    "inverse.gaussian",
  ])("is refused by glmm() with the family %s, at once", (family) => {
    const started = performance.now();
    for (const noise of [0, 1e-9, 1e-6]) {
      const y = within.map((v, i) => v + noise * Math.cos(i * i));
      expect(() => glmm("y ~ x + (1 | g)", { y, g, x }, { family })).toThrow(/all but exactly/);
    }
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

describe("numbers whose squares no double holds", () => {
  it.each([1e-300, 1e-160, 1e160, 1e300])("are refused at the scale of %d", async (scale) => {
    const y = x.map((v, i) => (v + Math.cos(i * i)) * scale);
    const message = /response y reaches .*e[+-]\d+.*: change its unit/;
    expect(() => lmm("y ~ x + (1 | g)", { y, x, g })).toThrow(message);
    await expect(brm("y ~ x + (1 | g)", { y, x, g })).rejects.toThrow(message);
    const column = /column y of the model reaches .*: change its unit/;
    expect(() => lmm("x ~ y + (1 | g)", { y, x, g })).toThrow(column);
  });
});

describe("an ordinal response with gaps", () => {
  const y = Array.from({ length: 40 }, (_, i) => (i === 17 ? 999 : 1 + (i % 4)));

  it.each(["cumulative", "sratio", "cratio", "acat"])(
    "is refused by %s unless the levels are declared",
    async (family) => {
      const message =
        /the response "y" has the categories 1, 2, 3, 4, 999, but no row is 5, and row 18 is 999: mark missing values/;
      await expect(brm("y ~ x", { y, x }, { family })).rejects.toThrow(message);
      expect(() => glmm("y ~ x + (1 | g)", { y, x, g }, { family })).toThrow(message);
    },
  );

  it("may have empty categories that are declared", async () => {
    const declared = toTable(
      { y: y.map((value) => Math.min(value, 5)), x },
      {
        y: { ordered: ["1", "2", "3", "4", "5", "6"] },
      },
    );
    const fit = await brm("y ~ x", declared, { family: "cumulative", chains: 1, warmup: 50, draws: 20 });
    expect(fit.spec.categories).toBe(6);
  });
});
