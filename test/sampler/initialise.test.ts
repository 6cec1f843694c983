import { describe, expect, it } from "vitest";
import { SamplingError } from "../../src/errors.ts";
import type { LogDensity } from "../../src/log-density.ts";
import { stream } from "../../src/random/streams.ts";
import { initialise } from "../../src/sampler/initialise.ts";
import { independentNormal } from "../helpers/toy-densities.ts";

const rng = () => stream(1, 0, "test");

/** Standard normal, except that `breaks` decides where value or gradient are not finite. */
function brokenNormal(
  names: readonly string[],
  breaks: (q: Float64Array, gradient: Float64Array) => number | undefined,
): LogDensity {
  const normal = independentNormal(
    names.map(() => 0),
    names.map(() => 1),
  );
  return {
    dimension: names.length,
    coordinateName: (i) => names[i]!,
    evaluate(q, gradient) {
      const value = normal.evaluate(q, gradient);
      return breaks(q, gradient) ?? value;
    },
  };
}

describe("initialise", () => {
  it("starts within the radius of the centre, at different points for different streams", () => {
    const density = independentNormal([5, -3], [1, 1]);
    const centre = Float64Array.of(5, -3);
    const a = initialise(density, centre, 0.5, stream(1, 0, "sampler")).point;
    const b = initialise(density, centre, 0.5, stream(1, 1, "sampler")).point;
    for (const point of [a, b]) {
      expect(Math.abs(point.position[0]! - 5)).toBeLessThanOrEqual(0.5);
      expect(Math.abs(point.position[1]! + 3)).toBeLessThanOrEqual(0.5);
    }
    expect(a.position).not.toEqual(b.position);
  });

  it("starts exactly at the centre with radius 0", () => {
    const { point } = initialise(independentNormal([0, 0], [1, 1]), Float64Array.of(0.5, 1), 0, rng());
    expect([...point.position]).toEqual([0.5, 1]);
    expect([...point.gradient]).toEqual([-0.5, -1]);
    expect(point.logDensity).toBe(-0.625);
  });

  it("tries again while the density is not finite", () => {
    // Finite in a tenth of the box: missing it 100 times has probability 0.9^100 = 3e-5.
    const density = brokenNormal(["a"], (q) => (q[0]! < 1.6 ? Number.NEGATIVE_INFINITY : undefined));
    const { point, evaluations } = initialise(density, new Float64Array(1), 2, rng());
    expect(point.position[0]).toBeGreaterThan(1.6);
    expect(evaluations).toBeGreaterThan(1);
  });

  it("comes nearer to the centre when nothing further out is finite", () => {
    const density = brokenNormal(["a", "b"], (q) =>
      q.some((value) => Math.abs(value) > 0.01) ? Number.NEGATIVE_INFINITY : undefined,
    );
    const { point } = initialise(density, new Float64Array(2), 2, rng());
    expect(Math.abs(point.position[0]!)).toBeLessThanOrEqual(0.01);
  });

  it("names the coordinate at which the density breaks, and what to do", () => {
    const density = brokenNormal(["b_x", "log(sigma)", "b_z"], (q) => (q[1] !== 0 ? Number.NaN : undefined));
    const start = () => initialise(density, new Float64Array(3), 2, rng());
    expect(start).toThrow(SamplingError);
    expect(start).toThrow(
      /No usable starting point in 100 tries within ±2 of the centre: the log density is NaN because of log\(sigma\) \(-?[\d.]+ at the last try\)\. .*initRadius/,
    );
  });

  it("names the coordinates whose derivative is not finite", () => {
    const density = brokenNormal(["b_x", "log(sigma)", "b_z"], (_, gradient) => {
      gradient[2] = Number.NaN;
      return undefined;
    });
    expect(() => initialise(density, new Float64Array(3), 2, rng())).toThrow(
      "the log density is finite, but its derivative is not for b_z.",
    );
  });

  it("says so when no single coordinate is to blame", () => {
    const density = brokenNormal(["a", "b"], () => Number.NEGATIVE_INFINITY);
    expect(() => initialise(density, new Float64Array(2), 2, rng())).toThrow(
      "the log density is -Infinity, whichever single coordinate is moved.",
    );
  });
});
