/** Predictions read off the draws: against the model written out by hand, and against each other. */

import { readFileSync } from "node:fs";
import { brm, epred, type Fit, linpred, logLik, predict, readCsv, residuals } from "nutmix";
import { beforeAll, describe, expect, it } from "vitest";
import { chainSeries } from "../../src/draws/draws.ts";
import { mean, sd } from "../../src/numeric/moments.ts";

const sleepstudy = readCsv(readFileSync("examples/sleepstudy/data.csv", "utf8"));
let fit: Fit;
let draw: (name: string) => Float64Array;
beforeAll(async () => {
  fit = await brm("Reaction ~ Days + (Days | Subject)", sleepstudy, {
    seed: 3,
    warmup: 300,
    draws: 250,
    cores: 1,
  });
  draw = (name) => chainSeries(fit.draws, fit.draws.names.indexOf(name)).values;
});
const total = 1000;

function eta(s: number, subject: string, days: number): number {
  return (
    draw("b_Intercept")[s]! +
    draw("b_Days")[s]! * days +
    draw(`r_Subject[${subject},Intercept]`)[s]! +
    draw(`r_Subject[${subject},Days]`)[s]! * days
  );
}

describe("the rows of the fit", () => {
  it("epred is the linear predictor written out", () => {
    const { rows, draws } = epred(fit);
    expect([rows, draws]).toEqual([180, total]);
    const matrix = epred(fit).matrix();
    const { values: days } = fit.data.columns.get("Days") as { values: Float64Array };
    const subject = fit.data.columns.get("Subject") as unknown as {
      levels?: string[];
      codes?: Int32Array;
      values?: Float64Array;
    };
    for (const i of [0, 57, 179]) {
      const label =
        subject.levels === undefined ? String(subject.values![i]) : subject.levels[subject.codes![i]!]!;
      for (const s of [0, 123, 999]) expect(matrix[s * 180 + i]).toBeCloseTo(eta(s, label, days[i]!), 8);
    }
  });

  it("logLik is the normal density", () => {
    const { values, observations } = logLik(fit);
    const mu = epred(fit).matrix();
    const y = fit.spec.design.response.values;
    for (const [s, i] of [
      [0, 0],
      [500, 91],
      [999, 179],
    ] as const) {
      const sigma = draw("sigma")[s]!;
      const z = (y[i]! - mu[s * 180 + i]!) / sigma;
      expect(values[s * observations + i]).toBeCloseTo(
        -0.5 * z * z - Math.log(sigma) - 0.5 * Math.log(2 * Math.PI),
        10,
      );
    }
  });

  it("residuals are observed minus expected; Pearson residuals have unit scale", () => {
    const ordinary = residuals(fit).matrix();
    const mu = epred(fit).matrix();
    const y = fit.spec.design.response.values;
    expect(ordinary[7 * 180 + 11]).toBe(y[11]! - mu[7 * 180 + 11]!);
    const pearson = residuals(fit, undefined, { type: "pearson" }).summary();
    // Residual sd over predictive sd: below 1, because effects are fitted to the same rows.
    const spread = sd(Float64Array.from(pearson, ({ estimate }) => estimate));
    expect(spread).toBeGreaterThan(0.75);
    expect(spread).toBeLessThan(1.05);
  });

  it("predict adds the residual", () => {
    const expected = epred(fit).matrix();
    const random = predict(fit).matrix();
    const difference = random.map((value, k) => value - expected[k]!);
    const sigma = draw("sigma");
    const standardised = difference.map((value, k) => value / sigma[Math.floor(k / 180)]!);
    // 180,000 independent standard normals: standard error of the mean 0.0024, of the sd 0.0017.
    expect(Math.abs(mean(standardised))).toBeLessThan(4 * 0.0024);
    expect(Math.abs(sd(standardised) - 1)).toBeLessThan(4 * 0.0017);
  });

  it("summary() is what the matrix says, and equal seeds give equal responses", () => {
    const matrix = predict(fit, undefined, { seed: 9 }).matrix();
    const rows = predict(fit, undefined, { seed: 9 }).summary({ probabilities: [0.05, 0.95] });
    const column = Float64Array.from({ length: total }, (_, s) => matrix[s * 180 + 42]!);
    expect(rows[42]!.estimate).toBeCloseTo(mean(column), 10);
    expect(rows[42]!.error).toBeCloseTo(sd(column), 10);
    expect(rows[42]!.q5).toBeLessThan(rows[42]!.q95!);
    expect(predict(fit, undefined, { seed: 10 }).matrix()).not.toEqual(matrix);
  });

  it("leaves out or keeps the group-level effects that reFormula names", () => {
    const none = linpred(fit, undefined, { reFormula: "NA" }).matrix();
    const days = (fit.data.columns.get("Days") as { values: Float64Array }).values;
    expect(none[5 * 180 + 3]).toBeCloseTo(draw("b_Intercept")[5]! + draw("b_Days")[5]! * days[3]!, 8);
    const intercept = linpred(fit, undefined, { reFormula: "~ (1 | Subject)" }).matrix();
    const slope = linpred(fit, undefined, { reFormula: "(0 + Days | Subject)" }).matrix();
    const all = linpred(fit).matrix();
    expect(intercept[777]! + slope[777]! - none[777]!).toBeCloseTo(all[777]!, 8);
    expect(() => linpred(fit, undefined, { reFormula: "(1 | Item)" })).toThrow(
      /no group-level coefficient \(Intercept\) of Item/,
    );
    expect(() => linpred(fit, undefined, { reFormula: "Days" })).toThrow(/group-level terms alone/);
  });
});

