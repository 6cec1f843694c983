/** Codes of missing values, and columns that look as if one had been overlooked. */
import { describe, expect, it } from "vitest";
import { buildModel, type Column, glmm, lmm, readCsv, readJson, toTable } from "../../src/index.ts";

const column = (cells: readonly string[], options = {}): Column =>
  readCsv(`x,y\n${cells.map((cell) => `${cell},1`).join("\n")}`, options).columns.get("x")!;
const given = (cells: readonly unknown[], options = {}): Column =>
  toTable({ x: cells }, {}, options).columns.get("x")!;
const numbers = (own: Column): number[] => {
  if (own.kind !== "numeric") throw new Error(`${own.kind} with ${JSON.stringify(own)}`);
  return Array.from(own.values);
};

describe("the usual codes", () => {
  it.each(["", "NA", "N/A", "n/a", "NaN", "null", "NULL", "#N/A", ".", "-", " . ", "–"])(
    "%j is missing between numbers, wherever it stands",
    (code) => {
      for (const cells of [
        [code, "1", "2.5"],
        ["1", code, "2.5"],
        ["1", "2.5", code],
      ]) {
        const expected = cells.map((cell) => (cell === code ? Number.NaN : Number(cell)));
        expect(numbers(column(cells))).toEqual(expected);
        expect(numbers(given(cells.map((cell) => (cell === code ? cell : Number(cell)))))).toEqual(expected);
      }
    },
  );

  it("are missing between TRUE and FALSE", () => {
    expect(column(["TRUE", "-", "FALSE", "n/a"])).toMatchObject({
      kind: "logical",
      values: Int8Array.of(1, -1, 0, -1),
    });
  });

  it("leave signs in text columns as levels, and take words out of them", () => {
    for (const cells of [
      ["+", "-", "n/a", "+"],
      ["-", "+", "n/a", "+"],
    ]) {
      const own = column(cells);
      expect(own).toMatchObject({ kind: "factor", levels: ["+", "-"] });
      expect(own).toEqual(given(cells));
      expect(own.kind === "factor" && own.codes[2]).toBe(-1);
    }
  });

  it("yield to levels that are declared", () => {
    const columnTypes = { x: { factor: ["null", "alternative"] } };
    expect(column(["null", "alternative", "NA"], { columnTypes })).toMatchObject({
      levels: ["null", "alternative"],
      codes: Int32Array.of(0, 1, -1),
    });
  });

  it("are told when they are signs", () => {
    expect(column(["1", "-", "3"]).remark).toMatch(/column "x" missing values were read: "-" \(row 2\)/);
    expect(column(["1", "NA", "3"]).remark).toBeUndefined();
  });
});

describe("codes that are named", () => {
  it("are missing besides the usual ones, numbers in any spelling", () => {
    const na = ["missing", -99];
    expect(numbers(column(["1", "missing", "-99", "-99.0", "NA", "2"], { na }))).toEqual([
      1,
      Number.NaN,
      Number.NaN,
      Number.NaN,
      Number.NaN,
      2,
    ]);
    expect(numbers(given([1, -99, "missing", 2], { na }))).toEqual([1, Number.NaN, Number.NaN, 2]);
    expect(numbers(given(Float64Array.of(1, -99, 2) as never, { na }))).toEqual([1, Number.NaN, 2]);
    expect(numbers(readJson('[{"x":1},{"x":-99}]', {}, { na }).columns.get("x")!)).toEqual([1, Number.NaN]);
  });

  it("hold in text columns, and in tables that were read before", () => {
    expect(column(["a", "missing", "b"], { na: ["missing"] })).toMatchObject({ levels: ["a", "b"] });
    const before = readCsv("x,f\n1,a\n?,b\n2,?\n3,a\n4,b\n-99,a\n");
    const table = toTable(before, {}, { na: ["?", -99] });
    expect(numbers(table.columns.get("x")!)).toEqual([1, Number.NaN, 2, 3, 4, Number.NaN]);
    expect(table.columns.get("f")).toMatchObject({
      levels: ["a", "b"],
      codes: Int32Array.of(0, 1, -1, 0, 1, 0),
    });
  });

  it("that are neither texts nor numbers are refused", () => {
    expect(() => column(["1"], { na: "NA" })).toThrow(/na must be a list of texts and numbers/);
  });
});

describe("columns that were read otherwise than they seem to be meant", () => {
  const rows = Array.from({ length: 30 }, (_, i) => ({
    y: String((i * 7) % 13),
    x: i === 6 ? "x" : String((i * 5) % 17),
    g: `${i % 6}${i % 6 === 5 ? "b" : ""}`,
  }));
  const text = (own: readonly Record<string, string>[]): string =>
    ["y,x,g", ...own.map(({ y, x, g }) => `${y},${x},${g}`)].join("\n");

  it("are named with the values that are no numbers and their rows, in every mode", () => {
    const table = readCsv(text(rows));
    const wanted =
      /column "x" is taken as text, a factor with 18 levels, because of "x" \(row 7\); its other 29 values/;
    expect(buildModel("y ~ x", table).design.warnings).toEqual([expect.stringMatching(wanted)]);
    expect(lmm("y ~ x + (1 | g)", table).warnings).toContainEqual(expect.stringMatching(wanted));
    expect(glmm("y ~ x + (1 | g)", table, { family: "poisson" }).warnings).toContainEqual(
      expect.stringMatching(wanted),
    );
    // Not where the column only forms groups, or was declared.
    expect(buildModel("y ~ 1 + (1 | x)", table).design.warnings.join()).not.toContain("taken as text");
    const declared = readCsv(text(rows), { columnTypes: { x: "factor" } });
    expect(buildModel("y ~ x", declared).design.warnings).toEqual([]);
  });

  it("are named when all numbers are texts, as in rows from a CSV reader that knows no numbers", () => {
    const own = rows.map(({ y, g }, i) => ({ y: Number(y), x: String(i % 9), g }));
    expect(buildModel("y ~ x", own).design.warnings).toEqual([
      expect.stringMatching(/column "x" holds numbers as text/),
    ]);
  });

  it("are named when a code such as -99 or 999 stands apart from the other numbers", () => {
    const own = (code: number, scale: number) =>
      rows.map(({ y }, i) => ({ y: Number(y), x: i === 4 || i === 9 ? code : scale * ((i * 5) % 17) }));
    const warningsOf = (code: number, scale = 1) => buildModel("y ~ x", own(code, scale)).design.warnings;
    expect(warningsOf(-99)).toEqual([
      expect.stringMatching(/column "x" is -99 in rows 5, 10, far from .*--na -99/),
    ]);
    expect(warningsOf(999)).toEqual([expect.stringMatching(/column "x" is 999/)]);
    expect(warningsOf(-99, 100)).toEqual([expect.stringMatching(/is -99/)]);
    // Among values of its own size it is a value like any other.
    expect(warningsOf(99, 10)).toEqual([]);
    expect(warningsOf(-9, -3)).toEqual([]);
  });
});
