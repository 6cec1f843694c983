import { readFileSync } from "node:fs";
import fc from "fast-check";
import Papa from "papaparse";
import { describe, expect, it } from "vitest";
import { makeFactor } from "../../src/data/factor.ts";
import { type CsvOptions, readCsv } from "../../src/data/read-csv.ts";
import type { Column, Table } from "../../src/data/table.ts";
import { DataError } from "../../src/errors.ts";

interface ColumnOfR {
  readonly name: string;
  readonly kind: Column["kind"];
  readonly levels?: readonly string[];
  readonly values: readonly (string | number | null)[];
}
const reference = JSON.parse(
  readFileSync(new URL("../fixtures/data/read-csv.json", import.meta.url), "utf8"),
) as {
  csv: { sep: string; text: string; columns: ColumnOfR[] }[];
  factors: { values: string[]; levels: string[] }[];
};

const get = (table: Table, name: string): Column => table.columns.get(name)!;
const numbersOf = (table: Table, name: string): number[] => {
  const column = get(table, name);
  if (column.kind !== "numeric") throw new Error(`${name} is ${column.kind}`);
  return [...column.values];
};

describe("types, values and levels are those of R's read.csv()", () => {
  it.each(reference.csv)("$text", ({ text, sep, columns }) => {
    for (const options of [{}, { delimiter: sep }]) {
      const table = readCsv(text, options);
      expect([...table.columns.keys()]).toEqual(columns.map(({ name }) => name));
      for (const expected of columns) {
        const column = get(table, expected.name);
        expect(column.kind).toBe(expected.kind);
        if (column.kind === "factor") {
          expect(column.levels).toEqual(expected.levels);
          expect([...column.codes]).toEqual(expected.values.map((code) => code ?? -1));
        } else if (column.kind === "logical") {
          expect([...column.values]).toEqual(
            expected.values.map((value) => (value === null ? -1 : Number(value))),
          );
        } else {
          expect([...column.values]).toEqual(expected.values.map(numberOfR));
        }
      }
    }
  });

  function numberOfR(text: string | number | null): number {
    return text === null ? Number.NaN : Number(String(text).replace("Inf", "Infinity"));
  }

  it.each(reference.factors)("factor($values)", ({ values, levels }) => {
    expect(makeFactor(values).levels).toEqual(levels);
  });
});

describe("what a file may look like", () => {
  it("has a byte order mark, old Mac line ends, or blanks around its names", () => {
    expect(numbersOf(readCsv("\uFEFFa,b\n1,2\n"), "a")).toEqual([1]);
    expect(numbersOf(readCsv("a,b\r1,2\r3,4"), "b")).toEqual([2, 4]);
    expect([...readCsv(" a , b b \n1,2").columns.keys()]).toEqual(["a", "b b"]);
  });

  it("has true and false as JavaScript and Python write them, which R reads as text", () => {
    expect(get(readCsv("a,b\ntrue,True\nfalse,False\n"), "a")).toEqual({
      kind: "logical",
      values: Int8Array.of(1, 0),
    });
    expect(get(readCsv("a,b\ntrue,True\nfalse,False\n"), "b")).toEqual({
      kind: "logical",
      values: Int8Array.of(1, 0),
    });
  });

  it("has the delimiter that its header has, outside quotes", () => {
    expect([...readCsv('"a,b,c";d\n1;2').columns.keys()]).toEqual(["a,b,c", "d"]);
    expect([...readCsv("\tx\n1\t5").columns.keys()]).toEqual(["x"]);
    expect([...readCsv("\na,b;c,d\n1,2,3").columns.keys()]).toEqual(["a", "b;c", "d"]);
  });

  it("has one column", () => {
    expect(numbersOf(readCsv("a\n1\n2\n"), "a")).toEqual([1, 2]);
  });

  it("names a column __proto__", () => {
    expect(numbersOf(readCsv("__proto__,constructor\n1,2"), "__proto__")).toEqual([1]);
  });

  it("has R's row names, which are left out", () => {
    const table = readCsv('"","x"\n"1",5\n"2",6\n');
    expect([...table.columns.keys()]).toEqual(["x"]);
    expect(numbersOf(table, "x")).toEqual([5, 6]);
  });

  it("has padded missing values", () => {
    const table = readCsv("a,b\n NA , \n1,x\n");
    expect(numbersOf(table, "a")).toEqual([Number.NaN, 1]);
    expect(get(table, "b")).toMatchObject({ levels: ["x"], codes: Int32Array.of(-1, 0) });
  });

  it("has a column without any value, which is numeric", () => {
    expect(numbersOf(readCsv("a,b\n,1\nNA,2"), "a")).toEqual([Number.NaN, Number.NaN]);
  });

  it("keeps words that JavaScript takes for numbers as text", () => {
    for (const word of ["0x1F", "0b1", "1_000", "Infinite", "1e", "--1", "1 2"]) {
      expect(get(readCsv(`a,b\n${word},1`), "a").kind, word).toBe("factor");
    }
  });

  it("turns a late text into a factor with all the texts before it", () => {
    const table = readCsv("a,b,c\n01,1,TRUE\n1.0,2,FALSE\n,3,NA\nx,4,7\n");
    expect(get(table, "a")).toEqual({
      kind: "factor",
      levels: ["01", "1.0", "x"],
      codes: Int32Array.of(0, 1, -1, 2),
      ordered: false,
    });
    expect(numbersOf(table, "b")).toEqual([1, 2, 3, 4]);
    expect(get(table, "c")).toMatchObject({
      levels: ["7", "FALSE", "TRUE"],
      codes: Int32Array.of(2, 1, -1, 0),
    });
  });
});

