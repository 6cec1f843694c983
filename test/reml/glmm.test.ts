/** glmm() against glmmTMB, ordinal::clmm and independent dense code. */

import { type GlmmFit, glmm, glmmProfileIntervals } from "nutmix";
import { describe, expect, it } from "vitest";
import { referenceData, referenceFits, relative } from "./reference-fit.ts";

const families: Record<string, string> = {
  Gamma: "Gamma",
  beta: "beta",
  betabinomial: "beta_binomial",
  binomial: "binomial",
  gaussian: "gaussian",
  nbinom1: "nbinom1",
  nbinom2: "negbinomial",
  poisson: "poisson",
  t: "student",
  truncated_poisson: "hurdle_poisson",
};

// biome-ignore lint/suspicious/noExplicitAny: see referenceFits
function fitOf(reference: any): GlmmFit {
  let family = reference.kind.endsWith("clmm") ? "cumulative" : families[reference.family]!;
  let formula = reference.formula.replace(
    /^cbind\(incidence, size - incidence\)/,
    "incidence | trials(size)",
  );
  if (family === "binomial" && !formula.includes("trials")) family = "bernoulli";
  const zi = reference.ziformula ?? "~0";
  if (family === "hurdle_poisson") formula += `; hu ${zi}`;
  else if (zi !== "~0") {
    family = `zero_inflated_${family}`;
    if (zi !== "~1") formula += `; zi ${zi}`;
  }
  if ((reference.dispformula ?? "~1") !== "~1") formula += `; sigma ${reference.dispformula}`;
  return glmm(formula, referenceData(reference.dataset), {
    family,
    link: reference.link,
    nodes: reference.nodes ?? reference.nAGQ ?? 1,
  });
}

describe.each(Object.entries(referenceFits("glmm.json")))("%s", (id, reference) => {
  const fit = fitOf(reference);
  // clmm's inner Newton stops early; soup by 1e-4 in the log-likelihood.
  const clmm = id.startsWith("clmm");

  it("agrees in the log-likelihood", () => {
    expect(fit.convergence.converged).toBe(true);
    expect(fit.df).toBe(reference.df);
    const tolerance = clmm ? 2e-4 : 1e-6;
    expect(Math.abs(fit.logLik - reference.logLik)).toBeLessThan(tolerance);
  });

  const coefficients = reference.fixef_cond ?? reference.fixef ?? reference.coef;
  it("agrees in coefficients and their standard errors", () => {
    const p = fit.fixed.names.length;
    expect([...fit.fixed.names].sort()).toEqual([...coefficients.names].sort());
    coefficients.names.forEach((name: string, k: number) => {
      const j = fit.fixed.names.indexOf(name);
      const se = coefficients.se[k];
      expect(Math.abs(fit.fixed.estimates[j]! - coefficients.estimate[k]) / se).toBeLessThan(
        clmm ? 1e-3 : 1e-6,
      );
      const tolerance = clmm || id.includes("beta_") ? 5e-3 : 2e-4;
      expect(relative(Math.sqrt(fit.fixed.covariance[j * p + j]!), se)).toBeLessThan(tolerance);
    });
  });

  const zi = reference.fixef_zi;
  if (zi?.names !== undefined)
    it("agrees in zero inflation", () => {
      const own = fit.distributional.find(({ dpar }) => dpar === "zi" || dpar === "hu");
      if (own === undefined) {
        // One constant, here as a probability: its error is that of the logit times p(1 − p).
        const { estimate } = fit.constants.find(({ name }) => name === "zi" || name === "hu")!;
        expect(zi.names).toEqual(["(Intercept)"]);
        const p = 1 / (1 + Math.exp(-zi.estimate[0]));
        expect(Math.abs(estimate - p) / (zi.se[0] * p * (1 - p))).toBeLessThan(1e-6);
        return;
      }
      expect([...own.names].sort()).toEqual([...zi.names].sort());
      zi.names.forEach((name: string, k: number) => {
        const j = own.names.indexOf(name);
        expect(Math.abs(own.estimates[j]! - zi.estimate[k]) / zi.se[k]).toBeLessThan(1e-6);
      });
    });

  it("agrees in the standard deviations of the group-level effects", () => {
    const components: Record<string, { readonly sd: readonly number[] }> = reference.VarCorr_cond ??
      reference.ST_sd ?? { [fit.random[0]!.group]: { sd: [reference.sd] } };
    expect(fit.random.map(({ group }) => group).sort()).toEqual(Object.keys(components).sort());
    for (const { group, names, covariance } of fit.random) {
      const { sd } = components[group]!;
      expect(sd).toHaveLength(names.length);
      sd.forEach((expected, j) => {
        const own = Math.sqrt(covariance[j * names.length + j]!);
        expect(Math.abs(own - expected), group).toBeLessThan(clmm ? 1e-4 : 1e-5 * (1 + expected));
      });
    }
  });
});

