import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PriorError } from "../../src/errors.ts";
import { evaluateNumber } from "../../src/priors/arithmetic.ts";

describe("evaluateNumber", () => {
  it.each([
    ["1 + 2 * -3 / (4 - 2)", -2],
    ["8 - 3 - 2", 3],
    ["8 / 4 / 2", 1],
    ["-1e-3", -0.001],
    ["2.5E+2", 250],
    [".5", 0.5],
    ["5.", 5],
    ["1/3", 1 / 3],
    ["--2", 2],
    ["+2", 2],
    [" ( ( 7 ) ) ", 7],
  ])("%s", (text, value) => expect(evaluateNumber(text)).toBe(value));

  it("puts numbers in the places of placeholders", () => {
    expect(evaluateNumber("2.5 * {sd_y} / {sd_x}", { sd_y: 4, sd_x: 2 })).toBe(5);
    expect(() => evaluateNumber("{sd_q}", { sd_y: 1 })).toThrow(
      /unknown placeholder \{sd_q\}; there are sd_y/,
    );
    expect(() => evaluateNumber("{constructor}", {})).toThrow(/unknown placeholder/);
  });

  it.each([
    ["process.exit()", 0],
    ["2 3", 2],
    ["2 +", 3],
    ["(2", 2],
    ["2)", 1],
    ["1e", 1],
    ["0x10", 1],
    ["2 ^ 2", 2],
  ])("refuses %s and points at the place", (text, position) => {
    expect(() => evaluateNumber(text)).toThrow(PriorError);
    expect(() => evaluateNumber(text)).toThrow(`\n  ${text}\n  ${" ".repeat(position)}^`);
  });

  it("refuses nesting that would exhaust the stack", () => {
    for (const text of ["(".repeat(100_000), "-".repeat(100_000)]) {
      expect(() => evaluateNumber(text)).toThrow(/nested too deeply/);
    }
    expect(evaluateNumber(`${"(".repeat(50)}3${")".repeat(50)}`)).toBe(3);
  });

  it("computes what JavaScript computes for the same expression", () => {
    // A tree and its value are built together, so that the expectation does not come from the parser.
    const number = fc.integer({ min: 1, max: 99 }).map((value) => ({ text: String(value), value }));
    const { tree } = fc.letrec<{ tree: { text: string; value: number } }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 5 },
        number,
        fc.tuple(tie("tree"), fc.constantFrom("+", "-", "*", "/"), tie("tree")).map(([a, sign, b]) => ({
          text: `(${a.text} ${sign} ${b.text})`,
          value:
            sign === "+"
              ? a.value + b.value
              : sign === "-"
                ? a.value - b.value
                : sign === "*"
                  ? a.value * b.value
                  : a.value / b.value,
        })),
      ),
    }));
    fc.assert(
      fc.property(tree, ({ text, value }) => {
        expect(evaluateNumber(text)).toBe(value);
      }),
    );
  });
});
