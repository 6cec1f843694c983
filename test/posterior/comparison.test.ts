/** Model comparison of fits: against brms' own LOO, exact refits, and marginal likelihoods known in closed form. */
import { readFileSync } from "node:fs";
import {
  averagePredictions,
  bayesFactor,
  bayesR2,
  brm,
  type Fit,
  kfold,
  loo,
  looCompare,
  looR2,
  marginalLikelihood,
  modelWeights,
  posteriorProbabilities,
  powerScaling,
  predict,
  readCsv,
  refit,
  reloo,
  waic,
} from "nutmix";
import { beforeAll, describe, expect, it } from "vitest";
import { stream } from "../../src/random/streams.ts";
import { fitReference, referenceCase } from "../statistical/reference-posterior.ts";

const brms = JSON.parse(readFileSync("test/fixtures/loo/brms.json", "utf8")).cases;
const sleepstudy = readCsv(readFileSync("examples/sleepstudy/data.csv", "utf8"));

describe.each(["sleepstudy", "eight_schools", "cbpp", "inhaler", "kidney"])("%s", (name) => {
  it("has brms' elpd_loo, p_loo and WAIC", async () => {
    const fit = await fitReference(referenceCase(`brms-${name}`), 1500);
    const own = loo(fit);
    const reference = brms[name];
    // Monte Carlo error of ours (6,000 draws) and of the reference (20,000); k above the threshold makes it an understatement,
    // so that those observations are allowed half a unit each.
    const good = own.pointwise.mcse.map((value, i) => (own.pointwise.k[i]! > own.kThreshold ? 0 : value));
    const mcse = Math.hypot(...good);
    const tolerance = 4 * mcse * Math.sqrt(1 + 6 / 20) + 0.5 * own.bad.length;
    expect(Math.abs(own.elpd - reference.elpd)).toBeLessThan(tolerance);
    expect(Math.abs(own.pLoo - reference.pLoo)).toBeLessThan(tolerance);
    expect(Math.abs(own.se / reference.se - 1)).toBeLessThan(0.05);
    const pointwise = own.pointwise.elpd.map((value, i) => value - reference.pointwise[i]);
    // Ordinary observations one by one: k below a half on both sides.
    pointwise.forEach((difference, i) => {
      if (own.pointwise.k[i]! < 0.5 && reference.k[i] < 0.5)
        expect(Math.abs(difference)).toBeLessThan(6 * own.pointwise.mcse[i]! + 0.005);
    });
    const widely = waic(fit);
    expect(Math.abs(widely.elpd - reference.elpdWaic)).toBeLessThan(tolerance);
    expect(Math.abs(widely.pWaic - reference.pWaic)).toBeLessThan(tolerance);
  });
});

describe("observations with a high k", () => {
  // One outlier that its own effect alone explains.
  const rng = stream(6, 0, "outlier");
  const data = Array.from({ length: 30 }, (_, i) => ({
    x: rng.normal(),
    y: rng.normal() + (i === 7 ? 6 : 0),
  }));
  let fit: Fit;
  beforeAll(async () => {
    fit = await brm("y ~ x", data, { seed: 2, warmup: 400, draws: 4000, strategy: "explicit" });
  });

  it("moment matching and exact refits agree", async () => {
    const plain = loo(fit);
    expect(plain.bad).toContain(7);
    const matched = loo(fit, { momentMatch: true });
    const exact = await reloo(fit, { loo: plain });
    expect(exact.bad).toEqual([]);
    expect(matched.bad).toEqual([]);
    // Two refits with 800,000 draws each give −14.73 and −14.80; with 16,000 draws a refit of such an outlier is itself uncertain by
    // half a unit, because few of its draws reach there.
    expect(Math.abs(matched.pointwise.elpd[7]! + 14.77)).toBeLessThan(0.15);
    expect(Math.abs(exact.pointwise.elpd[7]! + 14.77)).toBeLessThan(0.8);
    expect(Math.abs(plain.pointwise.elpd[3]! - exact.pointwise.elpd[3]!)).toBe(0);
  });

  it("K-fold agrees with LOO within the error of using fewer rows", async () => {
    const folds = await kfold(fit, { folds: 5 });
    const plain = await reloo(fit);
    expect(Math.abs(folds.elpd - plain.elpd)).toBeLessThan(8);
    expect(folds.method).toBe("kfold");
    await expect(kfold(fit, { folds: 1 })).rejects.toThrow(/from 2 to .* 30; not 1/);
    await expect(kfold(fit, { by: "grouped" })).rejects.toThrow(/need a column of the model/);
  });
});