describe("new data", () => {
  it("of the old rows gives the old predictions", () => {
    expect(epred(fit, fit.data).matrix()).toEqual(epred(fit).matrix());
    expect(logLik(fit, fit.data).values).toEqual(logLik(fit).values);
  });

  it("refuses what it cannot use, by name and row", () => {
    expect(() => predict(fit, [{ Days: 3 }])).toThrow(/no column "Subject"/);
    expect(() => predict(fit, [{ Subject: "308" }], { reFormula: "none" })).toThrow(/no column "Days"/);
    expect(() => predict(fit, [{ Days: 3, Subject: "999" }])).toThrow(/Subject is "999" in row 1/);
    expect(() =>
      predict(fit, [
        { Days: 1, Subject: "308" },
        { Days: null, Subject: "308" },
      ]),
    ).toThrow(/column "Days" has no value in row 2/);
    expect(() => logLik(fit, [{ Days: 3, Subject: "308" }])).toThrow(/no column "Reaction"/);
    expect(() => linpred(fit, undefined, { dpar: "sigma" })).toThrow(/"sigma" has no linear predictor/);
    expect(() => epred(fit, undefined, { dpar: "sgma" })).toThrow(/did you mean "sigma"/);
  });

  it("draws effects of new levels from the distribution of the groups", () => {
    const rows = Array.from({ length: 300 }, (_, i) => ({ Days: 0, Subject: `new ${i}` }));
    const population = linpred(fit, rows, { reFormula: "none" }).matrix();
    const matrix = linpred(fit, rows, { newLevels: "gaussian" }).matrix();
    const sds = draw("sd_Subject__Intercept");
    const z = matrix.map((value, k) => (value - population[k]!) / sds[Math.floor(k / 300)]!);
    // 300,000 independent standard normals.
    expect(Math.abs(mean(z))).toBeLessThan(4 / Math.sqrt(3e5));
    expect(Math.abs(sd(z) - 1)).toBeLessThan(4 / Math.sqrt(6e5));
    const one = linpred(fit, [rows[299]!], { newLevels: "gaussian" }).matrix();
    expect(one[17]).toBe(matrix[17 * 300 + 299]);
  });

  it("keeps the correlation of new levels' effects", () => {
    const rows = Array.from({ length: 200 }, (_, i) =>
      [0, 1].map((Days) => ({ Days, Subject: `new ${i}` })),
    ).flat();
    const population = linpred(fit, rows, { reFormula: "none" }).matrix();
    const matrix = linpred(fit, rows, { newLevels: "gaussian" }).matrix();
    const [a, b, rho] = ["sd_Subject__Intercept", "sd_Subject__Days", "cor_Subject__Intercept__Days"].map(
      draw,
    ) as [Float64Array, Float64Array, Float64Array];
    let excess = 0;
    for (let s = 0; s < total; s++) {
      for (let i = 0; i < 200; i++) {
        const at = s * 400 + 2 * i;
        const u = (matrix[at]! - population[at]!) / a[s]!;
        const v = (matrix[at + 1]! - population[at + 1]! - (matrix[at]! - population[at]!)) / b[s]!;
        excess += u * v - rho[s]!;
      }
    }
    // The product of two standard normals has variance 1 + rho² ≤ 2.
    expect(Math.abs(excess / (total * 200))).toBeLessThan(4 * Math.sqrt(2 / (total * 200)));
  });

  it("takes old levels' effects for new ones", () => {
    const old = new Set<number>();
    const population = linpred(fit, [{ Days: 0 }], { reFormula: "none" }).matrix();
    for (const name of fit.draws.names.filter((n) => /^r_Subject\[.*,Intercept\]$/.test(n)))
      old.add(draw(name)[4]!);
    for (const newLevels of ["uncertainty", "old_levels"] as const) {
      const value = linpred(fit, [{ Days: 0, Subject: "x" }], { newLevels }).matrix()[4]! - population[4]!;
      expect([...old].some((effect) => Math.abs(effect - value) < 1e-9)).toBe(true);
    }
  });
});