describe("decimal commas", () => {
  it("are found column by column when semicolons separate", () => {
    const table = readCsv("a;b;c;d\n1,5;1.5;1.000,5;x\n2;2;3;y\n");
    expect(numbersOf(table, "a")).toEqual([1.5, 2]);
    expect(numbersOf(table, "b")).toEqual([1.5, 2]);
    expect(get(table, "c").kind).toBe("factor");
  });

  it("do not touch text", () => {
    expect(get(readCsv("a;b\np,q;1\n"), "a")).toMatchObject({ levels: ["p,q"] });
  });

  it("can be demanded or ruled out", () => {
    expect(numbersOf(readCsv("a\tb\n1,5\t2", { decimalComma: true }), "a")).toEqual([1.5]);
    expect(get(readCsv("a\tb\n1.5\t2", { decimalComma: true }), "a").kind).toBe("factor");
    expect(get(readCsv("a;b\n1,5;2", { decimalComma: false }), "a").kind).toBe("factor");
  });
});

describe("declared types", () => {
  const text = 'id,score,size,flag\n10,3,small,1\n9,"2",large,0\n10,NA,medium,NA\n';

  it("win over what would be inferred", () => {
    const table = readCsv(text, {
      columnTypes: {
        id: "factor",
        score: "ordered",
        size: { ordered: ["small", "medium", "large"] },
        flag: "logical",
      },
    });
    expect(get(table, "id")).toEqual({
      kind: "factor",
      levels: ["9", "10"],
      codes: Int32Array.of(1, 0, 1),
      ordered: false,
    });
    expect(get(table, "score")).toEqual({
      kind: "factor",
      levels: ["2", "3"],
      codes: Int32Array.of(1, 0, -1),
      ordered: true,
    });
    expect(get(table, "size")).toMatchObject({
      levels: ["small", "medium", "large"],
      codes: Int32Array.of(0, 2, 1),
      ordered: true,
    });
    expect(get(table, "flag")).toEqual({ kind: "logical", values: Int8Array.of(1, 0, -1) });
  });

  it("give levels an order, and may name levels that do not occur", () => {
    const table = readCsv(text, { columnTypes: { size: { factor: ["medium", "large", "small", "huge"] } } });
    expect(get(table, "size")).toMatchObject({ ordered: false, codes: Int32Array.of(2, 1, 0) });
  });

  it.each<[string, CsvOptions["columnTypes"], string]>([
    ["text for numbers", { size: "numeric" }, 'column "size", row 1: "small" is not a number'],
    ["numbers for logicals", { id: "logical" }, 'column "id", row 1: "10" is not TRUE or FALSE'],
    [
      "a missing level",
      { size: { factor: ["small", "large"] } },
      'column "size", row 3: "medium" is not among its declared levels (small, large)',
    ],
    [
      "a level twice",
      { size: { factor: ["small", "large", "small"] } },
      'the level "small" is declared twice for column "size"',
    ],
    ["no levels", { size: { ordered: [] } }, 'no levels are declared for column "size"'],
    [
      "an unknown column",
      { sise: "factor" },
      'a type is declared for column "sise", which the data do not have; there are id, score, size, flag; did you mean "size"?',
    ],
    [
      "an unknown type",
      { size: "text" as "factor" },
      'column "size": there is no column type "text"; there are "numeric", "logical", "factor", "ordered", { factor: [levels] } and { ordered: [levels] }',
    ],
  ])("refuse %s", (_, columnTypes, message) => {
    expect(() => readCsv(text, { columnTypes: columnTypes! })).toThrow(new DataError(message));
  });
});

