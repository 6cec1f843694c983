/**
 * Generalised additive mixed models by REML and ML against mgcv 1.8-41's gam(), random effects there as s(g, bs = "re"). mgcv stops
 * its search at a gradient of 1e-6 or so, so that estimates agree to five digits and criteria to nine.
 */
import { readFileSync } from "node:fs";
import { emmeans, glmm, type LmmFit, lmm, printMixedModel, readCsv } from "nutmix";
import { describe, expect, it } from "vitest";

interface Reference {
  readonly formula: string;
  readonly data: string;
  readonly method: "REML" | "ML";
  readonly reml_score: number;
  readonly scale: number;
  readonly labels?: readonly string[];
  readonly edf: readonly number[];
  readonly sp: readonly number[];
  /** Of the first rows. */
  readonly fitted: readonly number[];
}

const read = (file: string) =>
  readFileSync(new URL(`../fixtures/reml/smooths/${file}`, import.meta.url), "utf8");
const cases = JSON.parse(read("gam.json")) as Record<string, Reference>;

function fitOf({ formula, data, method }: Reference): LmmFit {
  const columnTypes = data === "sleepstudy" ? { Subject: "factor" as const } : {};
  return lmm(formula, readCsv(read(`${data}.csv`), { columnTypes }), { reml: method === "REML" });
}

describe.each(Object.entries(cases))("%s", (_, reference) => {
  it(`is mgcv's: ${reference.formula}`, () => {
    const fit = fitOf(reference);
    expect(fit.criterion / 2).toBeCloseTo(reference.reml_score, 5);
    expect(fit.sigma ** 2 / reference.scale).toBeCloseTo(1, 5);
    expect(fit.smooths.length).toBe(reference.edf.length);
    if (reference.labels !== undefined)
      expect(fit.smooths.map(({ label }) => label)).toEqual(reference.labels);
    fit.smooths.forEach(({ edf }, j) => {
      expect(edf).toBeCloseTo(reference.edf[j]!, 4);
    });
    const size = Math.max(...reference.fitted.map(Math.abs));
    reference.fitted.forEach((value, i) => {
      expect(Math.abs(fit.fitted[i]! - value) / size).toBeLessThan(1e-5);
    });
  });
});

it("has mgcv's smoothing parameters", () => {
  const { sp } = fitOf(cases.gam_mcycle_tp!).smooths[0]!;
  expect(sp[0]! / cases.gam_mcycle_tp!.sp[0]!).toBeCloseTo(1, 6);
});

/** The construction of gamm4 with lme4 1.1-31: Laplace's approximation, maximised over coefficients and standard deviations. */
interface GlmReference {
  readonly formula: string;
  readonly logLik: number;
  readonly fitted: readonly number[];
}

describe.each(Object.entries(JSON.parse(read("glm.json")) as Record<string, GlmReference>))(
  "glmm() of family %s",
  (family, reference) => {
    it(`is gamm4's: ${reference.formula}`, () => {
      const fit = glmm(reference.formula, readCsv(read("simulated.csv")), { family });
      expect(fit.logLik).toBeCloseTo(reference.logLik, 4);
      reference.fitted.forEach((value, i) => {
        expect(fit.fitted[i]! / value).toBeCloseTo(1, 3);
      });
    });
  },
);

it("prints smooths beside group-level effects", () => {
  const text = printMixedModel(fitOf(cases.random!));
  expect(text).toContain("Smooths:");
  expect(text).toMatch(/s\(x\) +\d\.\d{3}/);
  expect(text).toContain("groups: g, 12");
});

it("refuses what is no sum of columns, and means that do not know smooths", () => {
  const data = readCsv(read("simulated.csv"));
  expect(() => lmm("y ~ gp(x, k = 5)", data)).toThrow(
    /gp\(x, k = 5\) is not part of lmm\(\) and glmm\(\); brm\(\) takes it/,
  );
  expect(() => emmeans(lmm("y ~ f + s(x)", data), "f")).toThrow(/do not know s\(x\) yet/);
});
