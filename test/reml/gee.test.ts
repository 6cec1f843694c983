/** Estimating equations against geepack (test/fixtures/gee/reference.R). */
import { readFileSync } from "node:fs";
import {
  bootstrapTest,
  coefficientTable,
  gee,
  lmm,
  normalInference,
  pool,
  readCsv,
  robustInference,
} from "nutmix";
import { describe, expect, it } from "vitest";
import { referenceData } from "./reference-fit.ts";

interface Reference {
  readonly data: string;
  readonly formula: string;
  readonly groups: string;
  readonly time: string | null | Record<string, never>;
  readonly family: string;
  readonly link: string;
  readonly correlation: "independence" | "exchangeable" | "ar1" | "unstructured";
  readonly beta: readonly number[];
  readonly se: readonly number[];
  readonly naive: readonly number[];
  readonly alpha: readonly number[] | number;
  readonly scale: number;
}
const folder = "test/fixtures/gee";
const references: readonly Reference[] = JSON.parse(readFileSync(`${folder}/reference.json`, "utf8"));
/** Times where geepack takes rows as they come. */
const times: Record<string, string> = { ohio: "age", respiratory: "visit" };

describe.each(
  references.map((one) => [`${one.data} ${one.family} ${one.link} ${one.correlation}`, one] as const),
)("%s", (_name, reference) => {
  const time = typeof reference.time === "string" ? reference.time : times[reference.data];
  const fit = gee(reference.formula, readCsv(readFileSync(`${folder}/${reference.data}.csv`, "utf8")), {
    family: reference.family === "binomial" ? "bernoulli" : reference.family,
    link: reference.link,
    groups: reference.groups,
    correlation: reference.correlation,
    ...(time !== undefined && { time }),
  });
  const p = reference.beta.length;
  const close = (own: number, theirs: number, scale: number): void =>
    expect(Math.abs(own - theirs)).toBeLessThan(1e-6 * Math.max(1e-3, Math.abs(scale)));

  it("agrees in coefficients, both covariances, correlation and scale", () => {
    expect(fit.converged).toBe(true);
    reference.beta.forEach((beta, j) => {
      close(fit.fixed.estimates[j]!, beta, reference.se[j]!);
      close(Math.sqrt(fit.fixed.covariance[j * (p + 1)]!), reference.se[j]!, reference.se[j]!);
      close(Math.sqrt(fit.naiveCovariance[j * (p + 1)]!), reference.naive[j]!, reference.naive[j]!);
    });
    [reference.alpha].flat().forEach((alpha, k) => close(fit.correlation.parameters[k]!.value, alpha, 1));
    close(fit.scale, reference.scale, reference.scale);
  });
});

describe("gee", () => {
  const data = readCsv(readFileSync(`${folder}/ohio.csv`, "utf8"));

  it("gives a table of Wald tests", () => {
    const fit = gee("resp ~ age", data, { family: "bernoulli", groups: "id", correlation: "exchangeable" });
    expect(coefficientTable(normalInference(fit.fixed)).map(({ name }) => name)).toEqual([
      "(Intercept)",
      "age",
    ]);
  });

  it("refuses what it cannot do, in one sentence", () => {
    expect(() => gee("resp ~ age + (1 | id)", data, { family: "bernoulli", groups: "id" })).toThrow(
      /no group-level terms/,
    );
    expect(() => gee("resp ~ age", data, { family: "cumulative", groups: "id" })).toThrow(
      /estimating equations are for/,
    );
    expect(() => gee("resp ~ age", data, { family: "bernoulli", groups: "ident" })).toThrow(
      /no column "ident"/,
    );
    expect(() => gee("resp ~ age", data, { family: "bernoulli" } as never)).toThrow(/column of the clusters/);
    expect(() =>
      gee("resp ~ age", data, { family: "bernoulli", groups: "id", correlation: "toeplitz" as never }),
    ).toThrow(/correlation must be one of/);
    expect(() =>
      gee("resp ~ age", data, { family: "bernoulli", groups: "id", correlation: "unstructured" }),
    ).toThrow(/between times/);
  });
});

describe("robust covariance", () => {
  it("of a model without variation between clusters is that of independent estimating equations", () => {
    // A group-level variance of 0 leaves ordinary least squares: CR0 is then the sandwich of an independence model.
    const rows = Array.from({ length: 60 }, (_, i) => ({
      g: `g${i % 12}`,
      x: Math.cos(i * 1.3),
      y: Math.sin(i * 2.7),
    }));
    const fit = lmm("y ~ x + (1 | g)", rows);
    expect(fit.singularity.singular).toBe(true);
    const own = robustInference(fit, { type: "CR0" });
    const other = gee("y ~ x", rows, { groups: "g" });
    own.covariance.forEach((value, k) => expect(value).toBeCloseTo(other.fixed.covariance[k]!, 12));
    const corrected = robustInference(fit);
    expect(corrected.covariance[0]!).toBeCloseTo((own.covariance[0]! * 12) / 11, 12);
  });

  it("refuses clusters that are not independent", () => {
    const rows = Array.from({ length: 60 }, (_, i) => ({
      a: `a${i % 5}`,
      b: `b${i % 6}`,
      y: Math.sin(i * 2.7),
    }));
    const fit = lmm("y ~ 1 + (1 | a) + (1 | b)", rows);
    expect(() => robustInference(fit, { by: "a" })).toThrow(/b is not nested in a/);
  });
});

describe("pool", () => {
  it("follows Rubin's rules", () => {
    // mice 3.15: pool.scalar(Q, U, n = 100, k = 1) of Q = 1, 1.2, 0.9, 1.1, 0.8 and U = .04, .05, .045, .04, .05.
    const Q = [1, 1.2, 0.9, 1.1, 0.8];
    const U = [0.04, 0.05, 0.045, 0.04, 0.05];
    const fits = Q.map((estimate, i) => ({
      nobs: 100,
      fixed: { names: ["x"], estimates: Float64Array.of(estimate), covariance: Float64Array.of(U[i]!) },
    }));
    const [row] = pool(fits);
    expect(row!.estimate).toBeCloseTo(1, 12);
    expect(row!.within).toBeCloseTo(0.045, 12);
    expect(row!.between).toBeCloseTo(0.025, 12);
    expect(row!.se ** 2).toBeCloseTo(0.075, 12);
    const lambda = 0.4;
    const old = 4 / lambda ** 2;
    const observed = (100 / 102) * 99 * (1 - lambda);
    expect(row!.df).toBeCloseTo((old * observed) / (old + observed), 10);
    expect(() => pool(fits.slice(0, 1))).toThrow(/at least two/);
  });
});

it("a boundary test by simulation rejects a variance that is there and keeps one that is not", () => {
  const sleepstudy = referenceData("sleepstudy");
  const larger = lmm("Reaction ~ Days + (Days || Subject)", sleepstudy);
  const smaller = lmm("Reaction ~ Days + (1 | Subject)", sleepstudy);
  const test = bootstrapTest(smaller, larger, { replicates: 39 });
  expect(test.p).toBeCloseTo(1 / 40, 10);
  // Half of the statistics are zero on the boundary: between 5 and 34 of 39 with probability 1 − 1e-6.
  const zeros = test.reference.reduce((count, value) => count + (value < 1e-6 ? 1 : 0), 0);
  expect(zeros).toBeGreaterThan(4);
  expect(zeros).toBeLessThan(35);
  expect(() => bootstrapTest(larger, smaller)).toThrow(/smaller model first/);
});
