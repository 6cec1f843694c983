/** Questions to a posterior, checked against their definitions on its draws, and against R where R has an answer. */
import { readFileSync } from "node:fs";
import {
  brm,
  coef,
  conditionalEffects,
  epred,
  estimatedMeans,
  type Fit,
  fixef,
  hypothesis,
  intervals,
  linpred,
  lmm,
  marginalEffects,
  predict,
  ranef,
  readCsv,
  residuals,
  varCorr,
  varianceExplained,
  variancePartition,
} from "nutmix";
import { beforeAll, describe, expect, it } from "vitest";
import { chainSeries } from "../../src/draws/draws.ts";
import { mean, sd } from "../../src/numeric/moments.ts";
import { stream } from "../../src/random/streams.ts";

const sleepstudy = readCsv(readFileSync("examples/sleepstudy/data.csv", "utf8"));
const drawsOf = (fit: Fit, name: string): Float64Array =>
  chainSeries(fit.draws, fit.draws.names.indexOf(name)).values;

let sleep: Fit;
let counts: Fit;
let ordinal: Fit;
const rng = stream(1, 0, "questions");
const rows = Array.from({ length: 160 }, (_, i) => ({
  x: rng.normal(),
  f: "abc"[i % 3]!,
  g: `g${i % 8}`,
  n: rng.integer(6),
  k: 1 + rng.integer(3),
}));
beforeAll(async () => {
  sleep = await brm("Reaction ~ Days + (Days | Subject)", sleepstudy, { seed: 8, warmup: 400, draws: 1000 });
  const short = { seed: 2, warmup: 200, draws: 150 };
  counts = await brm("n ~ x * f + (1 | g)", rows, { ...short, family: "poisson" });
  ordinal = await brm("k ~ x + f", rows, { ...short, family: "cumulative" });
});

describe("hypothesis", () => {
  it("counts draws on each side", () => {
    const [row] = hypothesis(sleep, "Days > 9");
    const values = drawsOf(sleep, "b_Days");
    const holding = values.filter((value) => value > 9).length;
    expect(row!.probability).toBe(holding / values.length);
    expect(row!.evidenceRatio).toBe(holding / (values.length - holding));
    expect(row!.estimate).toBeCloseTo(mean(values) - 9, 10);
    // One-sided: 5 % below, not 2.5 %.
    const sorted = values.slice().sort();
    expect(row!.lower + 9).toBeGreaterThan(sorted[Math.floor(0.045 * sorted.length)]!);
    expect(row!.lower + 9).toBeLessThan(sorted[Math.ceil(0.055 * sorted.length)]!);
  });

  it("reads any expression, short names and names with brackets", () => {
    const [ratio] = hypothesis(sleep, "sd_Subject__Days^2 / (sd_Subject__Days^2 + sigma^2) < 0.2");
    const a = drawsOf(sleep, "sd_Subject__Days");
    const s = drawsOf(sleep, "sigma");
    const share = a.filter((value, i) => value ** 2 / (value ** 2 + s[i]! ** 2) < 0.2).length / a.length;
    expect(ratio!.probability).toBe(share);
    const [level] = hypothesis(sleep, "r_Subject[308,Days] + b_Days > exp(0)");
    expect(level!.estimate).toBeCloseTo(
      mean(drawsOf(sleep, "r_Subject[308,Days]")) + mean(drawsOf(sleep, "b_Days")) - 1,
      10,
    );
    const [interaction] = hypothesis(counts, "x:fb = x:fc");
    expect(interaction!.estimate).toBeCloseTo(
      mean(drawsOf(counts, "b_x:fb")) - mean(drawsOf(counts, "b_x:fc")),
      10,
    );
    const [byClass] = hypothesis(sleep, "Days < Intercept", { class: "sd", group: "Subject" });
    expect(byClass!.estimate).toBeCloseTo(mean(a) - mean(drawsOf(sleep, "sd_Subject__Intercept")), 10);
  });

  it("asks about every level", () => {
    const effects = hypothesis(sleep, "Days > 0", { scope: "ranef" });
    expect(effects.map(({ level }) => level)).toHaveLength(18);
    const coefficients = hypothesis(sleep, "Days > 10", { scope: "coef", group: "Subject" });
    const own = drawsOf(sleep, "r_Subject[335,Days]").map((value, i) => value + drawsOf(sleep, "b_Days")[i]!);
    expect(coefficients.find(({ level }) => level === "335")!.probability).toBe(
      own.filter((value) => value > 10).length / own.length,
    );
    expect(() => hypothesis(counts, "x > 0", { scope: "ranef", group: "h" })).toThrow(/there are g/);
  });

  it("gives Savage and Dickey's ratio of a conjugate model", async () => {
    // y_i ~ N(mu, 1), mu ~ N(0, 2): posterior N(n ȳ / (n + 1/4), 1 / (n + 1/4)).
    const data = Array.from({ length: 12 }, () => ({ y: 0.4 + rng.normal() }));
    const fit = await brm("y ~ 0 + Intercept", data, {
      seed: 3,
      draws: 4000,
      priors: ["normal(0, 2), class=b", "constant(1), class=sigma"],
    });
    const precision = 12 + 0.25;
    const centre = data.reduce((sum, { y }) => sum + y, 0) / precision;
    const normal = (x: number, m: number, v: number) =>
      Math.exp((-0.5 * (x - m) ** 2) / v) / Math.sqrt(2 * Math.PI * v);
    const exact = normal(0, centre, 1 / precision) / normal(0, 0, 4);
    const [row] = hypothesis(fit, "Intercept = 0");
    // Kernel densities of 16,000 draws: a few per cent of bias and of Monte Carlo error each.
    expect(Math.abs(row!.evidenceRatio / exact - 1)).toBeLessThan(0.15);
    const [flat] = hypothesis(sleep, "Days = 10");
    expect(flat!.evidenceRatio).toBeNaN();
  });

  it("explains what it cannot read", () => {
    expect(() => hypothesis(sleep, "Days")).toThrow(/one of =, < and >/);
    expect(() => hypothesis(sleep, "Day > 1")).toThrow(/no parameter "Day"; did you mean "Days"/);
    expect(() => hypothesis(sleep, "sinh(Days) > 1")).toThrow(/no function sinh/);
    expect(() => hypothesis(sleep, "Days > 1", { alpha: 2 })).toThrow(/alpha must be a number/);
    expect(() => hypothesis(sleep, "Days > constructor")).toThrow(/no parameter "constructor"/);
  });
});

