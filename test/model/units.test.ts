/** Shift and scale: whatever a response and its columns are measured in, every path of sampling says the same. */
import { type BrmOptions, brm, lmm } from "nutmix";
import { describe, expect, it } from "vitest";
import { buildModel } from "../../src/model/build.ts";
import { compileModel } from "../../src/model/compile.ts";
import { inUnits, unitsOf } from "../../src/model/units.ts";
import { stream } from "../../src/random/streams.ts";
import { expectGradient } from "../helpers/check-gradient.ts";

const n = 80;
const g = Array.from({ length: n }, (_, i) => `g${i % 10}`);
const x = Array.from({ length: n }, (_, i) => Math.sin(i * 7.3));
const y = x.map((v, i) => 2 + v + 1.3 * Math.cos(i * 3.1) + Math.sin((i % 10) * 5.7));
const positive = y.map((v) => Math.exp(v / 3));

const RUN = { chains: 1, warmup: 80, draws: 60, createWorker: "none" } as const;
const paths: [name: string, options: BrmOptions][] = [
  ["collapsed", { strategy: "collapsed" }],
  ["sums", { strategy: "explicit", likelihood: "sums" }],
  ["rows in WebAssembly", { strategy: "explicit", likelihood: "rows", backend: "wasm" }],
  ["rows in JavaScript", { strategy: "explicit", likelihood: "rows", backend: "js" }],
];

/** Priors that are measured like the response, so that the posterior is, exactly. */
const priorsAt = (unit: number, centre: number): string[] => [
  `normal(0, ${3 * unit}), class=b`,
  `student_t(3, ${2 * unit + centre}, ${5 * unit}), class=Intercept`,
  `student_t(3, 0, ${2 * unit}), class=sd`,
  `student_t(3, 0, ${2 * unit}), class=sigma`,
];

const draws = async (options: BrmOptions, unit: number, column = 1, formula = "y ~ x + (x | g)") => {
  const data = { y: y.map((v) => v * unit), x: x.map((v) => v * column), g };
  const fit = await brm(formula, data, {
    ...RUN,
    priors: [
      ...priorsAt(unit, 0),
      `normal(0, ${(3 * unit) / column}), class=b, coef=x`,
      `student_t(3, 0, ${(2 * unit) / column}), class=sd, coef=x, group=g`,
    ],
    ...options,
  });
  const { names, values } = fit.draws;
  // What a draw is worth in the units of the response.
  return {
    names,
    values: values.map((value, at) => {
      const name = names[at % names.length]!;
      if (name.startsWith("cor_")) return value;
      return /(?:^b_x|__x$|,x\])/.test(name) ? (value / unit) * column : value / unit;
    }),
  };
};

describe.each(paths)("%s", (_, options) => {
  it("gives the same draws to the last bit at 2^60, 2^-60 and 2^400 times the response", async () => {
    const reference = await draws(options, 2 ** 60);
    for (const power of [-60, 400]) {
      const scaled = await draws(options, 2 ** power);
      expect(scaled.names).toEqual(reference.names);
      expect(scaled.values).toEqual(reference.values);
    }
  });

  it("gives the same draws whatever the column is measured in", async () => {
    const reference = await draws(options, 2 ** 60, 2 ** 30);
    for (const power of [-30, 200]) {
      expect((await draws(options, 2 ** 60, 2 ** power)).values).toEqual(reference.values);
    }
  });

  it.each<[string, (v: number) => number]>([
    ["a mean of 10^9 standard deviations", (v) => v + 1e9],
    ["10^18", (v) => v * 1e18],
    ["10^-150", (v) => v * 1e-150],
    ["10^150", (v) => v * 1e149],
  ])("agrees with lmm() at %s", async (_name, measure) => {
    const data = { y: y.map(measure), x, g };
    const reference = lmm("y ~ x + (1 | g)", data);
    const fit = await brm("y ~ x + (1 | g)", data, { ...RUN, warmup: 200, draws: 400, ...options });
    const of = (name: string) => {
      const column = fit.draws.names.indexOf(name);
      const own = Float64Array.from(
        { length: 400 },
        (_v, s) => fit.draws.values[s * fit.draws.names.length + column]!,
      );
      const mean = own.reduce((sum, value) => sum + value / 400, 0);
      return { mean, sd: Math.max(...own.map((value) => Math.abs(value - mean))) / 3 };
    };
    fit.draws.names.slice(0, 2).forEach((name, j) => {
      const se = Math.sqrt(reference.fixed.covariance[j * 3]!);
      // 400 draws of an effective size of 100 or more; the posterior is somewhat wider than the estimate's error.
      expect(Math.abs(of(name).mean - reference.fixed.estimates[j]!) / se).toBeLessThan(0.6);
      expect(of(name).sd / se).toBeGreaterThan(0.6);
      expect(of(name).sd / se).toBeLessThan(2.5);
    });
    expect(of("sigma").mean / reference.sigma).toBeGreaterThan(0.9);
    expect(of("sigma").mean / reference.sigma).toBeLessThan(1.15);
  });
});

