import { describe, expect, it } from "vitest";
import { comparisonText, ratios } from "../../bench/compare.ts";
import { type Measured, medians } from "../../bench/measured.ts";
import { predictSeconds } from "../../bench/predict.ts";
import type { Results } from "../../bench/results.ts";

const figures: Measured = {
  rows: 10,
  strategy: "explicit",
  cores: 2,
  compileMs: 10,
  warmupS: 1,
  samplingS: 1,
  wallS: 4,
  gradients: 1000,
  gradientsPerS: 250,
  essBulk: 400,
  essTail: 300,
  essBulkAll: 200,
  essTailAll: 100,
  essPerS: 200,
  essPerWallS: 100,
  essPer1000Gradients: 400,
  peakMb: 100,
  divergences: 0,
};

function run(calibrationMs: number, changed: Partial<Measured>, name = "a"): Results {
  return {
    version: 1,
    node: "v20",
    calibrationMs,
    repeat: 1,
    cases: [{ name, figures: { ...figures, ...changed } }],
  };
}

describe("comparison of two runs", () => {
  it("finds no change in the same work on a machine twice as slow, once calibrated", () => {
    const slow = run(40, { wallS: 8, gradientsPerS: 125, essPerS: 100, essPerWallS: 50, compileMs: 20 });
    const [compared] = ratios(slow, run(20, {}));
    for (const { calibrated } of compared!.ratios) expect(calibrated).toBeCloseTo(1, 12);
    const raw = new Map(compared!.ratios.map((ratio) => [ratio.title, ratio.raw]));
    expect(raw.get("wall s")).toBe(2);
    expect(raw.get("ESS/s")).toBe(0.5);
    expect(raw.get("ESS/1000 grad.")).toBe(1);
  });

  it("names the cases that only one run has", () => {
    expect(comparisonText(run(20, {}, "a"), run(20, {}, "b"))).toContain("in one of the two runs only: a, b");
  });
});

describe("medians of runs", () => {
  it("are taken figure by figure, of two values their mean", () => {
    const runs = [5, 1, 3].map((wallS) => ({ ...figures, wallS }));
    expect(medians(runs)).toEqual({ ...figures, wallS: 3 });
    expect(medians(runs.slice(0, 2)).wallS).toBe(3);
    expect(() => medians([])).toThrow("there are no runs");
  });
});

describe("predicted seconds", () => {
  it("follow the power law of the last two points", () => {
    const points = [
      { size: 10, seconds: 1 },
      { size: 1000, seconds: 10 },
    ];
    expect(predictSeconds(points, 100_000, 1)).toBeCloseTo(100, 10);
    expect(predictSeconds(points.slice(0, 1), 100, 1)).toBe(10);
    expect(predictSeconds([], 100, 1)).toBe(0);
  });

  it("never fall with the size, and rise by a power of 1.5 at most", () => {
    const falling = [
      { size: 1, seconds: 5 },
      { size: 10, seconds: 4 },
    ];
    expect(predictSeconds(falling, 100, 1)).toBe(4);
    const steep = [
      { size: 1, seconds: 0.001 },
      { size: 10, seconds: 4 },
    ];
    expect(predictSeconds(steep, 1000, 1)).toBeCloseTo(4000, 8);
  });
});
