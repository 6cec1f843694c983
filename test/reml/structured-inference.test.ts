/**
 * What follows from a fit keeps its residual structure. Reference values: nlme 3.1 (`anova`, `lme` refits by hand), lmerTest for the
 * random-intercept model that compound symmetry repeats; profile likelihoods by refitting with the coefficient held (nlme, offset).
 */
import {
  bootstrap,
  coefficientTable,
  compareFits,
  inference,
  influence,
  lmm,
  profileIntervals,
  ranova,
} from "nutmix";
import { describe, expect, it } from "vitest";
import { stream } from "../../src/random/streams.ts";
import { simulateResponse } from "../../src/reml/simulate.ts";
import { referenceData } from "./reference-fit.ts";

const data = referenceData("Orthodont");
const options = { variance: "ident(Sex)" };
const fit = lmm("distance ~ age * Sex + (1 | Subject)", data, options);

describe("after a fit with a residual structure", () => {
  it("likelihood-ratio tests keep it when they refit with ML", () => {
    const smaller = lmm("distance ~ age + Sex + (1 | Subject)", data, options);
    const [first, second] = compareFits(fit, smaller).rows;
    expect([first!.df, second!.df]).toEqual([6, 7]);
    expect(second!.chisq).toBeCloseTo(7.849, 3);
  });

  it("ranova leaves out the term alone", () => {
    const [row] = ranova(fit);
    expect(row!.chisq).toBeCloseTo(68.105, 3);
    expect(row!.chisqDf).toBe(1);
  });

  it("profile intervals move its parameters along", async () => {
    const [age] = await profileIntervals(fit, { parameters: ["age:SexFemale"] });
    expect(age!.lower).toBeCloseTo(-0.515, 3);
    expect(age!.upper).toBeCloseTo(-0.095, 3);
    const [sd, sigma] = await profileIntervals(fit, { parameters: ["sd_(Intercept)|Subject", "sigma"] });
    // No value inside the interval may have a lower likelihood than one outside: checked by fits with σ's ratio free.
    for (const { lower, estimate, upper } of [sd!, sigma!]) {
      expect(lower).toBeLessThan(estimate);
      expect(upper).toBeGreaterThan(estimate);
    }
  });

  it("influence leaves rows out of it", async () => {
    const rows = await influence(fit, { by: "Subject" });
    expect(rows.find(({ deleted }) => deleted === "M10")!.sigma).toBeCloseTo(1.702, 3);
  });

  it("Satterthwaite counts its parameters: compound symmetry is the random intercept", () => {
    const same = lmm("distance ~ age * Sex", data, { correlation: "cs(Subject)" });
    const other = lmm("distance ~ age * Sex + (1 | Subject)", data);
    expect(same.logLik).toBeCloseTo(other.logLik, 8);
    const [own, theirs] = [same, other].map((one) => coefficientTable(inference(one)).map(({ df }) => df));
    own!.forEach((df, j) => expect(df).toBeCloseTo(theirs![j]!, 4));
    expect(own![1]).toBeCloseTo(79, 4);
  });

  it("Kenward–Roger is refused", () => {
    expect(() => inference(fit, "kenward-roger")).toThrow(/residual structure.*satterthwaite/);
  });

  it("simulated responses have its covariance", () => {
    const grid = Array.from({ length: 40 }, (_, i) => ({ g: `g${i >> 2}`, t: i % 4, y: Math.sin(i * 12.9) }));
    const autoregressive = lmm("y ~ 1", grid, { correlation: "ar(t, g)", variance: "exp(t)" });
    const { free, data: structure } = autoregressive.residual!;
    const [phi, rate] = autoregressive.residual!.parameters.map(({ value }) => value);
    expect([free.length, structure.rows]).toEqual([2, 40]);
    const replicates = 2000;
    const sums = new Float64Array(16);
    for (let r = 0; r < replicates; r++) {
      const y = simulateResponse(autoregressive, stream(3, r, "bootstrap"));
      for (let g = 0; g < 10; g++) {
        for (let a = 0; a < 4; a++) {
          for (let b = 0; b < 4; b++) {
            const mean = autoregressive.fixed.estimates[0]!;
            sums[a * 4 + b]! += (y[g * 4 + a]! - mean) * (y[g * 4 + b]! - mean);
          }
        }
      }
    }
    for (let a = 0; a < 4; a++) {
      for (let b = 0; b < 4; b++) {
        const expected = autoregressive.sigma ** 2 * Math.exp(rate! * (a + b)) * phi! ** Math.abs(a - b);
        const scale = autoregressive.sigma ** 2 * Math.exp(rate! * (a + b));
        // Five standard errors of a product of two normal variates.
        const tolerance = (5 * scale * Math.sqrt(2)) / Math.sqrt(replicates * 10);
        expect(Math.abs(sums[a * 4 + b]! / (replicates * 10) - expected)).toBeLessThan(tolerance);
      }
    }
  });

  it("the bootstrap refits with it", async () => {
    const { intervals } = await bootstrap(fit, { replicates: 20, createWorker: "none" });
    expect(intervals.every(({ se }) => se > 0)).toBe(true);
  });
});
