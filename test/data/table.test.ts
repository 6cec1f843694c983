import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dropUnusedLevels, factorWithLevels, makeFactor, sortLevels } from "../../src/data/factor.ts";
import { toTable } from "../../src/data/from-input.ts";
import { completeCases } from "../../src/data/missing.ts";
import { column, isMissing, takeRows } from "../../src/data/table.ts";
import { DataError } from "../../src/errors.ts";

describe("column", () => {
  it("names what there is when a column is not there", () => {
    const table = toTable({ days: [1], reaction: [2] });
    expect(column(table, "days")).toBe(table.columns.get("days"));
    expect(() => column(table, "Days")).toThrow(
      new DataError('the data have no column "Days"; there are days, reaction; did you mean "days"?'),
    );
  });

  it("does not list hundreds of them", () => {
    const wide = toTable(Object.fromEntries(Array.from({ length: 20 }, (_, k) => [`column${k}`, [1]])));
    expect(() => column(wide, "zzzzzz")).toThrow(/column11, …$/);
  });

  it("does not find what only objects have", () => {
    expect(() => column(toTable({ x: [1] }), "constructor")).toThrow(DataError);
  });
});

describe("isMissing and takeRows", () => {
  const table = toTable({ x: [1, null, 3], l: [null, true, false], f: ["b", "a", null] });

  it("know every kind of column", () => {
    const missing = ["x", "l", "f"].map((name) =>
      [0, 1, 2].map((row) => isMissing(column(table, name), row)),
    );
    expect(missing).toEqual([
      [false, true, false],
      [true, false, false],
      [false, false, true],
    ]);
    const taken = takeRows(table, Int32Array.of(2, 0));
    expect(taken.rows).toBe(2);
    expect(column(taken, "x")).toEqual({ kind: "numeric", values: Float64Array.of(3, 1) });
    expect(column(taken, "l")).toEqual({ kind: "logical", values: Int8Array.of(0, -1) });
    expect(column(taken, "f")).toEqual({
      kind: "factor",
      levels: ["a", "b"],
      codes: Int32Array.of(-1, 1),
      ordered: false,
    });
  });
});

describe("completeCases", () => {
  const data = { y: [1, 2, null, 4], f: ["a", null, "b", "c"], unused: [null, null, null, null] };

  it("drops the rows that miss a used value, and says which", () => {
    const { table, dropped, rowNumbers } = completeCases(toTable(data), ["y", "f"]);
    expect(table.rows).toBe(2);
    expect([...table.columns.keys()]).toEqual(["y", "f"]);
    expect(column(table, "y")).toEqual({ kind: "numeric", values: Float64Array.of(1, 4) });
    expect(dropped).toEqual({ count: 2, rows: [2, 3], columns: ["y", "f"] });
    expect(rowNumbers).toEqual(Int32Array.of(1, 4));
  });

  it("keeps everything when nothing is missing", () => {
    const { table, dropped, rowNumbers } = completeCases(toTable({ x: [1, 2] }), ["x"]);
    expect(table.rows).toBe(2);
    expect(dropped).toEqual({ count: 0, rows: [], columns: [] });
    expect(rowNumbers).toEqual(Int32Array.of(1, 2));
  });

  it("names the columns that leave no row", () => {
    expect(() => completeCases(toTable(data), ["y", "unused"])).toThrow(
      new DataError('no row is complete: column "unused" has no values at all'),
    );
    expect(() =>
      completeCases(toTable({ x: [1, null, null], z: [null, 2, 3], w: [1, 2, 3] }), ["x", "z", "w"]),
    ).toThrow(
      new DataError('no row is complete: values are missing in "x" (2 of 3 rows), "z" (1 of 3 rows)'),
    );
  });

  it("refuses a column that does not exist", () => {
    expect(() => completeCases(toTable(data), ["yy"])).toThrow(/^the data have no column "yy"/);
  });

  it("keeps exactly the complete rows, in order", () => {
    const cell = fc.option(fc.integer());
    const rows = fc.array(fc.record({ a: cell, b: cell }), { minLength: 1 });
    fc.assert(
      fc.property(rows, (given) => {
        const complete = given.flatMap(({ a, b }, i) => (a === null || b === null ? [] : [i + 1]));
        fc.pre(complete.length > 0);
        const { rowNumbers, dropped } = completeCases(toTable(given), ["a", "b"]);
        expect([...rowNumbers]).toEqual(complete);
        expect(dropped.count).toBe(given.length - complete.length);
        expect([...dropped.rows, ...rowNumbers].sort((p, q) => p - q)).toEqual(given.map((_, i) => i + 1));
      }),
    );
  });
});

describe("factors", () => {
  it("sort numbers as numbers, text by code point, and either as text on demand", () => {
    expect(sortLevels(["10", "9", "-1"])).toEqual(["-1", "9", "10"]);
    expect(sortLevels(["b", "B", "_", "10", "9"])).toEqual(["10", "9", "B", "_", "b"]);
    expect(sortLevels(["\u{1F600}", "\uFFFD", "z"])).toEqual(["z", "\uFFFD", "\u{1F600}"]);
    expect(makeFactor(["10", "9"], false, true).levels).toEqual(["10", "9"]);
    expect(makeFactor(["1", "01", "1.0"]).levels).toEqual(["01", "1", "1.0"]);
  });

  it("give back their values", () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.string())), (values) => {
        const { levels, codes } = makeFactor(values);
        expect(Array.from(codes, (code) => (code < 0 ? null : levels[code]))).toEqual(values);
        expect(new Set(levels).size).toBe(levels.length);
      }),
    );
  });

  it("lose the levels that do not occur, in order", () => {
    const factor = factorWithLevels("f", ["c", null, "a"], ["c", "b", "a"], true);
    expect(dropUnusedLevels(factor)).toEqual({
      kind: "factor",
      levels: ["c", "a"],
      codes: Int32Array.of(0, -1, 1),
      ordered: true,
    });
    const full = makeFactor(["a", "b"]);
    expect(dropUnusedLevels(full)).toBe(full);
  });
});
