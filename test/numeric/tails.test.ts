import { describe, expect, it } from "vitest";
import {
  chiSquareUpper,
  fUpper,
  studentHalfWidth,
  studentTwoSided,
} from "../../src/numeric/test-distributions.ts";

// R 4.2.2: 2*pt(-t, df), qt(1-(1-level)/2, df), pf(f, df1, df2, lower.tail=FALSE), pchisq(x, df, lower.tail=FALSE).
describe("tails and quantiles, as R has them", () => {
  it.each([
    [2.5, 3.7, 0.07182202291182675],
    [36.8383, 17, 1.17089098013688e-17],
    [1.3, Infinity, 0.1936009691712207],
    [0.1, 1, 0.9365489651388929],
  ])("P(|T| > %f), %f df", (t, df, p) => {
    expect(studentTwoSided(t, df) / p).toBeCloseTo(1, 9);
  });

  it.each([
    [0.95, 17, 2.10981557783332],
    [0.95, 1.5, 6.016663104427929],
    [0.99, 5, 4.03214298355523],
    [0.95, 1e9, 1.95996398454005],
    [0.5, 2, 0.816496580927726],
  ])("t with coverage %f and %f df", (level, df, t) => {
    expect(studentHalfWidth(level, df) / t).toBeCloseTo(1, 9);
  });

  it.each([
    [45.853, 1, 17, 3.263790728712571e-6],
    [2.5, 3, 12.5, 0.1071546015108194],
    [2, 2, Infinity, 0.1353352832366127],
  ])("P(F > %f) with %f and %f df", (f, a, b, p) => {
    expect(fUpper(f, a, b) / p).toBeCloseTo(1, 9);
  });

  it.each([
    [42.1393, 2, 7.072407391501075e-10],
    [3.841458820694124, 1, 0.05],
    [1, 0, 0],
    [0, 0, 1],
  ])("P(χ² > %f) with %i df", (x, df, p) => {
    expect(Math.abs(chiSquareUpper(x, df) - p)).toBeLessThan(1e-4 * p + 1e-14);
  });
});