describe("coefficients", () => {
  it("are means of draws; coef = fixef + ranef", () => {
    const population = fixef(sleep);
    expect(population.map(({ name }) => name)).toEqual(["Intercept", "Days"]);
    expect(population[1]!.estimate).toBeCloseTo(mean(drawsOf(sleep, "b_Days")), 10);
    const effect = ranef(sleep).find(({ level, coefficient }) => level === "310" && coefficient === "Days")!;
    const total = coef(sleep).find(({ level, coefficient }) => level === "310" && coefficient === "Days")!;
    expect(total.estimate).toBeCloseTo(population[1]!.estimate + effect.estimate, 10);
    expect(effect.error).toBeCloseTo(sd(drawsOf(sleep, "r_Subject[310,Days]")), 10);
  });

  it("variance components and their covariances", () => {
    const [subject, residual] = varCorr(sleep);
    const a = drawsOf(sleep, "sd_Subject__Intercept");
    const b = drawsOf(sleep, "sd_Subject__Days");
    const rho = drawsOf(sleep, "cor_Subject__Intercept__Days");
    expect(subject!.sd.map(({ name }) => name)).toEqual(["Intercept", "Days"]);
    expect(subject!.cov.find((own) => own.a === "Intercept" && own.b === "Days")!.estimate).toBeCloseTo(
      mean(rho.map((value, s) => value * a[s]! * b[s]!)),
      8,
    );
    expect(residual).toMatchObject({ group: "residual__" });
  });

  it("the variance partition agrees with that of the REML fit", () => {
    const { icc, r2 } = variancePartition(sleep);
    const frequentist = varianceExplained(lmm("Reaction ~ Days + (Days | Subject)", sleepstudy));
    const named = (list: typeof icc, name: string) => list.find((own) => own.name === name)!;
    // Posterior means against REML estimates: they differ by a fraction of the posterior's own spread.
    const adjusted = named(icc, "adjusted");
    expect(Math.abs(adjusted.estimate - frequentist.icc.adjusted)).toBeLessThan(adjusted.error);
    const marginal = named(r2, "marginal");
    expect(Math.abs(marginal.estimate - frequentist.r2.marginal)).toBeLessThan(marginal.error);
    expect(() => variancePartition(counts)).toThrow(/bayesR2\(\) works for every family/);
  });
});

