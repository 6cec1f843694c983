import { describe, expect, it } from "vitest";
import { chainSeries, type Draws, series, statisticSeries } from "../../src/draws/draws.ts";
import { fromChains } from "../../src/draws/from-chains.ts";
import { NutmixError } from "../../src/errors.ts";
import type { ChainResult } from "../../src/sampler/chain-types.ts";

/** Value of parameter p in draw d of chain c: 100 c + 10 d + p. */
function chainResult(chain: number, draws: number, width = 2): ChainResult {
  const perDraw = (scale: number) =>
    Float64Array.from({ length: draws }, (_, d) => scale * (100 * chain + d));
  return {
    chain,
    draws,
    // Room for more draws than were finished, as after a cancelled run.
    values: Float64Array.from(
      { length: (draws + 3) * width },
      (_, i) => 100 * chain + 10 * Math.floor(i / width) + (i % width),
    ),
    lp: perDraw(-1),
    acceptStat: perDraw(0.001),
    stepSizes: perDraw(0.01),
    treedepth: Int32Array.from({ length: draws }, (_, d) => d + 1),
    nLeapfrog: Int32Array.from({ length: draws }, (_, d) => 2 ** (d + 1) - 1),
    divergent: Uint8Array.from({ length: draws }, (_, d) => d % 2),
    energy: perDraw(2),
    adaptation: {
      stepSize: 0.5,
      metric: "diag",
      dimension: width,
      inverseMetric: new Float64Array(width).fill(1),
      warmupLeapfrogs: 0,
      samplingLeapfrogs: 0,
      warmupDivergences: 0,
      warmupMs: 0,
      samplingMs: 0,
    },
  };
}

describe("fromChains", () => {
  it("puts chains in order of their number, whatever order they end in", () => {
    const { draws, chains, note } = fromChains({ names: ["a", "b"] }, [chainResult(1, 3), chainResult(0, 3)]);
    expect(note).toBeUndefined();
    expect(chains).toEqual([0, 1]);
    expect([draws.chains, draws.draws]).toEqual([2, 3]);
    expect([...series(draws, 1, 0)]).toEqual([1, 11, 21]);
    expect([...series(draws, 0, 1)]).toEqual([100, 110, 120]);
    expect([...draws.statistics.energy]).toEqual([0, 2, 4, 200, 202, 204]);
    expect([...draws.statistics.treedepth]).toEqual([1, 2, 3, 1, 2, 3]);
    expect([...draws.statistics.divergent]).toEqual([0, 1, 0, 0, 1, 0]);
  });

  it("cuts to the shortest chain and says so", () => {
    const { draws, chains, note } = fromChains({ names: ["a", "b"] }, [
      chainResult(0, 4),
      chainResult(1, 0),
      chainResult(2, 2),
    ]);
    expect(chains).toEqual([0, 2]);
    expect(draws.draws).toBe(2);
    expect([...chainSeries(draws, 0).values]).toEqual([0, 10, 200, 210]);
    expect([...statisticSeries(draws, "lp").values]).toEqual([-0, -1, -200, -201]);
    expect(note).toContain("chain 2 finished no draw");
    expect(note).toContain("between 2 and 4 draws");
  });

  it("refuses a run without draws", () => {
    expect(() => fromChains({ names: ["a", "b"] }, [chainResult(0, 0)])).toThrow(NutmixError);
    expect(() => fromChains({ names: ["a", "b"] }, [])).toThrow(/no chain finished a single draw/);
  });

  it("gives plain data that can be cloned between threads", () => {
    const { draws } = fromChains({ names: ["a", "b"] }, [chainResult(0, 2)]);
    const copy: Draws = structuredClone(draws);
    expect(copy).toEqual(draws);
  });
});
