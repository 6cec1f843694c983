/** Against R's qt, pf and ptukey (test/fixtures/numeric/distributions.R; −1 stands for infinitely many df). */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { studentisedRangeCdf, studentisedRangeQuantile } from "../../src/numeric/studentised-range.ts";
import { fUpper, studentHalfWidth } from "../../src/numeric/test-distributions.ts";

type Columns = Record<string, number[]>;
const r = JSON.parse(
  readFileSync(new URL("../fixtures/numeric/distributions.json", import.meta.url), "utf8"),
) as { t: Columns; f: Columns; range: Columns; quantile: Columns };

const df = (value: number): number => (value < 0 ? Infinity : value);

describe("distributions of test statistics", () => {
  it("t and F agree with R", () => {
    r.t.t!.forEach((t, i) => {
      const own = studentHalfWidth(r.t.level![i]!, r.t.df![i]!);
      expect(Math.abs(own / t - 1), `level ${r.t.level![i]} df ${r.t.df![i]}`).toBeLessThan(1e-8);
    });
    r.f.p!.forEach((p, i) => {
      const own = fUpper(r.f.f![i]!, r.f.df1![i]!, df(r.f.df2![i]!));
      expect(Math.abs(own - p)).toBeLessThan(1e-12);
    });
  });

  it("the studentised range agrees with its definition to 1e-10 and with ptukey as far as that goes", () => {
    const { q, means, p, exact } = r.range;
    p!.forEach((ptukey, i) => {
      const own = studentisedRangeCdf(q![i]!, means![i]!, df(r.range.df![i]!));
      const where = `q ${q![i]} means ${means![i]} df ${r.range.df![i]}: ${own}`;
      expect(Math.abs(own - exact![i]!), where).toBeLessThan(1e-10);
      expect(Math.abs(own - ptukey), where).toBeLessThan(1e-5);
    });
  });

  it("quantiles of the studentised range agree with R to 1e-8", () => {
    const { q, means, p } = r.quantile;
    q!.forEach((expected, i) => {
      const own = studentisedRangeQuantile(p![i]!, means![i]!, df(r.quantile.df![i]!));
      expect(
        Math.abs(own / expected - 1),
        `p ${p![i]} means ${means![i]} df ${r.quantile.df![i]}`,
      ).toBeLessThan(1e-8);
    });
  });

  it("two means are Student's t", () => {
    for (const [q, nu] of [
      [1, 77.4],
      [5, 1],
      [30, 1],
      [4, 2.3],
    ] as const) {
      const p = 1 - studentisedRangeCdf(q, 2, nu);
      const half = studentHalfWidth(1 - p, nu);
      expect(half * Math.SQRT2).toBeCloseTo(q, 8);
    }
  });
});
