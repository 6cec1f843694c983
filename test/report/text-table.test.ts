import { describe, expect, it } from "vitest";
import { fixed, markdownTable, textTable, wrap } from "../../src/report/text-table.ts";

describe("textTable", () => {
  const table = {
    header: ["A", "Value"],
    rows: [
      { label: "x", cells: ["1.00", "2"] },
      { label: "longer", cells: ["-10.00", "3"] },
    ],
  };

  it("aligns labels left and cells right", () => {
    expect(textTable(table)).toEqual(["            A Value", "x        1.00     2", "longer -10.00     3"]);
  });

  it("puts a label that does not fit on a line of its own", () => {
    const rows = [{ label: "a_name_that_is_far_too_long", cells: ["1", "2"] }, ...table.rows];
    expect(textTable({ ...table, rows }, 24)).toEqual([
      "            A Value",
      "a_name_that_is_far_too_long",
      "            1     2",
      "x        1.00     2",
      "longer -10.00     3",
    ]);
  });

  it("counts wide characters as two columns", () => {
    expect(
      textTable({
        header: ["A"],
        rows: [
          { label: "年齢", cells: ["1"] },
          { label: "ab", cells: ["2"] },
        ],
      }),
    ).toEqual(["     A", "年齢 1", "ab   2"]);
  });

  it("can be Markdown", () => {
    expect(markdownTable({ header: ["A"], rows: [{ label: "a|b", cells: ["1"] }] })).toEqual([
      "| | A |",
      "|:--|--:|",
      "| a\\|b | 1 |",
    ]);
  });
});

describe("fixed", () => {
  it("rounds to decimals and keeps the sign of what rounds to zero", () => {
    expect([1.005, -0.001, 0, 12345.678, Number.NaN, Infinity, -Infinity].map((x) => fixed(x, 2))).toEqual([
      "1.00",
      "-0.00",
      "0.00",
      "12345.68",
      "NA",
      "Inf",
      "-Inf",
    ]);
    expect(fixed(1234.5, 0)).toBe("1235");
    expect(fixed(-2.5e20, 2)).toBe("-2.50e+20");
  });
});

describe("wrap", () => {
  it("breaks between words, never inside one", () => {
    expect(wrap("one two three four", 9)).toEqual(["one two", "three", "four"]);
    expect(wrap("- one two", 7, "  ")).toEqual(["- one", "  two"]);
    expect(wrap("unbreakable", 4)).toEqual(["unbreakable"]);
  });
});
