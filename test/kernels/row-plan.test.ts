import { describe, expect, it } from "vitest";
import { createRowPlan, type RowPlanInput } from "../../src/kernels/row-plan.ts";

const base: RowPlanInput = {
  rows: 3,
  kind: "poissonLog",
  parts: [{ kind: "grouped", index: Int32Array.of(0, 1, 1), columns: null, count: 1, first: 0, stride: 1 }],
  sizes: [2],
  offset: null,
  y: Float64Array.of(1, 0, 2),
  second: null,
  weights: null,
  shared: 0,
};

describe("createRowPlan", () => {
  it("gives Σ y η − e^η and its derivatives", () => {
    const plan = createRowPlan(base)!;
    plan.operands[0]!.set([Math.log(2), 0]);
    expect(plan.evaluate()).toBeCloseTo(Math.log(2) - 2 - 2, 14);
    expect([...plan.operandBars[0]!]).toEqual([expect.closeTo(-1, 14), expect.closeTo(0, 14)]);
    // Nothing is left over from the last time.
    expect(plan.evaluate()).toBeCloseTo(Math.log(2) - 4, 14);
    expect(plan.operandBars[0]![0]).toBeCloseTo(-1, 14);
  });

  it("leaves rows of weight 0 out, whatever they hold", () => {
    const plan = createRowPlan({ ...base, weights: Float64Array.of(1, 0, 1) })!;
    plan.operands[0]!.set([0, 0]);
    expect(plan.evaluate()).toBeCloseTo(-2, 14);
    const apart = { ...base.parts[0]!, index: Int32Array.of(0, 1, 0) };
    const infinite = createRowPlan({ ...base, parts: [apart], weights: Float64Array.of(1, 0, 1) })!;
    infinite.operands[0]!.set([0, 1000]);
    expect(infinite.evaluate()).toBeCloseTo(-2, 14);
    expect([...infinite.operandBars[0]!]).toEqual([expect.closeTo(1, 14), 0]);
  });

  it("gives the same bits every time, and in every instance", () => {
    const rows = 1003;
    const y = Float64Array.from({ length: rows }, (_, i) => i % 4);
    const columns = Float64Array.from({ length: rows * 3 }, (_, i) => Math.sin(i));
    const input: RowPlanInput = { ...base, rows, y, parts: [{ kind: "dense", columns }], sizes: [3] };
    const values = [createRowPlan(input)!, createRowPlan(input)!].flatMap((plan) => {
      plan.operands[0]!.set([0.1, -0.2, 0.3]);
      return [plan.evaluate(), plan.evaluate()];
    });
    expect(new Set(values).size).toBe(1);
  });

  it("refuses levels that have no effects", () => {
    const part = { ...base.parts[0]!, index: Int32Array.of(0, 1, 2) };
    expect(() => createRowPlan({ ...base, parts: [part] })).toThrow("row 3 has level 2");
  });
});