describe("grouped folds", () => {
  it("hold out whole levels, whose effects come from the group distribution", async () => {
    const fit = await brm("Reaction ~ Days + (1 | Subject)", sleepstudy, {
      seed: 1,
      warmup: 300,
      draws: 300,
    });
    const result = await kfold(fit, { folds: 6, by: "grouped", group: "Subject" });
    // Predicting unknown subjects is harder than unknown days of known ones.
    expect(result.elpd).toBeLessThan(loo(fit).elpd - 20);
    const part = await refit(
      fit,
      Int32Array.from({ length: 90 }, (_, i) => i),
    );
    expect(part.spec.design.nobs).toBe(90);
    expect(part.draws.names.filter((name) => name.startsWith("r_")).length).toBe(9);
  });
});

describe("comparison of fits", () => {
  it("prefers the model with slopes, and refuses other data", async () => {
    const options = { seed: 4, warmup: 400, draws: 500 };
    const slopes = await brm("Reaction ~ Days + (Days | Subject)", sleepstudy, options);
    const intercepts = await brm("Reaction ~ Days + (1 | Subject)", sleepstudy, options);
    const [best, second] = looCompare({ intercepts, slopes });
    expect(best!.name).toBe("slopes");
    // brms: −861.5 and −884.7, difference about 23 with standard error 11.
    expect(second!.elpdDifference).toBeLessThan(-15);
    expect(second!.elpdDifference).toBeGreaterThan(-32);
    const weights = modelWeights({ intercepts, slopes });
    expect(weights.slopes! + weights.intercepts!).toBeCloseTo(1, 10);
    expect(weights.slopes).toBeGreaterThan(0.7);
    expect(modelWeights({ intercepts, slopes }, "pseudobma").slopes).toBeGreaterThan(0.999);
    const averaged = averagePredictions({ intercepts, slopes }, { intercepts: 1, slopes: 3 }, undefined, {
      ndraws: 400,
    });
    const [a, b] = [averaged.matrix(), predict(intercepts, undefined, { ndraws: 100 }).matrix()];
    expect(averaged.draws).toBe(400);
    expect(a.subarray(0, 100 * 180)).toEqual(b);
    expect(() => averagePredictions({ intercepts, slopes }, { slopes: 1 })).toThrow(
      /"intercepts" has no weight/,
    );
    const other = await brm("Days ~ 1 + (1 | Subject)", sleepstudy, options);
    expect(() => looCompare({ slopes, other })).toThrow(/different responses/);
    const alone = loo(slopes) as unknown as Fit;
    expect(() => looCompare({ slopes, a: alone })).toThrow(
      /"a" is what loo\(\) returned: give the fit itself/,
    );
    expect(() => looCompare({ slopes, a: null as unknown as Fit })).toThrow(/"a" is no fit/);
    expect(() => looCompare({ slopes, a: { fit: slopes } as unknown as Fit })).toThrow(/"a" is no fit/);
    expect(() => modelWeights({ slopes, other })).toThrow(/same data/);
    // bayes_R2 of brms for this model: 0.795, interval 0.76 to 0.82.
    const r2 = bayesR2(slopes);
    expect(Math.abs(r2.estimate - 0.795)).toBeLessThan(0.01);
    expect(looR2(slopes).estimate).toBeLessThan(r2.estimate);
  });
});