describe("intervals", () => {
  it("highest density is narrower than equal tails where the posterior is skewed", () => {
    const [equal] = intervals(sleep, { parameters: "sd_Subject__Intercept" });
    const [highest] = intervals(sleep, { parameters: "sd_Subject__Intercept", method: "hdi" });
    expect(highest!.upper - highest!.lower).toBeLessThan(equal!.upper - equal!.lower);
    const values = drawsOf(sleep, "sd_Subject__Intercept");
    const inside =
      values.filter((value) => value >= highest!.lower && value <= highest!.upper).length / values.length;
    expect(Math.abs(inside - 0.95)).toBeLessThan(0.002);
  });

  it("probability of direction and region of practical equivalence count draws", () => {
    const [days] = intervals(sleep, { parameters: "b_Days", rope: [8, 10] });
    const values = drawsOf(sleep, "b_Days");
    expect(days!.direction).toBe(values.filter((value) => value > 0).length / values.length);
    expect(days!.rope).toBe(values.filter((value) => value >= 8 && value <= 10).length / values.length);
    expect(() => intervals(sleep, { probability: 1 })).toThrow(/strictly between 0 and 1/);
    expect(() => intervals(sleep, { rope: [1, 0] })).toThrow(/lower < upper/);
  });
});

describe("conditional effects", () => {
  it("are the linear predictor of the population level along a predictor", () => {
    const [effect] = conditionalEffects(sleep, { robust: false, resolution: 10 });
    expect(effect).toMatchObject({ variables: ["Days"], response: "Reaction", kind: "numeric" });
    expect(effect!.rows).toHaveLength(10);
    const at = effect!.rows[9]!;
    const line = drawsOf(sleep, "b_Intercept").map((value, s) => value + 9 * drawsOf(sleep, "b_Days")[s]!);
    expect(at.x).toBe(9);
    expect(at.estimate).toBeCloseTo(mean(line), 8);
    expect(effect!.points).toHaveLength(180);
  });

  it("cover every predictor and every pair that interacts, others at mean or first level", () => {
    const effects = conditionalEffects(counts, { spaghetti: 3 });
    expect(effects.map(({ variables }) => variables.join(":"))).toEqual(["x", "f", "x:f"]);
    const byLevel = effects[1]!;
    expect(byLevel.kind).toBe("factor");
    expect(byLevel.rows.map(({ x }) => x)).toEqual(["a", "b", "c"]);
    const x = mean(rows.map((row) => row.x));
    const rate = drawsOf(counts, "b_Intercept").map((value, s) =>
      Math.exp(value + x * drawsOf(counts, "b_x")[s]!),
    );
    const sorted = rate.sort();
    expect(byLevel.rows[0]!.estimate).toBeCloseTo((sorted[299]! + sorted[300]!) / 2, 8);
    expect(new Set(effects[2]!.rows.map(({ by }) => by))).toEqual(new Set(["a", "b", "c"]));
    expect(new Set(effects[0]!.spaghetti.map(({ draw }) => draw)).size).toBe(3);
    const held = conditionalEffects(counts, { effects: ["x"], conditions: [{ f: "b" }, { f: "c" }] });
    expect(new Set(held[0]!.rows.map(({ condition }) => condition))).toEqual(new Set(["f = b", "f = c"]));
  });

  it("of an ordinal response are probabilities that sum to 1", () => {
    const [, effect] = conditionalEffects(ordinal, { robust: false });
    for (const level of ["a", "b", "c"]) {
      const own = effect!.rows.filter(({ x }) => x === level);
      expect(own.map(({ category }) => category)).toEqual(["1", "2", "3"]);
      expect(own.reduce((sum, { estimate }) => sum + estimate, 0)).toBeCloseTo(1, 10);
    }
  });

  it("refuse what is not there", () => {
    expect(() => conditionalEffects(sleep, { effects: ["Day"] })).toThrow(/did you mean "Days"/);
    expect(conditionalEffects(counts, { effects: "x:f" })).toEqual(
      conditionalEffects(counts, { effects: ["x:f"] }),
    );
    expect(() => conditionalEffects(sleep, { effects: [3 as unknown as string] })).toThrow(
      /effects must be a text or a list of texts/,
    );
    expect(() => conditionalEffects(counts, { effects: ["x:f:g"] })).toThrow(/one or two predictors/);
    expect(() => conditionalEffects(counts, { effects: ["x"], conditions: { f: "z" } })).toThrow(
      /no level "z"/,
    );
  });
});

