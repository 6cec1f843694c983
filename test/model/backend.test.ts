/** Whole posteriors with the rows passed over in WebAssembly and in JavaScript. */
import { buildModel, compileModel } from "nutmix";
import { describe, expect, it } from "vitest";
import { stream } from "../../src/random/streams.ts";

const rows = 151;
const rng = stream(3, 0, "data");
const uniform = Array.from({ length: rows }, () => rng.uniform());
const data = {
  x: Array.from({ length: rows }, () => rng.normal()),
  z: Array.from({ length: rows }, () => rng.normal()),
  g: uniform.map((_, i) => `g${(7 * i) % 11}`),
  h: uniform.map((_, i) => `h${Math.floor(i / 30)}`),
  w: uniform.map((u, i) => (i % 9 === 0 ? 0 : 0.5 + u)),
  n: uniform.map((_, i) => 3 + (i % 5)),
  binary: uniform.map((u) => (u < 0.4 ? 1 : 0)),
  few: uniform.map((u) => Math.floor(3 * u)),
  counts: uniform.map((u) => Math.floor(-6 * Math.log(u))),
  real: uniform.map((u) => Math.log(u / (1 - u))),
  positive: uniform.map((u) => 0.05 - Math.log(u)),
  side: uniform.map((_, i) => ["none", "left", "right", "none"][i % 4]!),
  upper: uniform.map((u) => Math.log(u / (1 - u)) + 1),
  rating: uniform.map((u) => 1 + Math.floor(4 * u)),
};

const models: readonly [formula: string, options: NonNullable<Parameters<typeof buildModel>[2]>][] = [
  ["binary ~ x + z + (1 | g) + (1 | h)", { family: "bernoulli" }],
  ["binary | weights(w) ~ 0 + x + (1 + z | g)", { family: "bernoulli" }],
  ["few | trials(n) ~ x + (1 + z || g)", { family: "binomial" }],
  ["counts ~ x + offset(z) + (1 + x | g)", { family: "poisson" }],
  ["counts ~ x + (1 | g)", { family: "negbinomial" }],
  ["counts ~ x + (1 | g)", { family: "geometric" }],
  ["real | weights(w) ~ x + (x | g)", { family: "gaussian", strategy: "explicit" }],
  ["real ~ 1", { family: "student" }],
  ["positive ~ x + (1 | h)", { family: "lognormal" }],
  ["positive ~ x + (1 | h)", { family: "Gamma", link: "log" }],
  ["positive ~ x + (1 | h)", { family: "exponential" }],
  ["rating ~ x + (1 | g)", { family: "cumulative" }],
  ["rating | weights(w) ~ x + z", { family: "cumulative" }],
  ["binary ~ x + (1 | g)", { family: "bernoulli", link: "cauchit" }],
  ["real ~ x + (1 | g); sigma ~ z", { family: "gaussian" }],
  ["real | se(w + 1) ~ x", {}],
  ["real | se(w + 1, sigma = TRUE) ~ x", { strategy: "explicit" }],
  ["real | cens(side, upper) ~ x + (1 | g)", { family: "student" }],
  ["counts | cens(side) ~ x + (1 | g)", { family: "zero_inflated_negbinomial" }],
  ["counts ~ x + (1 | g); zi ~ z + (1 | h); shape ~ x", { family: "zero_inflated_negbinomial" }],
  ["rating ~ x + (1 | g); disc ~ 0 + z", { family: "sratio", link: "probit" }],
  ["real ~ x", { family: "gaussian", priors: ["constant(1.3), class=sigma"] }],
];

describe.each(models)("%s, %o", (formula, options) => {
  it("has one posterior", () => {
    const wasm = compileModel(buildModel(formula, data, { ...options, backend: "wasm" }));
    const js = compileModel(buildModel(formula, data, { ...options, backend: "js" }));
    const { dimension } = js.density;
    const ours = new Float64Array(dimension);
    const theirs = new Float64Array(dimension);
    for (let point = 0; point < 10; point++) {
      const q = Float64Array.from({ length: dimension }, () => 0.7 * rng.normal());
      const value = wasm.density.evaluate(q, ours);
      const expected = js.density.evaluate(q, theirs);
      expect(Math.abs(value / expected - 1)).toBeLessThan(1e-11);
      const scale = theirs.reduce((most, g) => Math.max(most, Math.abs(g)), 1);
      for (let i = 0; i < dimension; i++) {
        expect(Math.abs(ours[i]! - theirs[i]!) / scale).toBeLessThan(1e-11);
      }
    }
  });
});

describe("the backend", () => {
  const refusal = (formula: string, options = {}) => {
    expect(() => buildModel(formula, data, { ...options, backend: "wasm" })).toThrow(
      /cannot use the backend wasm/,
    );
    try {
      buildModel(formula, data, { ...options, backend: "wasm" });
    } catch (error) {
      return (error as Error).message;
    }
    return "";
  };

  it("says why it cannot be WebAssembly", () => {
    expect(refusal("real ~ x", { likelihood: "sums" })).toContain("sufficient statistics");
    expect(refusal("real ~ x + (1 | g)", { strategy: "collapsed" })).toContain("integrated out");
  });

  it("is one of three", () => {
    // @ts-expect-error no such backend
    expect(() => buildModel("real ~ x", data, { backend: "gpu" })).toThrow('not "gpu"');
  });

  it("is kept in the model only when it was asked for", () => {
    expect(buildModel("real ~ x", data).backend).toBeUndefined();
    expect(buildModel("real ~ x", data, { backend: "js" }).backend).toBe("js");
  });
});
