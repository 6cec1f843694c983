/** What a user is told who asks for a smooth that the data cannot carry. */
import { describe, expect, it } from "vitest";
import { learnSmooth, smoothParts } from "../../../src/terms/smooth/learn.ts";
import type { SmoothCall, SmoothVariable } from "../../../src/terms/smooth/smooth.ts";

const base: SmoothCall = {
  kind: "s",
  label: "s(x)",
  variables: ["x"],
  bs: [],
  k: [],
  m: [],
  d: [],
  fx: false,
  full: false,
};
const few: SmoothVariable = { kind: "numeric", values: Float64Array.of(1, 2, 3, 1, 2, 3, 1, 2, 3, 1) };
const many: SmoothVariable = { kind: "numeric", values: Float64Array.from({ length: 10 }, (_, i) => i) };
const text: SmoothVariable = {
  kind: "factor",
  levels: ["a", "b"],
  codes: Int32Array.from({ length: 10 }, (_, i) => i % 2),
  ordered: false,
};

describe("a smooth is refused", () => {
  it("with more columns than distinct values", () => {
    expect(() => learnSmooth(base, new Map([["x", few]]))).toThrow(
      /s\(x\) needs at least 10 different values of x, and there are 3/,
    );
    expect(() => learnSmooth({ ...base, bs: ["cr"] }, new Map([["x", few]]))).toThrow(
      /only 3 different values: choose a smaller k/,
    );
  });
  it("of text", () => {
    expect(() => learnSmooth(base, new Map([["x", text]]))).toThrow(/x holds text: for levels use by = x/);
  });
  it("with an unknown basis", () => {
    expect(() => learnSmooth({ ...base, bs: ["tq"] }, new Map([["x", many]]))).toThrow(
      /no basis "tq"; did you mean "tp"/,
    );
  });
  it("by factor smooths of two factors, or none", () => {
    const call = { ...base, bs: ["fs"], label: "s(x,f)", variables: ["x", "f"] };
    expect(() =>
      learnSmooth(
        call,
        new Map([
          ["x", many],
          ["f", many],
        ]),
      ),
    ).toThrow(/exactly one factor, and has no factor/);
  });
  it("at levels that the fit did not have", () => {
    const call = { ...base, k: [4], by: "f" };
    const state = learnSmooth(
      call,
      new Map<string, SmoothVariable>([
        ["x", many],
        ["f", text],
      ]),
    );
    const other: SmoothVariable = { ...text, levels: ["a", "c"] };
    const rows = new Map<string, SmoothVariable>([
      ["x", many],
      ["f", other],
    ]);
    expect(() => smoothParts(state, rows)).toThrow(/s\(x\) has no level "c" of f; the fit had a, b/);
  });
  it("but random effects number unseen levels behind the known ones", () => {
    const state = learnSmooth(
      { ...base, bs: ["re"], label: "s(f)", variables: ["f"] },
      new Map([["f", text]]),
    );
    const other: SmoothVariable = { ...text, levels: ["c", "a"] };
    const [part] = smoothParts(state, new Map([["f", other]]));
    expect(part!.penalised[0]!.levels!.unseen).toEqual(["c"]);
    expect([...part!.penalised[0]!.levels!.codes.slice(0, 3)]).toEqual([2, 0, 2]);
  });
});
