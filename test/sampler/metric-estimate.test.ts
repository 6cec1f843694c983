import { describe, expect, it } from "vitest";
import type { LogDensity } from "../../src/log-density.ts";
import { stream } from "../../src/random/streams.ts";
import { DrawWindow, windowCapacity } from "../../src/sampler/draw-window.ts";
import { geometricMean } from "../../src/sampler/geometric-mean.ts";
import { metricKind, metricOf } from "../../src/sampler/metric.ts";
import { estimateInverseMetric } from "../../src/sampler/metric-estimate.ts";
import { autoregressiveNormal, independentNormal } from "../helpers/toy-densities.ts";

function windowOf(density: LogDensity, draws: readonly Float64Array[]): DrawWindow {
  const window = new DrawWindow(density.dimension, draws.length);
  const gradient = new Float64Array(density.dimension);
  for (const q of draws) {
    density.evaluate(q, gradient);
    window.add(q, gradient);
  }
  return window;
}

/** Draws of `autoregressiveNormal`. */
function autoregressiveDraws(
  rho: number,
  sd: readonly number[],
  count: number,
  seed: number,
): Float64Array[] {
  const rng = stream(seed, 0, "test");
  return Array.from({ length: count }, () => {
    let z = rng.normal();
    return Float64Array.from(sd, (scale, i) => {
      if (i > 0) z = rho * z + Math.sqrt(1 - rho * rho) * rng.normal();
      return scale * z;
    });
  });
}

/** Each coordinate in turn as the only one of a momentum: the columns of the inverse metric. */
function asMatrix(inverse: Float64Array, n: number): Float64Array {
  const metric = metricOf(inverse, n)!;
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    metric.velocity(new Float64Array(n).fill(1, i, i + 1), matrix.subarray(i * n, (i + 1) * n));
  }
  return matrix;
}

describe("geometric mean", () => {
  it("is the solution of S·A·S = B", () => {
    // R: with S = [[2, 1], [1, 3]] and A = [[1, 0.5], [0.5, 2]], S %*% A %*% S = [[8, 11.5], [11.5, 22]].
    const mean = geometricMean(Float64Array.of(1, 0.5, 0.5, 2), Float64Array.of(8, 11.5, 11.5, 22), 2)!;
    [2, 1, 1, 3].forEach((value, i) => {
      expect(mean[i]).toBeCloseTo(value, 12);
    });
    expect(geometricMean(Float64Array.of(1, 2, 2, 1), Float64Array.of(1, 0, 0, 1), 2)).toBeUndefined();
    expect(geometricMean(Float64Array.of(1, 0, 0, 1), Float64Array.of(1, 2, 2, 1), 2)).toBeUndefined();
  });
});

