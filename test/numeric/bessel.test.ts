import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { besselRatioExcess, logBesselI0Scaled } from "../../src/numeric/bessel.ts";

describe("Bessel functions of the von Mises distribution", () => {
  it.each([
    // Abramowitz & Stegun 1964, table 9.8: e⁻ˣI₀(x) and e⁻ˣI₁(x).
    [1, 0.4657596077, 0.2079104154],
    [2, 0.3085083225, 0.2152692892],
    [5, 0.1835408126, 0.163972267],
    [10, 0.1278333372, 0.1212626814],
  ])("have their tabulated values at %s", (x, zero, one) => {
    expect(Math.exp(logBesselI0Scaled(x))).toBeCloseTo(zero, 9);
    expect(1 + besselRatioExcess(x)).toBeCloseTo(one / zero, 8);
  });

  it("are the integrals that define them, on both sides of the change of method", () => {
    // The trapezoidal rule converges geometrically for periodic functions.
    const n = 4000;
    const integral = (x: number, weight: (t: number) => number): number => {
      let sum = 0;
      for (let k = 0; k < n; k++) {
        const t = (2 * Math.PI * k) / n;
        sum += weight(t) * Math.exp(x * (Math.cos(t) - 1));
      }
      return sum / n;
    };
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 400, noNaN: true }), (x) => {
        const zero = integral(x, () => 1);
        expect(Math.abs(logBesselI0Scaled(x) - Math.log(zero))).toBeLessThan(2e-13);
        const excess = integral(x, (t) => Math.cos(t) - 1) / zero;
        expect(Math.abs(besselRatioExcess(x) / excess - 1)).toBeLessThan(1e-11);
      }),
      { numRuns: 60, seed: 1, examples: [[19.999], [20.001]] },
    );
  });
});
