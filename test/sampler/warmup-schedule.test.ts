import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { warmupSchedule } from "../../src/sampler/warmup-schedule.ts";

function metricStages(count: number): number[] {
  return warmupSchedule(count)
    .filter((stage) => stage.kind === "metric")
    .map((stage) => stage.length);
}

describe("warmupSchedule", () => {
  it("lets stages grow by a half, the last one to the final share", () => {
    expect(metricStages(300)).toEqual([5, 8, 12, 18, 27, 41, 144]);
    expect(metricStages(100)).toEqual([5, 8, 12, 18, 42]);
    expect(metricStages(20)).toEqual([5, 12]);
  });

  it("keeps trajectories short while nothing is known", () => {
    expect(warmupSchedule(1000).map((stage) => stage.treedepthLimit)).toEqual([
      ...[6, 6, 6, 6, 8, 8],
      ...Array.from({ length: 5 }, () => Number.POSITIVE_INFINITY),
    ]);
  });

  it("is only step-size adaptation below 20", () => {
    expect(warmupSchedule(19)).toMatchObject([{ kind: "final", length: 19 }]);
    expect(warmupSchedule(0)).toEqual([]);
  });

  it("sums to the count, learns metrics from 20 on, in stages that never shrink, and ends with the step size", () => {
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 20_000 }), (count) => {
        const schedule = warmupSchedule(count);
        expect(schedule.reduce((sum, stage) => sum + stage.length, 0)).toBe(count);
        expect(schedule.slice(0, -1).every((stage) => stage.kind === "metric")).toBe(true);
        expect(schedule.at(-1)).toMatchObject({ kind: "final", length: Math.ceil(0.15 * count) });
        const lengths = metricStages(count);
        expect(lengths.length).toBeGreaterThan(0);
        for (let i = 1; i < lengths.length; i++) {
          expect(lengths[i]).toBeGreaterThanOrEqual(1.4 * lengths[i - 1]!);
        }
      }),
      { seed: 1 },
    );
  });
});
