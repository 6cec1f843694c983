/** Comparisons of fits, influence and the bootstrap. */

import { bootstrap, compareFits, influence, lmm, ranova, readCsv } from "nutmix";
import { describe, expect, it } from "vitest";
import { devianceObjective } from "../../src/reml/criterion.ts";
import { emSteps } from "../../src/reml/em.ts";
import { linearModel, profiledOf } from "../../src/reml/linear-model.ts";
import { referenceData, referenceFits, relative } from "./reference-fit.ts";

const sleepstudy = referenceData("sleepstudy");

describe("compareFits", () => {
  it.each(["lrt_sleep_slope_vs_int", "lrt_sleep_days", "lrt_cake_interaction"])(
    "agrees with lme4's anova: %s",
    (id) => {
      const reference = referenceFits(`${id}.json`);
      const data = referenceData(id.includes("cake") ? "cake" : "sleepstudy");
      // REML fits: refitted with ML, and said so, where the population-level parts differ.
      const reml = id !== "lrt_sleep_slope_vs_int";
      const fits = [reference.formula0, reference.formula1].map((formula: string) =>
        lmm(formula, data, { reml }),
      );
      const { rows, notes } = compareFits(...fits);
      expect(relative(rows[1]!.chisq, reference.chisq)).toBeLessThan(1e-7);
      expect(rows[1]!.chisqDf).toBe(reference.df);
      expect(relative(rows[1]!.p, reference.p)).toBeLessThan(1e-6);
      expect(relative(rows[1]!.aic, reference.AIC[1])).toBeLessThan(1e-9);
      expect(notes.some((note) => note.includes("refitted with ML"))).toBe(reml);
    },
  );

  it("halves the p value of one variance on its boundary", () => {
    const { rows } = compareFits(
      lmm("Reaction ~ Days", sleepstudy),
      lmm("Reaction ~ Days + (1 | Subject)", sleepstudy),
    );
    expect(rows[1]!.pBoundary! / rows[1]!.p).toBeCloseTo(0.5, 6);
  });

  it("refuses fits of different rows", () => {
    const some = readCsv("y,x,g\n1,2,a\n3,,a\n2,5,b\n5,1,b\n4,4,a\n7,3,b\n6,2,a\n2,1,b\n");
    const all = lmm("y ~ 1 + (1 | g)", some, { reml: false });
    const fewer = lmm("y ~ x + (1 | g)", some, { reml: false });
    expect(() => compareFits(all, fewer)).toThrow(/one has 8 rows and the other 7/);
  });
});

describe("influence", () => {
  it("agrees with exact refits in R", async () => {
    const reference = referenceFits("influence_sleep_slope_subject.json");
    const rows = await influence(lmm("Reaction ~ Days + (Days | Subject)", sleepstudy), { by: "Subject" });
    rows.forEach((row, k) => {
      expect(row.deleted).toBe(reference.levels[k]);
      expect(relative(row.cooksDistance, reference.exact_cooks_p_normalised[k])).toBeLessThan(1e-5);
      expect(relative(row.sigma, reference.exact_refit[k][2])).toBeLessThan(1e-5);
      // lme4 refits with a looser tolerance.
      row.dfbetas.forEach((value, j) => expect(Math.abs(value - reference.dfbetas[k][j])).toBeLessThan(1e-3));
    });
  });

  it("refuses an unknown factor", async () => {
    await expect(
      influence(lmm("Reaction ~ Days + (1 | Subject)", sleepstudy), { by: "Subjects" }),
    ).rejects.toThrow(/Subject/);
  });
});

