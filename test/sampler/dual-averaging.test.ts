import { describe, expect, it } from "vitest";
import { stream } from "../../src/random/streams.ts";
import { dualAveragingDefaults, startDualAveraging } from "../../src/sampler/dual-averaging.ts";

/** A decreasing acceptance curve with the right shape: 1 for small steps, 0 for large ones. */
const acceptance = (stepSize: number) => Math.exp(-stepSize * stepSize);

describe("dual averaging", () => {
  it.each([0.6, 0.8, 0.95])("finds the step size with acceptance %f", (target) => {
    const adaptation = startDualAveraging(1, { ...dualAveragingDefaults, target });
    let stepSize = 1;
    for (let i = 0; i < 5000; i++) stepSize = adaptation.update(acceptance(stepSize));
    // The average forgets as t^−0.75: after 5000 noise-free steps it is within a percent.
    expect(adaptation.final()).toBeCloseTo(Math.sqrt(-Math.log(target)), 2);
  });

  it("averages noise away", () => {
    const rng = stream(1, 0, "test");
    const adaptation = startDualAveraging(0.01, dualAveragingDefaults);
    let stepSize = 0.01;
    for (let i = 0; i < 5000; i++) {
      stepSize = adaptation.update(rng.uniform() < acceptance(stepSize) ? 1 : 0);
    }
    expect(Math.abs(acceptance(adaptation.final()) - 0.8)).toBeLessThan(0.05);
  });

  it("makes Hoffman & Gelman's first step (eq. 6 by hand)", () => {
    const adaptation = startDualAveraging(0.5, dualAveragingDefaults);
    // errorMean = (0.8 − 0.3)/11; x = log 5 − errorMean/0.05
    const expected = Math.exp(Math.log(5) - 0.5 / 11 / 0.05);
    expect(adaptation.update(0.3)).toBeCloseTo(expected, 12);
    expect(adaptation.final()).toBeCloseTo(expected, 12);
  });

  it("keeps the starting step size when nothing was learnt, and takes NaN as rejection", () => {
    expect(startDualAveraging(0.3, dualAveragingDefaults).final()).toBe(0.3);
    const [a, b] = [
      startDualAveraging(1, dualAveragingDefaults),
      startDualAveraging(1, dualAveragingDefaults),
    ];
    expect(a.update(Number.NaN)).toBe(b.update(0));
  });
});
