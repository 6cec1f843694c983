/** Every distribution: values from R, gradients by differences, draws against the distribution function. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { distributions, findDistribution } from "../../src/distributions/index.ts";
import { lkjCholesky } from "../../src/distributions/lkj-cholesky.ts";
import { PriorError } from "../../src/errors.ts";
import { stream } from "../../src/random/streams.ts";

type Name = keyof typeof distributions;
const fixture = JSON.parse(
  readFileSync(new URL("../fixtures/distributions/distributions.json", import.meta.url), "utf8"),
) as { x: number[]; distributions: Record<Name, { p: number[]; d: (number | "-Inf")[]; c: number[] }> };

describe.each(Object.keys(distributions) as Name[])("%s", (name) => {
  const distribution = distributions[name];
  const { p, d, c } = fixture.distributions[name];

  it("has R's density and distribution function", () => {
    fixture.x.forEach((x, i) => {
      const expected = d[i] === "-Inf" ? Number.NEGATIVE_INFINITY : (d[i] as number);
      const value = distribution.logDensity(x, p);
      if (Number.isFinite(expected))
        expect(Math.abs(value - expected)).toBeLessThan(1e-12 * Math.max(1, Math.abs(expected)));
      else expect(value).toBe(expected);
      expect(Math.abs(distribution.cdf(x, p) - c[i]!)).toBeLessThan(1e-10);
    });
  });

  it("has the gradient of its log density in value and arguments", () => {
    const out = new Float64Array(1 + p.length);
    const spare = new Float64Array(1 + p.length);
    fc.assert(
      fc.property(
        fc.double({ min: 0.02, max: 0.98, noNaN: true }),
        fc.double({ min: 0.5, max: 2, noNaN: true }),
        (u, scale) => {
          const args = Float64Array.from(p, (value) => (name === "uniform" ? value : value * scale));
          const x =
            name === "uniform" ? -1 + 4 * u : name === "normal" || name === "logistic" ? 4 * u - 1 : u;
          fc.pre(!(name === "double_exponential" && Math.abs(x - args[0]!) < 1e-3));
          const point = [x, ...args];
          const value = distribution.gradient(x, args, out);
          expect(value).toBeCloseTo(distribution.logDensity(x, args), 12);
          point.forEach((coordinate, k) => {
            const h = 1e-6;
            const at = (shift: number) => {
              const moved = [...point];
              moved[k] = coordinate + shift;
              return distribution.gradient(moved[0]!, Float64Array.from(moved.slice(1)), spare);
            };
            const difference = (at(h) - at(-h)) / (2 * h);
            // Central differences: rounding 1e-16/h against curvature h²; 1e-6 relative leaves a margin of 100.
            expect(Math.abs(difference - out[k]!)).toBeLessThan(
              1e-6 * Math.max(10, Math.abs(out[k]!), Math.abs(value)),
            );
          });
        },
      ),
      { seed: 3, numRuns: 50 },
    );
  });

  it("draws from itself", () => {
    // Probability integral transform: the mean of n uniforms has standard error 1/√(12 n), checked to 5 of them.
    const rng = stream(4, 0, name);
    const n = 20_000;
    let first = 0;
    let second = 0;
    for (let i = 0; i < n; i++) {
      const u = distribution.cdf(distribution.sample(rng, p), p);
      first += u;
      second += u * u;
    }
    expect(Math.abs(first / n - 1 / 2)).toBeLessThan(5 / Math.sqrt(12 * n));
    expect(Math.abs(second / n - 1 / 3)).toBeLessThan(5 * Math.sqrt(4 / 45 / n));
  });

  it("is −Infinity outside its support", () => {
    if (distribution.support === "real")
      return expect(distribution.logDensity(-1e6, p)).toBeGreaterThan(-Infinity);
    expect(distribution.logDensity(-5, p)).toBe(-Infinity);
    if (distribution.support !== "positive") expect(distribution.logDensity(5, p)).toBe(-Infinity);
  });
});

describe("findDistribution", () => {
  it("suggests the nearest name", () => {
    expect(() => findDistribution("studnt_t")).toThrow(PriorError);
    expect(() => findDistribution("studnt_t")).toThrow(/did you mean "student_t"/);
  });
});

describe("lkjCholesky", () => {
  it("is the density of a correlation for K = 2: (1 − ρ²)^(η − 1) / B, with L22 = √(1 − ρ²)", () => {
    // LKJ (2009): for K = 2, (ρ + 1)/2 ~ Beta(η, η). As a density of L it carries no Jacobian in Stan's sense: L21 = ρ.
    const out = new Float64Array(4);
    for (const [eta, rho, logBeta] of [
      [1, 0.3, 0],
      [2, -0.6, Math.log(1 / 6)],
    ] as const) {
      const l = Float64Array.of(1, 0, rho, Math.sqrt(1 - rho * rho));
      const log2 = -(2 * eta - 1) * Math.LN2;
      const expected = (eta - 1) * Math.log(1 - rho * rho) + log2 - logBeta;
      expect(lkjCholesky(2, eta).gradient(l, out)).toBeCloseTo(expected, 12);
    }
  });

  it("has the gradient of its log density", () => {
    const { gradient } = lkjCholesky(3, 1.7);
    const l = Float64Array.of(1, 0, 0, 0.3, 0.8, 0, -0.2, 0.4, 0.7);
    const out = new Float64Array(9);
    const spare = new Float64Array(9);
    gradient(l, out);
    for (const k of [4, 8]) {
      const up = l.slice();
      const down = l.slice();
      up[k]! += 1e-6;
      down[k]! -= 1e-6;
      expect(out[k]).toBeCloseTo((gradient(up, spare) - gradient(down, spare)) / 2e-6, 6);
    }
  });
});
