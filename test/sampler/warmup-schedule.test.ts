import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { warmupSchedule } from "../../src/sampler/warmup-schedule.ts";

function metricWindowEnds(count: number): number[] {
  const ends: number[] = [];
  let done = 0;
  for (const stage of warmupSchedule(count)) {
    done += stage.length;
    if (stage.kind === "metric") ends.push(done - 1);
  }
  return ends;
}

describe("warmupSchedule", () => {
  // Stan Reference Manual, "Adaptation": 75 / 25, 50, 100, 200, 500 / 50 for 1000 transitions.
  it("has Stan's windows where Stan has windows", () => {
    expect(metricWindowEnds(1000)).toEqual([99, 149, 249, 449, 949]);
    expect(metricWindowEnds(200)).toEqual([99, 149]);
    expect(metricWindowEnds(150)).toEqual([99]);
  });

  it("scales short warm-ups as 15 / 75 / 10 percent", () => {
    expect(metricWindowEnds(100)).toEqual([89]);
    expect(metricWindowEnds(149)).toEqual([134]);
    expect(metricWindowEnds(20)).toEqual([17]);
  });

  it("is only step-size adaptation below 20", () => {
    expect(warmupSchedule(19)).toEqual([{ kind: "final", length: 19 }]);
    expect(warmupSchedule(0)).toEqual([]);
  });

  it("sums to the count, has a metric window from 20 on, and no window shorter than the one before", () => {
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 20_000 }), (count) => {
        const schedule = warmupSchedule(count);
        expect(schedule.reduce((sum, stage) => sum + stage.length, 0)).toBe(count);
        expect(schedule.every((stage) => stage.length >= 1)).toBe(true);
        const windows = schedule.filter((stage) => stage.kind === "metric").map((stage) => stage.length);
        expect(windows.length).toBeGreaterThan(0);
        for (let i = 1; i < windows.length; i++)
          expect(windows[i]).toBeGreaterThanOrEqual(2 * windows[i - 1]!);
        const order = schedule.map((stage) => ["initial", "metric", "final"].indexOf(stage.kind));
        expect(order).toEqual([...order].sort());
        expect(schedule.at(-1)!.kind).toBe("final");
      }),
      { seed: 1 },
    );
  });
});
