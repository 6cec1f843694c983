/** That a new term takes one file (`step-term.ts`) and one line: everything else follows from what it declares. */
import { beforeAll, describe, expect, it } from "vitest";
import {
  brm,
  conditionalEffects,
  type Fit,
  fitDocument,
  linpred,
  lmm,
  loadFit,
  logLik,
  loo,
  predict,
  priorTable,
  saveFit,
  summary,
} from "../../src/index.ts";
import { modelInWords } from "../../src/report/describe-model.ts";
import { termKinds } from "../../src/terms/index.ts";
import { step } from "./step-term.ts";

Object.assign(termKinds, { step });

const n = 80;
const x = Array.from({ length: n }, (_, i) => i / (n - 1));
const heights = [1, 3, 2, 5];
const data = {
  x,
  z: x.map((_, i) => Math.cos(3 * i)),
  g: x.map((_, i) => `g${i % 5}`),
  y: x.map((at, i) => heights[Math.min(3, Math.floor(4 * at))]! + (i % 5) / 5 + 0.3 * Math.sin(17 * i)),
};
const brief = { chains: 2, warmup: 300, draws: 200, seed: 1, createWorker: "none" } as const;

describe("a made-up term", () => {
  let fit: Fit;
  beforeAll(async () => {
    fit = await brm("y ~ z + step(x) + (1 | g)", data, { ...brief, strategy: "explicit" });
  });

  it("is reported in brms' order", () => {
    expect(fit.draws.names).toEqual([
      "b_Intercept",
      "b_z",
      "sd_g__Intercept",
      "sds_stepx",
      "sigma",
      ...[0, 1, 2, 3, 4].map((level) => `r_g[g${level},Intercept]`),
      ...[1, 2, 3, 4].map((k) => `s_stepx[${k}]`),
    ]);
  });

  it("has a prior, with the default of its class", () => {
    const [own] = priorTable(fit.priors).filter((row) => row.class === "sds");
    expect(own).toMatchObject({ coef: "stepx", prior: "student_t(3, 0, 2.5)", lb: 0 });
  });

  it("is predicted for old and new rows", () => {
    const eta = linpred(fit).matrix();
    expect(linpred(fit, data).matrix()).toEqual(eta);
    const rows = linpred(fit, { x: [0.1, 0.4, 0.6, 0.9], z: [0, 0, 0, 0] }, { reFormula: "none" }).summary();
    rows.forEach(({ estimate }, k) => {
      // The steps, and 0.4 of the groups on average; the coefficients have an error of about 0.3/√20 and the groups' mean.
      expect(Math.abs(estimate - heights[k]! - 0.4)).toBeLessThan(0.5);
    });
    expect(() => predict(fit, { x: [2], z: [0], g: ["g1"] }).summary()).toThrow(/row 1 is 2/);
  });

  it("stands in the summary", () => {
    const text = summary(fit).print();
    expect(text).toMatch(/Smoothing Spline Hyperparameters:[\s\S]*sds\(stepx\)/);
    expect(text.slice(0, text.indexOf("The draws come from"))).not.toContain("s_stepx");
    expect(modelInWords(fit.spec)[0]).toContain("step(x)");
  });

  it("has conditional effects", () => {
    const [, effect] = conditionalEffects(fit);
    expect(effect!.variables).toEqual(["x"]);
    const at = (x: number) =>
      effect!.rows.reduce((a, b) => (Math.abs(Number(b.x) - x) < Math.abs(Number(a.x) - x) ? b : a)).estimate;
    expect(at(0.9) - at(0.1)).toBeGreaterThan(3);
  });

  it("is saved and loaded", () => {
    const { draws, spec } = fit;
    const saved = saveFit(fit, fitDocument(fit, summary(fit).rows, []));
    const loaded = loadFit((name) => saved.get(name));
    expect(loaded.draws.values).toEqual(draws.values);
    expect(loaded.spec).toEqual(spec);
    expect(linpred(loaded, data).matrix()).toEqual(linpred(fit, data).matrix());
  });

  it("is integrated out of a Gaussian model unless that is refused, with the same posterior", async () => {
    const other = await brm("y ~ z + step(x) + (1 | g)", data, brief);
    expect(other.spec.strategy).toBe("collapsed");
    expect(other.draws.names).toEqual(fit.draws.names);
    const [a, b] = [fit, other].map(
      (own) => linpred(own, { x: [0.9], z: [0] }, { reFormula: "none" }).summary()[0]!,
    );
    // Both have about 200 effective draws: five standard errors of their difference.
    expect(Math.abs(a!.estimate - b!.estimate)).toBeLessThan(5 * a!.error * Math.sqrt(2 / 100));
  });

  it("is a term of lmm()", () => {
    const own = lmm("y ~ z + step(x) + (1 | g)", data);
    expect(own.sigma).toBeLessThan(0.5);
  });

  it("has log-likelihoods and LOO", () => {
    const { values } = logLik(fit);
    expect(values.every(Number.isFinite)).toBe(true);
    // Four steps, five groups, an intercept, a slope and sigma: eleven parameters that the data know well, some shrunken.
    const { pLoo } = loo(fit);
    expect(pLoo).toBeGreaterThan(5);
    expect(pLoo).toBeLessThan(14);
  });
});