describe("units", () => {
  const spec = (unit: number, options: BrmOptions = {}, formula = "y ~ x + (1 | g)") =>
    buildModel(
      formula,
      { y: (options.family === "Gamma" ? positive : y).map((v) => v * unit), x, g },
      options,
    );

  it("of ordinary numbers are their own", () => {
    for (const unit of [1, 1e-4, 1e5]) expect(unitsOf(spec(unit))).toBeUndefined();
    expect(unitsOf(spec(1e18))!.response.unit).toBe(
      2 ** Math.round(Math.log2(unitsOf(spec(1e18))!.response.unit)),
    );
  });

  it("keep the gradient, and read draws back", () => {
    const families = [
      { family: "student" },
      { family: "skew_normal" },
      { family: "exgaussian" },
      { family: "gaussian", likelihood: "rows", strategy: "explicit" },
    ] satisfies BrmOptions[];
    for (const options of families) {
      const posterior = compileModel(spec(1e20, options, "y ~ x + (x | g)"));
      const rng = stream(1, 0, "units");
      const q = Float64Array.from({ length: posterior.density.dimension }, () => rng.normal() / 2);
      expectGradient(posterior.density, q);
      const out = new Float64Array(posterior.names.length);
      posterior.constrain(q, rng, out);
      const back = new Float64Array(q.length);
      posterior.unconstrain!(out, back);
      back.forEach((value, i) => expect(value).toBeCloseTo(q[i]!, 8));
    }
  });

  it("move a predicted log sigma by the logarithm of the unit", async () => {
    const fit = await brm("y ~ x; sigma ~ x", { y: y.map((v) => v * 2 ** 60), x }, { ...RUN, warmup: 200 });
    const column = fit.draws.names.indexOf("b_sigma_Intercept");
    const values = Float64Array.from(
      { length: 100 },
      (_, s) => fit.draws.values[s * fit.draws.names.length + column]!,
    );
    expect(Math.abs(values[40]! - 60 * Math.LN2)).toBeLessThan(1.5);
  });

  it("are not taken where a prior has no counterpart in them", () => {
    const gamma = spec(1, { priors: ["gamma(2, 1), class=Intercept"] });
    const units = {
      response: { unit: 1, centre: 5 },
      columns: [{ population: Float64Array.of(1), groups: [Float64Array.of(1)] }],
    };
    expect(inUnits(gamma, units)).toBeUndefined();
    expect(inUnits(spec(1), units)).toBeDefined();
  });

  it("turn the marginal density of the response with them", () => {
    // log p(y·s) = log p(y) − n·log s, when the priors are measured with it.
    const at = (unit: number) => {
      const posterior = compileModel(
        spec(
          unit,
          { strategy: "explicit", likelihood: "rows", priors: priorsAt(unit, 0) },
          "y ~ x + (1 | g)",
        ),
        { oneToOne: true },
      );
      const q = new Float64Array(posterior.density.dimension).fill(0.1);
      return posterior.density.evaluate(q, new Float64Array(q.length));
    };
    const difference = at(2 ** 60) - at(2 ** 100);
    expect(difference).toBeCloseTo(n * 40 * Math.LN2, 6);
  });
});