describe("glmm", () => {
  const cbpp = referenceData("cbpp");

  it("refuses quadrature for several terms, and a response that the family cannot have", () => {
    expect(() =>
      glmm("incidence | trials(size) ~ period + (1 | herd) + (1 | period)", cbpp, {
        family: "binomial",
        nodes: 5,
      }),
    ).toThrow(/one scalar group-level term/);
    expect(() => glmm("incidence ~ period + (1 | herd)", cbpp, { family: "bernoulli" })).toThrow(
      /row 1 is 2/,
    );
    expect(() => glmm("incidence ~ 1 + (1 | herd)", cbpp, { family: "poison" })).toThrow(
      /did you mean "poisson"/,
    );
  });

  it("says that outcomes are perfectly separated, and by which predictor", () => {
    const n = 60;
    const data = {
      g: Array.from({ length: n }, (_, i) => `g${i % 6}`),
      x: Array.from({ length: n }, (_, i) => (i % 2 === 0 ? 1 : 0)),
      y: Array.from({ length: n }, (_, i) => (i % 2 === 0 ? 1 : 0)),
    };
    const fit = glmm("y ~ x + (1 | g)", data, { family: "bernoulli" });
    expect(fit.warnings.join(" ")).toMatch(/perfect separation.*x/);
  });

  it("takes likelihood weights as repeated rows", () => {
    const rows = Array.from({ length: 40 }, (_, i) => ({
      y: (i * 7) % 5,
      x: i / 10,
      g: `g${i % 5}`,
      w: 1 + (i % 2),
    }));
    const repeated = rows.flatMap((row) => Array.from({ length: row.w }, () => row));
    const weighted = glmm("y | weights(w) ~ x + (1 | g)", rows, { family: "poisson" });
    const plain = glmm("y ~ x + (1 | g)", repeated, { family: "poisson" });
    expect(weighted.logLik).toBeCloseTo(plain.logLik, 7);
    expect(weighted.fixed.estimates[1]!).toBeCloseTo(plain.fixed.estimates[1]!, 6);
  });

  it("has profile intervals that agree with lme4's", async () => {
    // R 4.2.2, lme4 1.1-31: confint(glmer(cbind(incidence, size - incidence) ~ period + (1 | herd), cbpp, binomial))
    const fit = glmm("incidence | trials(size) ~ period + (1 | herd)", cbpp, { family: "binomial" });
    const expected: Record<string, readonly [number, number]> = {
      "sd_(Intercept)|herd": [0.3460944616, 1.0998818991],
      "(Intercept)": [-1.9011561077, -0.9477913929],
      period2: [-1.616678664, -0.4078405193],
      period3: [-1.8009176261, -0.5116103056],
      period4: [-2.5006007107, -0.8008310435],
    };
    const intervals = await glmmProfileIntervals(fit);
    for (const { name, lower, upper } of intervals) {
      const [low, high] = expected[name]!;
      // lme4 interpolates its profiles by splines.
      expect(Math.abs(lower - low) / (high - low), name).toBeLessThan(2e-3);
      expect(Math.abs(upper - high) / (high - low), name).toBeLessThan(2e-3);
    }
  });
});