describe("bootstrap", () => {
  const fit = lmm("Reaction ~ Days + (1 | Subject)", sleepstudy);

  it("is reproducible, and its errors are those of the model", async () => {
    const options = { replicates: 300, seed: 3 };
    const [one, two] = [await bootstrap(fit, options), await bootstrap(fit, options)];
    expect(one.intervals).toEqual(two.intervals);
    const days = one.intervals.find(({ name }) => name === "Days")!;
    // The standard error of a standard deviation of 300 draws is 4 %: four of those.
    expect(Math.abs(days.se / Math.sqrt(fit.fixed.covariance[3]!) - 1)).toBeLessThan(0.16);
    expect(one.intervals.map(({ name }) => name)).toEqual([
      "sd_(Intercept)|Subject",
      "sigma",
      "(Intercept)",
      "Days",
    ]);
  });

  it("stops when asked to", async () => {
    await expect(bootstrap(fit, { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
  });
});

describe("lmm refuses", () => {
  const fitting = (formula: string) => () => lmm(formula, sleepstudy);
  it("what has no meaning, in words", () => {
    expect(fitting("Reaction ~ Dais + (1 | Subject)")).toThrow(/no column "Dais".*did you mean "Days"/s);
    expect(fitting("Reaction ~ Days + (1 | Reaction)")).toThrow(/every row is a level of its own/);
    expect(fitting("Reaction | weights(Days) ~ 1 + (1 | Subject)")).toThrow(/the weight in row 1 is 0/);
    expect(fitting("Subject ~ Days + (1 | Days)")).toThrow(/not numeric/);
    expect(fitting("Reaction | cens(Days) ~ 1 + (1 | Subject)")).toThrow(/cens/);
    expect(() => lmm("y ~ 1 + (1 | g)", { y: [1, 2, 3], g: ["a", "a", "a"] })).toThrow(/one level/);
    expect(() => lmm("y ~ x", { y: [2, 4, 6, 8], x: [1, 2, 3, 4] })).toThrow(/exactly/);
  });
});

describe("algorithms", () => {
  it.each(["newton", "average-information", "quasi-newton"] as const)(
    "%s and EM steps reach the same optimum",
    (algorithm) => {
      const formula = "Reaction ~ Days + (Days | Subject)";
      const reference = lmm(formula, sleepstudy);
      const other = lmm(formula, sleepstudy, { algorithm, emSteps: 5 });
      expect(Math.abs(other.criterion - reference.criterion)).toBeLessThan(1e-7);
      other.theta.forEach((value, k) => expect(value).toBeCloseTo(reference.theta[k]!, 5));
    },
  );

  it("EM raises the likelihood at every step", () => {
    const model = linearModel("Reaction ~ Days + (Days | Subject)", sleepstudy);
    const profiled = profiledOf(model);
    const deviance = devianceObjective(profiled);
    const gradient = new Float64Array(3);
    let theta = Float64Array.of(3, 0, 1);
    let last = deviance(theta, gradient);
    for (let step = 0; step < 8; step++) {
      theta = Float64Array.from(emSteps(profiled, theta, 1));
      const now = deviance(theta, gradient);
      expect(now).toBeLessThan(last);
      last = now;
    }
    expect(last - lmm("Reaction ~ Days + (Days | Subject)", sleepstudy).criterion).toBeLessThan(1);
  });
});

describe("ranova", () => {
  it("agrees with lmerTest", () => {
    // lmerTest: ranova() of the REML fits of test/fixtures/reml.
    const [slope] = ranova(lmm("Reaction ~ Days + (Days | Subject)", sleepstudy));
    expect(slope).toMatchObject({ leftOut: "Days in (1 + Days | Subject)", df: 4, chisqDf: 2 });
    expect(slope!.chisq).toBeCloseTo(42.83681343643002, 5);
    expect(slope!.p / 4.990041426962439e-10).toBeCloseTo(1, 4);
    const rows = ranova(lmm("yield ~ nitro + (1 | Block/Variety)", referenceData("Oats")));
    expect(rows.map(({ chisq }) => chisq).sort((a, b) => a - b)[0]!).toBeCloseTo(5.023749297725658, 5);
    expect(rows.map(({ p }) => p).sort((a, b) => a - b)[0]! / 0.0006379322712597175).toBeCloseTo(1, 4);
  });
});
