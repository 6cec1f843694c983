import { describe, expect, it } from "vitest";
import { stream } from "../../src/random/streams.ts";
import { metricKind, metricOf, unitMetric } from "../../src/sampler/metric.ts";

/**
 * The low-rank inverse metric diag(s)(I + 3vvᵀ)diag(s) with variances s² = (4, 1, 9) and v = (0.6, 0, 0.8), which is, by hand,
 * [[8.32, 0, 8.64], [0, 1, 0], [8.64, 0, 26.28]].
 */
const lowRank = Float64Array.of(4, 1, 9, 4, 0.6, 0, 0.8);
const asMatrix = Float64Array.of(8.32, 0, 8.64, 0, 1, 0, 8.64, 0, 26.28);

describe("metric", () => {
  it.each([
    // [[2, 0.5], [0.5, 1]] has inverse [[1, -0.5], [-0.5, 2]] / 1.75.
    ["dense", Float64Array.of(2, 0.5, 0.5, 1), [1 / 1.75, -0.5 / 1.75, -0.5 / 1.75, 2 / 1.75]],
    // R: solve(matrix(c(8.32, 0, 8.64, 0, 1, 0, 8.64, 0, 26.28), 3)).
    ["low-rank", lowRank, [0.1825, 0, -0.06, 0, 1, 0, -0.06, 0, 0.05777778]],
  ] as const)(
    "draws momenta whose covariance is the inverse of the inverse metric (%s)",
    (_, inverse, expected) => {
      const n = Math.sqrt(expected.length);
      const metric = metricOf(inverse, n)!;
      const rng = stream(1, 0, "test");
      const p = new Float64Array(n);
      const draws = 100_000;
      const sums = new Float64Array(n * n);
      for (let k = 0; k < draws; k++) {
        metric.drawMomentum(rng, p);
        for (let i = 0; i < n * n; i++) sums[i]! += (p[Math.floor(i / n)]! * p[i % n]!) / draws;
      }
      for (let i = 0; i < n * n; i++) {
        // Standard error of a second moment: at most sd · sd · √(2 / draws); four of them.
        const scale = Math.sqrt(expected[Math.floor(i / n) * (n + 1)]! * expected[(i % n) * (n + 1)]!);
        expect(Math.abs(sums[i]! - expected[i]!)).toBeLessThan(4 * scale * Math.sqrt(2 / draws));
      }
    },
  );

  it("multiplies by the inverse metric", () => {
    const out = new Float64Array(2);
    metricOf(Float64Array.of(2, 0.5, 0.5, 1), 2)!.velocity(Float64Array.of(3, -4), out);
    expect([...out]).toEqual([4, -2.5]);
    metricOf(Float64Array.of(2, 4), 2)!.velocity(Float64Array.of(3, -4), out);
    expect([...out]).toEqual([6, -16]);
    const few = new Float64Array(3);
    const all = new Float64Array(3);
    metricOf(lowRank, 3)!.velocity(Float64Array.of(1, -2, 3), few);
    metricOf(asMatrix, 3)!.velocity(Float64Array.of(1, -2, 3), all);
    for (let i = 0; i < 3; i++) expect(few[i]).toBeCloseTo(all[i]!, 12);
  });

  it("is refused when it is not positive definite and finite", () => {
    expect(metricOf(Float64Array.of(1, 2, 2, 1), 2)).toBeUndefined();
    for (const bad of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(metricOf(Float64Array.of(1, bad), 2)).toBeUndefined();
      expect(metricOf(Float64Array.of(1, 1, bad, 0.6, 0.8), 2)).toBeUndefined();
    }
    expect(metricOf(new Float64Array(6).fill(1), 3)).toBeUndefined();
  });

  it("has a kind that its length tells", () => {
    for (const n of [2, 3, 10, 301]) {
      expect(metricKind(n, n)).toBe("diag");
      expect(metricKind(n * n, n)).toBe("dense");
      for (let k = 1; k <= n; k++) expect(metricKind(n + k * (n + 1), n)).toBe("low-rank");
    }
    expect(unitMetric(4).kind).toBe("diag");
    expect(unitMetric(0).inverse).toHaveLength(0);
  });
});
