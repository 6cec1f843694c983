import { describe, expect, it } from "vitest";
import { toTable } from "../../src/data/from-input.ts";
import { readCsv } from "../../src/data/read-csv.ts";
import { readJson } from "../../src/data/read-json.ts";
import type { Column, ColumnType, Table } from "../../src/data/table.ts";
import { DataError } from "../../src/errors.ts";

const columnOf = (data: unknown, name: string, types?: Record<string, ColumnType>): Column =>
  toTable(data, types).columns.get(name)!;

describe("toTable", () => {
  const numeric: Column = { kind: "numeric", values: Float64Array.of(1, Number.NaN, 3) };

  it.each<[string, unknown]>([
    ["rows", [{ x: 1 }, { x: null }, { x: 3 }]],
    ["rows without the value", [{ x: 1 }, {}, { x: 3 }]],
    ["a record of arrays", { x: [1, undefined, 3] }],
    ["text that marks missing values", { x: [1, "NA", 3] }],
    ["empty text", { x: [1, "", 3] }],
    ["typed arrays", { x: Float32Array.of(1, Number.NaN, 3) }],
    ["bigints", { x: [1n, null, 3n] }],
    ["an Arrow table that iterates", arrow({ x: [1, null, 3] }, "iterate")],
    ["an Arrow table with get()", arrow({ x: [1, null, 3] }, "get")],
    ["an Arrow table with toArray()", arrow({ x: [1, Number.NaN, 3] }, "toArray")],
  ])("reads %s", (_, data) => {
    expect(columnOf(data, "x")).toEqual(numeric);
  });

  it("reads booleans, text and mixtures by their own types", () => {
    const data = {
      l: [true, null, false],
      t: ["10", "9", null],
      m: [1, "b", true],
      s: ["TRUE", "FALSE", "TRUE"],
    };
    expect(columnOf(data, "l")).toEqual({ kind: "logical", values: Int8Array.of(1, -1, 0) });
    expect(columnOf(data, "t")).toEqual({
      kind: "factor",
      levels: ["10", "9"],
      codes: Int32Array.of(0, 1, -1),
      ordered: false,
    });
    expect(columnOf(data, "m")).toMatchObject({ kind: "factor", levels: ["1", "TRUE", "b"] });
    expect(columnOf(data, "s")).toMatchObject({ kind: "factor", levels: ["FALSE", "TRUE"] });
  });

  it("reads integers of typed arrays, and keeps long identifiers apart", () => {
    expect(columnOf({ x: BigInt64Array.of(1n, 2n) }, "x")).toEqual({
      kind: "numeric",
      values: Float64Array.of(1, 2),
    });
    const long = columnOf({ x: [9007199254740993n, 9007199254740992n] }, "x");
    expect(long).toMatchObject({ kind: "factor", levels: ["9007199254740992", "9007199254740993"] });
  });

  it("copies typed arrays", () => {
    const x = Float64Array.of(1, 2);
    const column = columnOf({ x }, "x") as Column & { kind: "numeric" };
    x[0] = 99;
    expect(column.values[0]).toBe(1);
  });

  it("takes a column named __proto__", () => {
    expect(columnOf(JSON.parse('[{"__proto__": 1, "x": 2}]'), "__proto__")).toEqual({
      kind: "numeric",
      values: Float64Array.of(1),
    });
  });

  it("takes declared types, also for a table that is one already", () => {
    const table = readCsv("x,f\n10,a\n9,b\n");
    expect(toTable(table)).toBe(table);
    expect(columnOf(table, "x", { x: "factor" })).toMatchObject({
      kind: "factor",
      levels: ["9", "10"],
      codes: Int32Array.of(1, 0),
    });
    expect(columnOf(table, "f", { f: { ordered: ["b", "a"] } })).toMatchObject({
      levels: ["b", "a"],
      codes: Int32Array.of(1, 0),
      ordered: true,
    });
    expect(columnOf({ x: Float64Array.of(2, 1) }, "x", { x: "factor" })).toMatchObject({
      levels: ["1", "2"],
    });
    expect(columnOf({ x: ["1.5", "2"] }, "x", { x: "numeric" })).toEqual({
      kind: "numeric",
      values: Float64Array.of(1.5, 2),
    });
    expect(columnOf({ x: [1, 0, "TRUE", "F", false] }, "x", { x: "logical" })).toEqual({
      kind: "logical",
      values: Int8Array.of(1, 0, 1, 0, 0),
    });
  });

  it("accepts infinite values, which only matter when they are used", () => {
    expect(columnOf({ x: [1, Infinity] }, "x")).toEqual({
      kind: "numeric",
      values: Float64Array.of(1, Infinity),
    });
  });

  it.each<[string, unknown, Record<string, ColumnType>, string]>([
    ["a number", 3, {}, "data must be an array of rows, a record of columns, or a table from readCsv()"],
    ["null", null, {}, "data must be an array of rows, a record of columns, or a table from readCsv()"],
    ["no rows", [], {}, "the data have no rows"],
    ["empty columns", { x: [] }, {}, "the data have no rows"],
    ["no columns", {}, {}, "the data have no columns"],
    ["a row that is none", [{ x: 1 }, 5], {}, "row 2 of the data is not an object with a value per column"],
    ["rows as arrays", [[1, 2]], {}, "row 1 of the data is not an object with a value per column"],
    [
      "a column that is none",
      { x: 1 },
      {},
      'column "x" is not an array; data are rows or a record of columns',
    ],
    [
      "a DataView",
      { x: new DataView(new ArrayBuffer(8)) },
      {},
      'column "x" is not an array; data are rows or a record of columns',
    ],
    ["unequal lengths", { x: [1, 2], y: [1] }, {}, 'column "y" has 1 values, but "x" has 2'],
    [
      "a Date",
      { x: [null, new Date(0)] },
      {},
      'column "x", row 2: the value is a Date; columns hold numbers, text, true and false, or nothing',
    ],
    [
      "an array inside",
      { x: [[1]] },
      {},
      'column "x", row 1: the value is an array; columns hold numbers, text, true and false, or nothing',
    ],
    [
      "an object inside",
      [{ x: { a: 1 } }],
      {},
      'column "x", row 1: the value is of type object; columns hold numbers, text, true and false, or nothing',
    ],
    [
      "text declared numeric",
      { x: [1, "NA", "abc"] },
      { x: "numeric" },
      'column "x", row 3: "abc" is not a number',
    ],
    [
      "numbers declared logical",
      { x: [1, 2] },
      { x: "logical" },
      'column "x", row 2: "2" is not TRUE or FALSE',
    ],
    [
      "a level not declared",
      { x: ["a", "b"] },
      { x: { factor: ["a"] } },
      'column "x", row 2: "b" is not among its declared levels (a)',
    ],
    [
      "an unknown type",
      { x: [1] },
      { x: "integer" as "factor" },
      'column "x": there is no column type "integer"; there are "numeric", "logical", "factor", "ordered", { factor: [levels] } and { ordered: [levels] }',
    ],
    [
      "a type for an unknown column",
      { xy: [1] },
      { xz: "factor" },
      'a type is declared for column "xz", which the data do not have; there are xy; did you mean "xy"?',
    ],
    [
      "an Arrow table without values",
      { schema: { fields: [{ name: "x" }] }, getChild: () => null },
      {},
      'the Arrow table has no values for column "x"',
    ],
  ])("refuses %s", (_, data, types, message) => {
    expect(() => toTable(data, types)).toThrow(new DataError(message));
  });
});