describe("metric estimate", () => {
  it("has the variances of independent normals after two draws, wherever those lie", () => {
    const density = independentNormal([0, 5, -3], [0.01, 1, 300]);
    const window = windowOf(density, [Float64Array.of(4, 4, 4), Float64Array.of(4.1, 9, 5)]);
    const inverse = estimateInverseMetric(window, "diag", new Float64Array(3).fill(1));
    expect(inverse[0]! / 0.0001).toBeCloseTo(1, 9);
    expect(inverse[1]).toBeCloseTo(1, 9);
    expect(inverse[2]! / 90_000).toBeCloseTo(1, 9);
  });

  it("has the geometric mean of marginal and conditional variance on its diagonal alone", () => {
    // Var(q) = 1 and precision 1/(1 − rho²) for both coordinates: sqrt(1 − rho²).
    const rho = 0.8;
    const window = windowOf(autoregressiveNormal(rho, [1, 1]), autoregressiveDraws(rho, [1, 1], 20_000, 2));
    const inverse = estimateInverseMetric(window, "diag", new Float64Array(2).fill(1));
    // Relative standard error below √(1/20000) = 0.007.
    for (const scale of inverse) expect(Math.abs(scale / Math.sqrt(1 - rho * rho) - 1)).toBeLessThan(0.03);
  });

  it("leaves a coordinate alone that did not move or has no gradient", () => {
    const window = new DrawWindow(2, 2);
    window.add(Float64Array.of(1, 1), Float64Array.of(0, 1));
    window.add(Float64Array.of(2, 1), Float64Array.of(0, 2));
    expect([...estimateInverseMetric(window, "auto", Float64Array.of(7, 8))]).toEqual([7, 8]);
  });

  it.each([
    // 60 draws alone have covariances with errors of about √(2/60) = 0.18 of the variances. With gradients only the ridge
    // of 0.1 · 8/60 = 0.013 is left, which by itself is worth up to 0.142 (R, with the true covariances of both).
    ["dense", 0.16],
    // Eigenvalues from ½ to 2 of the scaled coordinates, which have variances of 2 to 4 here, count as 1.
    ["auto", 0.2],
    ["low-rank", 0.2],
  ] as const)("comes near the covariance of a correlated normal with few draws (%s)", (choice, tolerance) => {
    const n = 8;
    const rho = 0.95;
    const sd = [0.01, 0.1, 1, 10, 100, 1, 5, 0.5];
    const window = windowOf(autoregressiveNormal(rho, sd), autoregressiveDraws(rho, sd, 60, 5));
    const matrix = asMatrix(estimateInverseMetric(window, choice, new Float64Array(n).fill(1)), n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        const expected = rho ** Math.abs(i - j);
        expect(Math.abs(matrix[i * n + j]! / (sd[i]! * sd[j]!) - expected)).toBeLessThan(tolerance);
      }
    }
  });

  it("finds one strong direction of many dimensions", () => {
    // Independent but for one direction of variance 400: q = z + (√400 − 1)(v·z) v with v = (1, …, 1)/√n.
    const n = 120;
    const variance = 400;
    const density: LogDensity = {
      dimension: n,
      evaluate(q, gradient) {
        const along = q.reduce((sum, value) => sum + value, 0) / n;
        let total = 0;
        for (let i = 0; i < n; i++) {
          gradient[i] = -(q[i]! + (1 / variance - 1) * along);
          total += 0.5 * q[i]! * gradient[i]!;
        }
        return total;
      },
    };
    const rng = stream(6, 0, "test");
    const draws = Array.from({ length: 80 }, () => {
      const z = Float64Array.from({ length: n }, () => rng.normal());
      const along = z.reduce((sum, value) => sum + value, 0) / n;
      return z.map((value) => value + (Math.sqrt(variance) - 1) * along);
    });
    const inverse = estimateInverseMetric(windowOf(density, draws), "auto", new Float64Array(n).fill(1));
    expect(metricKind(inverse.length, n)).toBe("low-rank");
    const velocity = new Float64Array(n);
    metricOf(inverse, n)!.velocity(new Float64Array(n).fill(1 / Math.sqrt(n)), velocity);
    const found = velocity.reduce((sum, value) => sum + value / Math.sqrt(n), 0);
    // The ridge of 0.15 on gradients of variance 1/400 there costs a factor √(0.15 · 400) at worst; a diagonal finds 2.
    expect(found).toBeGreaterThan(40);
    expect(found).toBeLessThan(500);
  });

  it("is a diagonal when there are no correlations, and a matrix when asked for one", () => {
    const sd = Array.from({ length: 12 }, (_, i) => 1 + i);
    const window = windowOf(independentNormal(Array(12).fill(0), sd), autoregressiveDraws(0, sd, 40, 3));
    const kindOf = (choice: "auto" | "low-rank" | "dense") =>
      metricKind(estimateInverseMetric(window, choice, new Float64Array(12).fill(1)).length, 12);
    expect(kindOf("auto")).toBe("diag");
    expect(kindOf("low-rank")).toBe("diag");
    const correlated = windowOf(autoregressiveNormal(0.95, sd), autoregressiveDraws(0.95, sd, 40, 3));
    expect(estimateInverseMetric(correlated, "dense", new Float64Array(12).fill(1))).toHaveLength(144);
  });
});

describe("draw window", () => {
  it("keeps the latest draws, and forgets the older half when it is full", () => {
    const window = new DrawWindow(1, 4);
    for (let k = 0; k < 6; k++) window.add(Float64Array.of(k), Float64Array.of(-k));
    expect([...window.positions.subarray(0, window.count)]).toEqual([2, 3, 4, 5]);
    window.keepLatest(2);
    expect([...window.gradients.subarray(0, window.count)]).toEqual([-4, -5]);
    window.keepLatest(5);
    expect(window.count).toBe(2);
  });

  it("has room for two stages, but not for any number of any size", () => {
    expect(windowCapacity(10, [5, 8, 20, 30])).toBe(50);
    expect(windowCapacity(10, [200, 3000])).toBe(400);
    expect(windowCapacity(20_000, [200, 3000])).toBe(100);
    expect(windowCapacity(10 ** 6, [200, 3000])).toBe(50);
    expect(windowCapacity(3, [])).toBe(2);
  });
});