describe("marginal effects and estimated means", () => {
  it("average predictions over the rows", () => {
    const { means, contrasts } = marginalEffects(counts, "f");
    const all = epred(
      counts,
      rows.map((row) => ({ ...row, f: "b" })),
    ).matrix();
    expect(means.find(({ level }) => level === "b")!.estimate).toBeCloseTo(mean(all), 8);
    expect(contrasts.map(({ contrast }) => contrast)).toEqual(["b - a", "c - a", "c - b"]);
    const slope = marginalEffects(sleep, "Days").contrasts.at(-1)!;
    expect(slope.contrast).toBe("slope of Days");
    // In a linear model the average slope is the coefficient plus the mean of the effects over rows.
    const effects = Array.from({ length: 18 }, (_, l) =>
      drawsOf(sleep, sleep.draws.names.filter((n) => /^r_Subject\[.*,Days\]$/.test(n))[l]!),
    );
    const expected = mean(drawsOf(sleep, "b_Days")) + mean(effects.map((own) => mean(own)));
    expect(slope.estimate).toBeCloseTo(expected, 5);
  });

  it("estimated means hold covariates at their means", () => {
    const { means } = estimatedMeans(counts, "f", { scale: "link" });
    const x = mean(rows.map((row) => row.x));
    const a = drawsOf(counts, "b_Intercept").map((value, s) => value + x * drawsOf(counts, "b_x")[s]!);
    expect(means[0]!.estimate).toBeCloseTo(mean(a), 8);
    expect(() => estimatedMeans(counts, "g")).toThrow(/not a predictor of the population level/);
  });
});

describe("predictions of other families", () => {
  it("ordinal: probabilities, category draws, and no residuals", () => {
    const probabilities = epred(ordinal);
    expect(probabilities.categories).toEqual(["1", "2", "3"]);
    const matrix = probabilities.matrix();
    for (let at = 0; at < 300; at += 3)
      expect(matrix[at]! + matrix[at + 1]! + matrix[at + 2]!).toBeCloseTo(1, 12);
    const shares = predict(ordinal).summary();
    expect(shares.slice(0, 3).reduce((sum, { estimate }) => sum + estimate, 0)).toBeCloseTo(1, 12);
    // Shares of 600 draws against mean probabilities: binomial error 0.02.
    const expected = mean(Float64Array.from({ length: 600 }, (_, s) => matrix[s * 480]!));
    expect(Math.abs(shares[0]!.estimate - expected)).toBeLessThan(0.09);
    expect(() => residuals(ordinal)).toThrow(/not defined/);
  });

  it("binomial: trials from new data, and an error without them", async () => {
    const data = rows.map(({ x, n }) => ({ x, n, size: 8 }));
    const fit = await brm("n | trials(size) ~ x", data, {
      seed: 1,
      warmup: 150,
      draws: 50,
      family: "binomial",
    });
    const p = linpred(fit, [{ x: 0, size: 20 }])
      .matrix()
      .map((eta) => 1 / (1 + Math.exp(-eta)));
    const expected = epred(fit, [{ x: 0, size: 20 }]).matrix();
    expected.forEach((value, s) => expect(value).toBeCloseTo(20 * p[s]!, 10));
    expect(() => predict(fit, [{ x: 0 }])).toThrow(/no column "size"/);
  });

  it("distributional: sigma by rows, and its own scale", async () => {
    const data = rows.map(({ x, f }) => ({ x, f, y: x + rng.normal() }));
    const fit = await brm("y ~ x; sigma ~ f", data, { seed: 1, warmup: 150, draws: 50 });
    const eta = linpred(fit, undefined, { dpar: "sigma" }).matrix();
    const sigma = epred(fit, undefined, { dpar: "sigma" }).matrix();
    expect(sigma[77]).toBeCloseTo(Math.exp(eta[77]!), 12);
  });
});