describe("time and memory are in proportion to the text", () => {
  it("of many columns", () => {
    const names = Array.from({ length: 100_000 }, (_, k) => `c${k}`);
    const text = `${names.join()}\n${names.map(() => 1).join()}\n`;
    const started = performance.now();
    expect(readCsv(text, { columnTypes: { c7: "factor" } }).columns.size).toBe(100_000);
    expect(performance.now() - started).toBeLessThan(3000);
    expect(() => readCsv(text.replace("c99999", "c5"))).toThrow(/names the column "c5" twice/);
  });

  it("of many columns and blank lines", () => {
    const header = Array.from({ length: 600 }, (_, k) => `c${k}`).join();
    const row = new Array(600).fill("1").join();
    const before = process.memoryUsage().arrayBuffers;
    const table = readCsv(`${"\n".repeat(300_000)}${header}\n${row}\n${"\n".repeat(300_000)}${row}`);
    expect(table.rows).toBe(2);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50e6);
  });

  it("keeps missing values at the end of a column that stops early", () => {
    const rows = Array.from({ length: 200 }, (_, i) => (i < 100 ? `1,a` : "NA,"));
    const table = readCsv(`x,g\n${rows.join("\n")}`);
    expect(numbersOf(table, "x").slice(98, 102)).toEqual([1, 1, Number.NaN, Number.NaN]);
    const g = table.columns.get("g")!;
    expect(g.kind === "factor" && [...g.codes.slice(98, 102)]).toEqual([0, 0, -1, -1]);
  });
});

describe("files that are refused", () => {
  it.each<[string, string, CsvOptions, string]>([
    ["empty", "", {}, "the file is empty"],
    ["blank", " \n\r\n", {}, "the file is empty"],
    ["a header alone", "a,b\n", {}, "the file has a header but no rows"],
    ["a name twice", "a,b,a\n1,2,3", {}, 'line 1: the header names the column "a" twice'],
    ["a name missing", "\na,,b\n1,2,3", {}, "line 2: the header has no name for column 2"],
    ["a short row", "a,b\n1,2\n\n3\n", {}, "line 4 has 1 field, but the header has 2"],
    ["a long row", "a,b\r\n1,2\r\n3,4,5\r\n", {}, "line 3 has 3 fields, but the header has 2"],
    [
      "a short row after a field of two lines",
      'a,b\n"x\ny",2\n3\n',
      {},
      "line 4 has 1 field, but the header has 2",
    ],
    [
      "a quote that stays open",
      'a,b\n1,2\n3,"x\n4,5\n',
      {},
      "line 3: the quote that opens here is never closed",
    ],
    [
      "text behind a quote",
      'a,b\n1,2\n3,"x"y\n4,5\n',
      {},
      'line 3: text follows the closing quote of a field (a quote inside a field is written "")',
    ],
    [
      "commas for everything",
      "a,b\n1,2",
      { decimalComma: true, delimiter: "," },
      "commas cannot separate the fields and be decimal marks at once; give the delimiter",
    ],
  ])("%s", (_, text, options, message) => {
    expect(() => readCsv(text, options)).toThrow(new DataError(message));
  });
});

describe("readCsv", () => {
  const text = fc.string({ unit: fc.constantFrom(..."aZé,;\t\"' \n0.-N") }).filter((own) => {
    const trimmed = own.trim();
    return trimmed !== "" && trimmed !== "NA";
  });

  it("gives back every text that a writer quoted", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 20 }),
        fc.constantFrom(",", ";", "\t"),
        (rows, delimiter) => {
          const csv = Papa.unparse(
            { fields: ["a", "b"], data: rows },
            { quotes: true, delimiter, newline: "\n" },
          );
          const table = readCsv(csv, { delimiter, columnTypes: { a: "factor", b: "factor" } });
          ["a", "b"].forEach((name, k) => {
            const column = get(table, name) as Column & { kind: "factor" };
            expect(Array.from(column.codes, (code) => column.levels[code])).toEqual(
              rows.map((row) => row[k]),
            );
          });
        },
      ),
    );
  });

  it("gives back every finite number", () => {
    const row = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1 }), (values) => {
        const table = readCsv(`a,b\n${values.map((value) => `${value},x`).join("\n")}`);
        expect(numbersOf(table, "a")).toEqual(values.map((value) => Number(String(value))));
      }),
    );
  });

  it("throws nothing but DataErrors", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab1,;\t"\n\r ') }), (csv) => {
        try {
          readCsv(csv);
        } catch (error) {
          expect(error).toBeInstanceOf(DataError);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