describe("marginal likelihood", () => {
  const rng = stream(12, 0, "bridge");
  const data = Array.from({ length: 30 }, (_, i) => ({
    x: i / 15 - 1,
    y: 0.5 + 1.2 * (i / 15 - 1) + rng.normal(),
    g: `g${i % 6}`,
  }));

  it("of a normal model with known residual is the density of the data", async () => {
    // y ~ N(0, 1 + 4 · 1 1' + 9 x x') with sigma fixed at 1; the intercept's prior is on the centre, x is centred already but for its mean.
    const fit = await brm("y ~ 0 + Intercept + x", data, {
      seed: 3,
      priors: [
        "normal(0, 2), class=b, coef=Intercept",
        "normal(0, 3), class=b, coef=x",
        "constant(1), class=sigma",
      ],
    });
    const { logMarginalLikelihood, error } = marginalLikelihood(fit);
    expect(Math.abs(logMarginalLikelihood - exactLog(data))).toBeLessThan(4 * error + 1e-3);
    expect(error).toBeLessThan(0.05);
  });

  it("is the same with effects integrated out and sampled, and with more parameters still", async () => {
    const priors = [
      "normal(0, 2), class=b",
      "normal(0, 2), class=Intercept",
      "normal(0, 1), class=sd",
      "normal(0, 1), class=sigma",
    ];
    const options = { seed: 5, priors, draws: 2000 };
    const collapsed = await brm("y ~ x + (1 | g)", data, { ...options, strategy: "collapsed" });
    const explicit = await brm("y ~ x + (1 | g)", data, { ...options, strategy: "explicit" });
    const a = marginalLikelihood(collapsed);
    const b = marginalLikelihood(explicit);
    expect(Math.abs(a.logMarginalLikelihood - b.logMarginalLikelihood)).toBeLessThan(
      4 * Math.hypot(a.error, b.error) + 0.01,
    );
    expect(a.error).toBeLessThan(b.error);
    expect(bayesFactor(a, a)).toMatchObject({ bayesFactor: 1, log: 0 });
    expect(posteriorProbabilities([a, a])).toEqual([0.5, 0.5]);
  });

  it("is refused under flat priors", async () => {
    const fit = await brm("y ~ x", data, { warmup: 100, draws: 50 });
    expect(() => marginalLikelihood(fit)).toThrow(/flat are: b x/);
  });
});

/** log N(y; 0, I + X diag(4, 9) X') through the 2 × 2 system of Woodbury's identity. */
function exactLog(data: readonly { x: number; y: number }[]): number {
  const m = [
    [1 / 4, 0],
    [0, 1 / 9],
  ];
  const v = [0, 0];
  let yy = 0;
  for (const { x, y } of data) {
    const row = [1, x];
    for (let i = 0; i < 2; i++) {
      v[i]! += row[i]! * y;
      for (let j = 0; j < 2; j++) m[i]![j]! += row[i]! * row[j]!;
    }
    yy += y * y;
  }
  const determinant = m[0]![0]! * m[1]![1]! - m[0]![1]! * m[1]![0]!;
  const quadratic =
    (m[1]![1]! * v[0]! ** 2 - 2 * m[0]![1]! * v[0]! * v[1]! + m[0]![0]! * v[1]! ** 2) / determinant;
  return -0.5 * (data.length * Math.log(2 * Math.PI) + Math.log(determinant * 4 * 9) + yy - quadratic);
}

describe("power-scaling", () => {
  it("sees a prior in conflict with the data, and none where it is weak", async () => {
    const rng = stream(2, 0, "sensitivity");
    const data = Array.from({ length: 40 }, () => ({ y: 8 + rng.normal() }));
    const model = "y ~ 0 + Intercept";
    const options = { seed: 1, draws: 1000 };
    const weak = await brm(model, data, { ...options, priors: ["normal(0, 50), class=b"] });
    const strong = await brm(model, data, { ...options, priors: ["normal(0, 0.3), class=b"] });
    const of = (fit: Fit) => powerScaling(fit, { parameters: "b_Intercept" })[0]!;
    expect(of(weak)).toMatchObject({ name: "b_Intercept", diagnosis: "-" });
    expect(of(weak).likelihood).toBeGreaterThan(0.05);
    expect(of(strong)).toMatchObject({ diagnosis: "prior-data conflict" });
    expect(of(strong).prior).toBeGreaterThan(5 * of(weak).prior);
  });
});
