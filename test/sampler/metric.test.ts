import { describe, expect, it } from "vitest";
import { stream } from "../../src/random/streams.ts";
import { createCovarianceEstimate } from "../../src/sampler/covariance-estimate.ts";
import { createGradientScales } from "../../src/sampler/gradient-scales.ts";
import { createMetric } from "../../src/sampler/metric.ts";
import { autoregressiveNormal, independentNormal } from "../helpers/toy-densities.ts";

describe("metric", () => {
  it("draws momenta whose covariance is the inverse of the inverse metric", () => {
    const metric = createMetric("dense", 2);
    // [[2, 0.5], [0.5, 1]] has inverse [[1, -0.5], [-0.5, 2]] / 1.75.
    expect(metric.update(Float64Array.of(2, 0.5, 0.5, 1))).toBe(true);
    const rng = stream(1, 0, "test");
    const p = new Float64Array(2);
    const n = 100_000;
    const sums = [0, 0, 0];
    for (let k = 0; k < n; k++) {
      metric.drawMomentum(rng, p);
      sums[0]! += (p[0]! * p[0]!) / n;
      sums[1]! += (p[0]! * p[1]!) / n;
      sums[2]! += (p[1]! * p[1]!) / n;
    }
    // Standard error of a second moment: at most variance · √(2/n) = 0.005; four of them.
    const expected = [1 / 1.75, -0.5 / 1.75, 2 / 1.75];
    for (let i = 0; i < 3; i++) expect(Math.abs(sums[i]! - expected[i]!)).toBeLessThan(0.02);
  });

  it("multiplies by the inverse metric", () => {
    const dense = createMetric("dense", 2);
    dense.update(Float64Array.of(2, 0.5, 0.5, 1));
    const out = new Float64Array(2);
    dense.velocity(Float64Array.of(3, -4), out);
    expect([...out]).toEqual([4, -2.5]);
    const diagonal = createMetric("diag", 2);
    diagonal.update(Float64Array.of(2, 4));
    diagonal.velocity(Float64Array.of(3, -4), out);
    expect([...out]).toEqual([6, -16]);
  });

  it("refuses what is not positive definite and finite, and keeps what it had", () => {
    const dense = createMetric("dense", 2);
    expect(dense.update(Float64Array.of(1, 2, 2, 1))).toBe(false);
    expect([...dense.inverse]).toEqual([1, 0, 0, 1]);
    const diagonal = createMetric("diag", 2);
    for (const bad of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(diagonal.update(Float64Array.of(1, bad))).toBe(false);
    }
    expect([...diagonal.inverse]).toEqual([1, 1]);
  });
});

describe("covariance estimate", () => {
  const draws = [
    [1, 2],
    [2, 1],
    [4, 7],
    [5, 6],
  ];

  it("is the sample covariance, shrunk as in Stan", () => {
    // By hand: means (3, 4); sums of squares 10, 26; cross products 14; n − 1 = 3.
    const estimate = createCovarianceEstimate("dense", 2);
    for (const draw of draws) estimate.add(Float64Array.from(draw));
    const out = new Float64Array(4);
    estimate.final(out);
    const shrink = (value: number) => (4 / 9) * (value / 3);
    const floor = (1e-3 * 5) / 9;
    const expected = [shrink(10) + floor, shrink(14), shrink(14), shrink(26) + floor];
    for (let i = 0; i < 4; i++) expect(out[i]).toBeCloseTo(expected[i]!, 12);
  });

  it("has the same diagonal in its diagonal form, and can start again", () => {
    const estimate = createCovarianceEstimate("diag", 2);
    const out = new Float64Array(2);
    estimate.add(Float64Array.of(100, -100));
    estimate.restart();
    for (const draw of draws) estimate.add(Float64Array.from(draw));
    estimate.final(out);
    expect(out[0]).toBeCloseTo((4 / 9) * (10 / 3) + 5e-3 / 9, 12);
    expect(out[1]).toBeCloseTo((4 / 9) * (26 / 3) + 5e-3 / 9, 12);
  });
});

describe("gradient scales", () => {
  it("are the variances of independent normals after two draws, wherever those lie", () => {
    const density = independentNormal([0, 5, -3], [0.01, 1, 300]);
    const scales = createGradientScales(3);
    const gradient = new Float64Array(3);
    for (const q of [Float64Array.of(4, 4, 4), Float64Array.of(4.1, 9, 5)]) {
      density.evaluate(q, gradient);
      scales.add(q, gradient);
    }
    const out = new Float64Array(3).fill(1);
    scales.final(out);
    expect(out[0]! / 0.0001).toBeCloseTo(1, 9);
    expect(out[1]).toBeCloseTo(1, 9);
    expect(out[2]! / 90_000).toBeCloseTo(1, 9);
  });

  it("are the geometric mean of marginal and conditional variance for a correlated normal", () => {
    // Var(q) = 1 and precision 1/(1 − rho²) for both coordinates: sqrt(1 − rho²).
    const rho = 0.8;
    const density = autoregressiveNormal(rho, [1, 1]);
    const rng = stream(2, 0, "test");
    const scales = createGradientScales(2);
    const gradient = new Float64Array(2);
    for (let k = 0; k < 20_000; k++) {
      const a = rng.normal();
      const q = Float64Array.of(a, rho * a + Math.sqrt(1 - rho * rho) * rng.normal());
      density.evaluate(q, gradient);
      scales.add(q, gradient);
    }
    const out = new Float64Array(2);
    scales.final(out);
    // Relative standard error below √(1/20000) = 0.007.
    for (const scale of out) expect(Math.abs(scale / Math.sqrt(1 - rho * rho) - 1)).toBeLessThan(0.03);
  });

  it("leave a coordinate alone that did not move or has no gradient", () => {
    const scales = createGradientScales(2);
    scales.add(Float64Array.of(1, 1), Float64Array.of(0, 1));
    scales.add(Float64Array.of(2, 1), Float64Array.of(0, 2));
    const out = Float64Array.of(7, 8);
    scales.final(out);
    expect([...out]).toEqual([7, 8]);
  });
});
