import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { argsort, permuted } from "../../src/diagnostics/argsort.ts";
import { createAutocovariance } from "../../src/diagnostics/autocovariance.ts";
import { ess, essBulk, essTail } from "../../src/diagnostics/ess.ts";
import { createFft } from "../../src/diagnostics/fft.ts";
import { rankNormalise } from "../../src/diagnostics/rank-normalise.ts";
import { rhat, rhatBasic } from "../../src/diagnostics/rhat.ts";
import { splitChains } from "../../src/diagnostics/split-chains.ts";
import { stuckChains } from "../../src/diagnostics/stuck.ts";
import { isConstant, isUsable } from "../../src/diagnostics/usable.ts";
import type { ChainSeries } from "../../src/draws/draws.ts";
import { deviationsSorted, median, quantile } from "../../src/numeric/quantile.ts";

const chainsOf = (...chains: number[][]): ChainSeries => ({
  chains: chains.length,
  draws: chains[0]!.length,
  values: Float64Array.from(chains.flat()),
});

const finite = fc.double({ min: -1e3, max: 1e3, noNaN: true });

describe("createFft", () => {
  it("is the discrete Fourier transform by its definition", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(1, 2, 4, 16, 32),
        fc.array(finite, { minLength: 64, maxLength: 64 }),
        (size, x) => {
          const re = Float64Array.from(x.slice(0, size));
          const im = Float64Array.from(x.slice(32, 32 + size));
          createFft(size).transform(re, im);
          for (let k = 0; k < size; k++) {
            let a = 0;
            let b = 0;
            for (let j = 0; j < size; j++) {
              const angle = (-2 * Math.PI * j * k) / size;
              a += x[j]! * Math.cos(angle) - x[32 + j]! * Math.sin(angle);
              b += x[j]! * Math.sin(angle) + x[32 + j]! * Math.cos(angle);
            }
            // At most 64 terms below 1e3 in absolute value: rounding stays below 64 · 1e3 · 2⁻⁵² · 10.
            expect(Math.abs(re[k]! - a)).toBeLessThan(2e-10);
            expect(Math.abs(im[k]! - b)).toBeLessThan(2e-10);
          }
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe("createAutocovariance", () => {
  it("is the mean over chains of the sums of products, and can be used again", () => {
    const make = createAutocovariance(7);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.array(finite, { minLength: 35, maxLength: 35 }),
        (chains, all) => {
          const values = Float64Array.from(all.slice(0, chains * 7));
          const actual = make.mean({ chains, draws: 7, values });
          for (let lag = 0; lag < 7; lag++) {
            let expected = 0;
            for (let chain = 0; chain < chains; chain++) {
              const one = [...values.subarray(chain * 7, (chain + 1) * 7)];
              const mean = one.reduce((a, b) => a + b, 0) / 7;
              for (let i = 0; i + lag < 7; i++)
                expected += ((one[i]! - mean) * (one[i + lag]! - mean)) / 7 / chains;
            }
            // Products up to 4e6, so that 1e-8 is some ten units in the last place of their sum.
            expect(Math.abs(actual[lag]! - expected)).toBeLessThan(1e-8);
          }
        },
      ),
    );
  });
});

describe("splitChains", () => {
  it("halves every chain and leaves out the middle of an odd number", () => {
    const split = splitChains(chainsOf([1, 2, 3, 4, 5], [6, 7, 8, 9, 10]));
    expect(split).toEqual(chainsOf([1, 2], [4, 5], [6, 7], [9, 10]));
    expect(splitChains(chainsOf([1, 2, 3, 4]))).toEqual(chainsOf([1, 2], [3, 4]));
    expect(splitChains(chainsOf([1], [2]))).toEqual(chainsOf([1], [2]));
  });
});

describe("rankNormalise", () => {
  it("gives normal scores of average ranks", () => {
    // R: qnorm((c(1, 2.5, 2.5, 4) - 3/8) / (4 + 1/4))
    const { values } = rankNormalise(chainsOf([5, 7, 7, 100]));
    const expected = [-1.0491314, 0, 0, 1.0491314];
    values.forEach((z, i) => {
      expect(z).toBeCloseTo(expected[i]!, 7);
    });
  });

  it("does not change under increasing transformations", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 2, maxLength: 40 }), (x) => {
        const exponential = x.map((value) => Math.exp(value));
        expect(rankNormalise(chainsOf(exponential)).values).toEqual(rankNormalise(chainsOf(x)).values);
      }),
    );
  });
});

describe("argsort", () => {
  it("orders like a comparison sort, and keeps equal values in their order", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.double({ noNaN: true }), fc.integer({ min: -3, max: 3 }))), (x) => {
        const values = Float64Array.from(x);
        const order = argsort(values);
        const expected = x
          .map((_, i) => i)
          .sort((i, j) => x[i]! - x[j]! || Number(x[i]! > x[j]!) - Number(x[i]! < x[j]!) || i - j);
        // −0 comes before 0 in one and equals it in the other: compare the values, and the positions without it.
        expect([...permuted(values, order)].map((v) => v + 0)).toEqual(expected.map((i) => x[i]! + 0));
        if (!x.some((v) => Object.is(v, -0))) expect([...order]).toEqual(expected);
      }),
    );
  });
});

describe("quantiles", () => {
  it("merges the deviations from the median in order", () => {
    fc.assert(
      fc.property(fc.array(finite, { minLength: 1 }), (x) => {
        const sorted = Float64Array.from(x).sort();
        const centre = median(sorted);
        expect(deviationsSorted(sorted)).toEqual(sorted.map((value) => Math.abs(value - centre)).sort());
      }),
    );
  });

  it("are of type 7", () => {
    // R: quantile(c(3, 1, 2, 10), c(0, 0.1, 0.5, 0.9, 1))
    const x = Float64Array.of(3, 1, 2, 10);
    expect([0, 0.1, 0.5, 0.9, 1].map((p) => quantile(x, p))).toEqual([1, 1.3, 2.5, 7.900000000000001, 10]);
    expect(median(x)).toBe(2.5);
    expect(quantile(Float64Array.of(4), 0.3)).toBe(4);
    expect(median(new Float64Array())).toBeNaN();
  });
});

describe("undefined cases", () => {
  const broken = chainsOf([1, 2, Number.NaN, 4], [1, 2, 3, 4]);
  const infinite = chainsOf([1, 2, Infinity, 4], [1, 2, 3, 4]);

  it("non-finite draws make everything NaN", () => {
    for (const x of [broken, infinite]) {
      expect(isUsable(x.values)).toBe(false);
      for (const diagnostic of [rhat, rhatBasic, ess, essBulk, essTail]) expect(diagnostic(x)).toBeNaN();
    }
  });

  it("a constant is one to within the machine epsilon", () => {
    expect(isConstant(Float64Array.of(1, 1, 1))).toBe(true);
    expect(isConstant(Float64Array.of(1, 1 + 2 ** -52))).toBe(false);
  });

  it("finds chains that stand still, but not constants", () => {
    expect(stuckChains(chainsOf([1, 2, 3], [2, 2, 2], [1, 1, 4]))).toEqual([1]);
    expect(stuckChains(chainsOf([2, 2, 2], [3, 3, 3]))).toEqual([0, 1]);
    expect(stuckChains(chainsOf([2, 2, 2], [2, 2, 2]))).toEqual([]);
  });
});
