/** Whole models: the gradient of the log posterior, and the names of what is reported. */
import { describe, expect, it } from "vitest";
import { buildModel, type ModelOptions } from "../../src/model/build.ts";
import { compileModel } from "../../src/model/compile.ts";
import { stream } from "../../src/random/streams.ts";
import { expectGradient } from "../helpers/check-gradient.ts";

const n = 24;
const row = Array.from({ length: n }, (_, i) => i);
const data = {
  y: row.map((i) => 10 + 3 * Math.sin(i) + 0.1 * i),
  positive: row.map((i) => 1 + Math.abs(Math.cos(i))),
  unit: row.map((i) => 0.5 + 0.4 * Math.sin(3 * i)),
  count: row.map((i) => (i * 7) % 5),
  size: row.map((i) => 5 + (i % 3)),
  binary: row.map((i) => i % 2),
  rating: row.map((i) => 1 + (i % 4)),
  x: row.map((i) => Math.cos(2 * i)),
  z: row.map((i) => i / 10),
  f: row.map((i) => "abc"[i % 3]!),
  g: row.map((i) => `level ${i % 6}`),
  h: row.map((i) => i % 4),
  w: row.map((i) => 0.5 + (i % 3)),
  s: row.map((i) => 1 + (i % 2)),
  c: row.map((i) => ["none", "left", "right", "interval"][i % 4]!),
  upper: row.map((i) => 20 + i),
};

const models: [formula: string, options: ModelOptions][] = [
  ["y ~ 1", {}],
  ["y ~ x * f + (1 + x | g)", {}],
  ["y ~ 0 + Intercept + x + (1 + x || g)", {}],
  ["y ~ 0 + f + (0 + x | g) + (1 | h)", {}],
  ["y | weights(w) ~ x + offset(z) + (1 | g:h)", {}],
  ["y | se(s) ~ 1 + (1 | g)", {}],
  ["y | se(s, sigma = TRUE) ~ 1 + (1 | g)", {}],
  ["y | cens(c, upper) ~ x", {}],
  ["y ~ x + (1 |p| g); sigma ~ z + (1 |p| g)", {}],
  ["y ~ x", { family: "student" }],
  ["y ~ x; nu ~ z", { family: "student" }],
  ["positive ~ x + (1 | g)", { family: "lognormal" }],
  ["positive ~ x", { family: "Gamma" }],
  ["positive | cens(c, upper) ~ x", { family: "Gamma" }],
  ["positive ~ x", { family: "Gamma", link: "inverse", priors: ["constant(0.01), class=b"] }],
  ["unit ~ x; phi ~ z", { family: "beta" }],
  ["positive ~ x", { family: "exponential" }],
  ["positive | cens(c, upper) ~ x + (1 | g)", { family: "weibull" }],
  ["binary ~ x + (1 | g)", { family: "bernoulli" }],
  ["binary ~ x", { family: "bernoulli", link: "probit" }],
  ["count | trials(size) ~ x + (1 | g)", { family: "binomial", link: "cloglog" }],
  ["cbind(count, size - count) ~ x + (1 | g)", { family: "binomial" }],
  ["count ~ x + (1 | g)", { family: "poisson" }],
  ["count ~ x; shape ~ z", { family: "negbinomial" }],
  ["count ~ x", { family: "geometric" }],
  ["rating ~ x + f + (1 | g)", { family: "cumulative" }],
  ["rating ~ x; disc ~ 0 + z", { family: "cumulative", link: "probit" }],
  ["count ~ x", { family: "zero_inflated_poisson" }],
  ["count ~ x; zi ~ z + (1 | g)", { family: "zero_inflated_negbinomial" }],
  ["count | trials(size) ~ x", { family: "zero_inflated_binomial" }],
  ["y ~ x + z", { priors: ["normal(0, 1), class=b, coef=x, lb=0", "constant(2), class=b, coef=z"] }],
  ["y ~ x + (1 | g)", { priors: "rstanarm" }],
  ["y ~ x + (1 | g)", { priors: "bambi", samplePrior: true }],
];

describe.each(models)("%s %o", (formula, options) => {
  const posterior = compileModel(buildModel(formula, data, options));
  const { density, names, start } = posterior;

  it("has the gradient of its log density", () => {
    const rng = stream(5, 0, "test");
    for (let repeat = 0; repeat < 5; repeat++) {
      expectGradient(
        density,
        Float64Array.from({ length: density.dimension }, (_, i) => start![i]! + rng.uniform() - 0.5),
      );
    }
  });

  it("reports finite quantities under distinct names", () => {
    const out = new Float64Array(names.length);
    posterior.constrain(start!, stream(5, 0, "test"), out);
    expect(out.every(Number.isFinite)).toBe(true);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe("names", () => {
  it("come in brms' order, with brms' spelling", () => {
    const spec = buildModel("y ~ x + (1 + x |p| g) + (1 | h); sigma ~ z + (1 |p| g)", data);
    const levels = (prefix: string, coefficient: string) =>
      row.slice(0, 6).map((i) => `${prefix}[level.${i},${coefficient}]`);
    expect(compileModel(spec).names).toEqual([
      "b_Intercept",
      "b_x",
      "b_sigma_Intercept",
      "b_sigma_z",
      "sd_g__Intercept",
      "sd_g__x",
      "sd_g__sigma_Intercept",
      "sd_h__Intercept",
      "cor_g__Intercept__x",
      "cor_g__Intercept__sigma_Intercept",
      "cor_g__x__sigma_Intercept",
      ...levels("r_g", "Intercept"),
      ...levels("r_g", "x"),
      ...levels("r_g__sigma", "Intercept"),
      ...[0, 1, 2, 3].map((level) => `r_h[${level},Intercept]`),
    ]);
  });

  it("holds a constant prior at its value and reports known parameters", () => {
    const spec = buildModel("y | se(s) ~ x", data, { priors: ["constant(2), class=b, coef=x"] });
    const posterior = compileModel(spec);
    const out = new Float64Array(posterior.names.length);
    posterior.constrain(Float64Array.of(1), stream(1, 0, "test"), out);
    expect(posterior.density.dimension).toBe(1);
    expect(posterior.names).toEqual(["b_Intercept", "b_x", "sigma"]);
    expect(out[1]).toBe(2);
    expect(out[2]).toBe(0);
  });
});