describe("readJson", () => {
  it("reads rows and columns, with a byte order mark or without", () => {
    const expected = toTable({ x: [1, 2], f: ["a", null] });
    expect(readJson('[{"x": 1, "f": "a"}, {"x": 2, "f": null}]')).toEqual(expected);
    expect(readJson('\uFEFF{"x": [1, 2], "f": ["a", null]}')).toEqual(expected);
  });

  it("takes declared types", () => {
    expect(readJson('{"x": [2, 10]}', { x: "factor" }).columns.get("x")).toMatchObject({
      levels: ["2", "10"],
    });
  });

  it("refuses what is not JSON, and JSON that is no table", () => {
    expect(() => readJson("x,y\n1,2")).toThrow(/^the file is not JSON: /);
    expect(() => readJson("3")).toThrow(DataError);
  });
});

function arrow(data: Record<string, unknown[]>, access: "iterate" | "get" | "toArray"): unknown {
  return {
    schema: { fields: Object.keys(data).map((name) => ({ name })) },
    getChild(name: string) {
      const values = data[name]!;
      if (access === "iterate") return { [Symbol.iterator]: () => values.values() };
      return access === "get"
        ? { length: values.length, get: (i: number) => values[i] }
        : { toArray: () => values };
    },
  };
}

describe("hostile input", () => {
  it("rows that share no names are refused before they fill a table of their square", () => {
    const rows = Array.from({ length: 20_000 }, (_, i) => ({ [`c${i}`]: i }));
    const started = performance.now();
    expect(() => toTable(rows)).toThrow(/columns are nearly empty: rows need the same names/);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it.each<[string, unknown]>([
    ["null", null],
    ['"text"', "text"],
    ['{"type":"factor"}', { type: "factor" }],
    ['{"factor":"a"}', { factor: "a" }],
    ['{"ordered":[1,2]}', { ordered: [1, 2] }],
    ['{"factor":["a"],"ordered":["a"]}', { factor: ["a"], ordered: ["a"] }],
  ])("a column type of %s is refused", (shown, type) => {
    const data = { x: ["a", "b"] };
    const message = `column "x": there is no column type ${shown}; there are "numeric"`;
    expect(() => toTable(data, { x: type as "factor" })).toThrow(message);
    expect(() => readCsv("x\na\n", { columnTypes: { x: type as "factor" } })).toThrow(message);
  });

  it.each<[string, Table, RegExp]>([
    ["without rows", { rows: 0, columns: new Map() }, /have no rows/],
    ["without columns", { rows: 1, columns: new Map() }, /have no columns/],
    [
      "with a column that is none",
      { rows: 1, columns: new Map([["x", [1] as unknown as Column]]) },
      /column "x" of the table is neither/,
    ],
    [
      "with a short column",
      { rows: 2, columns: new Map([["x", { kind: "numeric", values: new Float64Array(1) }]]) },
      /has 1 values, but the table has 2 rows/,
    ],
    [
      "with a code beyond the levels",
      {
        rows: 1,
        columns: new Map([["x", { kind: "factor", levels: ["a"], codes: Int32Array.of(1), ordered: false }]]),
      },
      /row 1: the code 1 is beyond its 1 levels/,
    ],
  ])("a table %s is refused", (_, table, message) => {
    expect(() => toTable(table)).toThrow(message);
  });
});
