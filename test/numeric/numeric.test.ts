/** Against R (test/fixtures/distributions/special.R). */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { mean, sd } from "../../src/numeric/moments.ts";
import { mad, quantileSorted } from "../../src/numeric/quantile.ts";
import * as special from "../../src/numeric/special.ts";

const r = JSON.parse(
  readFileSync(new URL("../fixtures/distributions/special.json", import.meta.url), "utf8"),
) as Record<string, number[]>;

function expectAll(
  f: (x: number) => number,
  at: readonly number[],
  values: readonly number[],
  relative: number,
): void {
  at.forEach((x, i) => {
    const scale = Math.max(Math.abs(values[i]!), 1);
    expect(Math.abs(f(x) - values[i]!) / scale, `at ${x}: ${f(x)}, R ${values[i]}`).toBeLessThan(relative);
  });
}

describe("special functions", () => {
  it("agree with R", () => {
    expectAll(special.logGamma, r.x!, r.lgamma!, 1e-13);
    expectAll(special.digamma, r.x!, r.digamma!, 1e-12);
    expectAll(special.logNormalCdf, r.z!, r.logPhi!, 1e-12);
    expectAll(special.normalQuantile, r.p!, r.quantile!, 1e-12);
  });

  it("are safe at |x| = 700 and beyond", () => {
    expect(special.log1pExp(700)).toBe(700);
    expect(special.log1pExp(-700)).toBeGreaterThan(0);
    expect(special.invLogit(-700)).toBeGreaterThan(0);
    expect(special.invLogit(800)).toBe(1);
    expect(special.logit(special.invLogit(-30))).toBeCloseTo(-30, 10);
    expect(special.normalQuantile(0)).toBe(-Infinity);
    expect(special.normalQuantile(1.5)).toBeNaN();
  });
});

describe("quantiles and moments", () => {
  it("agree with R", () => {
    const sorted = Float64Array.from(r.values!).sort();
    [0, 0.025, 0.05, 0.5, 0.95, 1].forEach((p, i) =>
      expect(quantileSorted(sorted, p)).toBeCloseTo(r.type7![i]!, 12),
    );
    expect(mad(r.values!)).toBeCloseTo(r.mad![0]!, 12);
    expect(sd(r.values!)).toBeCloseTo(r.sd![0]!, 12);
    expect(mean([1, 2, 6])).toBe(3);
  });
});
