import { describe, expect, it } from "vitest";
import { binned, rankUniformity } from "../../src/diagnostics/rank-uniformity.ts";
import { stream } from "../../src/random/streams.ts";

const rng = stream(3, 0, "test");
const sample = (n: number, draw: () => number): Int32Array => Int32Array.from({ length: n }, draw);
const uniform = (): number => Math.floor(100 * rng.uniform());

describe("rank uniformity", () => {
  it("has p-values that are uniform themselves when ranks are", () => {
    const found = Array.from({ length: 100 }, () => rankUniformity(sample(100, uniform), 99));
    for (const of of ["pChiSquare", "pEcdf"] as const) {
      const below = found.filter((own) => own[of] < 0.1).length;
      // Binomial(100, 0.1): 10 expected, sd 3; less than one in a thousand lies beyond these.
      expect(below).toBeGreaterThan(1);
      expect(below).toBeLessThan(22);
    }
  });

  it("sees posteriors that are too narrow, too wide, and biased", () => {
    const narrow = sample(200, () => (rng.uniform() < 0.3 ? (rng.uniform() < 0.5 ? 0 : 99) : uniform()));
    const wide = sample(200, () => Math.floor((100 * (rng.uniform() + rng.uniform() + rng.uniform())) / 3));
    const biased = sample(200, () => Math.floor(100 * Math.sqrt(rng.uniform())));
    for (const ranks of [narrow, wide, biased]) {
      expect(rankUniformity(ranks, 99).pEcdf).toBeLessThan(0.005);
      expect(rankUniformity(ranks, 99).pChiSquare).toBeLessThan(0.005);
    }
  });

  it("takes bins that share the ranks evenly and hold five of them or more", () => {
    expect(binned(sample(200, uniform), 99).length).toBe(20);
    expect(binned(sample(40, uniform), 99).length).toBe(5);
    expect(binned(Int32Array.of(0, 1, 2, 3), 6)).toEqual([4]);
  });
});
