import { describe, expect, it } from "vitest";
import type { LogDensity } from "../../src/log-density.ts";
import { stream } from "../../src/random/streams.ts";
import { ascend, maxAscentEvaluations } from "../../src/sampler/ascent.ts";
import { createPhasePoint } from "../../src/sampler/phase-point.ts";
import { centredFunnel, exponentialRegression, independentNormal } from "../helpers/toy-densities.ts";

function climb(density: LogDensity, from: readonly number[]) {
  const point = createPhasePoint(density.dimension);
  point.position.set(from);
  point.logDensity = density.evaluate(point.position, point.gradient);
  const before = point.logDensity;
  const evaluations = ascend(density, point);
  return { point, before, evaluations };
}

const uniformStart = (n: number, seed: number, radius = 2): number[] => {
  const rng = stream(seed, 0, "test");
  return Array.from({ length: n }, () => radius * (2 * rng.uniform() - 1));
};

describe("ascend", () => {
  it("leaves an ordinary random start where it is", () => {
    for (const n of [1, 5, 50, 300]) {
      const start = uniformStart(n, n);
      const { point } = climb(independentNormal(Array(n).fill(0), Array(n).fill(1)), start);
      expect([...point.position]).toEqual(start);
    }
  });

  it("comes within ordinary variation of the mode from thousands of standard deviations away", () => {
    // Scales over three orders of magnitude; log p at the mode is 0.
    const sd = Array.from({ length: 20 }, (_, i) => 10 ** (-3 + (3 * i) / 19));
    const { point, before, evaluations } = climb(
      independentNormal(
        sd.map((_, i) => Math.sin(i)),
        sd,
      ),
      uniformStart(20, 3),
    );
    expect(before).toBeLessThan(-1e5);
    expect(point.logDensity).toBeGreaterThan(-500);
    expect(evaluations).toBeLessThan(maxAscentEvaluations + 30);
  });

  it("leaves the cliff of a log link with covariates in the tens", () => {
    const rng = stream(5, 0, "test");
    const x = Array.from({ length: 100 }, () => [1, 60 * rng.normal(), 60 * rng.normal()]);
    const y = x.map(() => -Math.log(rng.uniform()));
    const density = exponentialRegression(x, y);
    for (let seed = 0; seed < 50; seed++) {
      const { point, before, evaluations } = climb(density, uniformStart(3, seed));
      expect(before).toBeLessThan(-1e4);
      expect(point.logDensity).toBeGreaterThan(-1000);
      // The steep coefficients (posterior sd 1 / (60 √100) = 0.002) arrive; the intercept may stay where it was drawn.
      expect(Math.abs(point.position[1]!)).toBeLessThan(0.03);
      expect(Math.abs(point.position[2]!)).toBeLessThan(0.03);
      expect(evaluations).toBeLessThan(maxAscentEvaluations + 30);
    }
  });

  it("does not slide down a funnel", () => {
    // The mode is at v = −40, the mass within v ± 6.
    for (let seed = 0; seed < 20; seed++) {
      const { point } = climb(centredFunnel(9), uniformStart(10, seed));
      expect(point.position[0]).toBeGreaterThan(-6);
      expect(point.position[0]).toBeLessThan(6);
    }
  });

  it("keeps starts dispersed", () => {
    const ends = Array.from({ length: 10 }, (_, seed) => {
      const density = independentNormal([0, 0, 0], [1, 1, 0.001]);
      return climb(density, uniformStart(3, seed)).point.position;
    });
    const spread = (i: number) => Math.max(...ends.map((q) => q[i]!)) - Math.min(...ends.map((q) => q[i]!));
    expect(spread(0)).toBeGreaterThan(1);
    expect(spread(1)).toBeGreaterThan(1);
  });

  it("ends where the gradient overflows, is flat or is wrong", () => {
    const withGradient = (slope: number): LogDensity => ({
      dimension: 2,
      evaluate: (q, gradient) => {
        gradient.fill(slope);
        return -Math.abs(q[0]!);
      },
    });
    for (const slope of [1e300, 0, -1e-300, 1]) {
      const { point, before, evaluations } = climb(withGradient(slope), [1, 1]);
      expect(point.logDensity).toBeGreaterThanOrEqual(before);
      expect(evaluations).toBeLessThan(maxAscentEvaluations + 30);
    }
  });
});
