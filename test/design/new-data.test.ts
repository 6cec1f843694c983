/** Designs for new data: the training rows again, subsets of them, and everything that new data can get wrong. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { toTable } from "../../src/data/from-input.ts";
import { readCsv } from "../../src/data/read-csv.ts";
import { type Column, type Table, takeRows } from "../../src/data/table.ts";
import { buildDesign, type DesignOptions } from "../../src/design/build.ts";
import type { Design, PredictorDesign } from "../../src/design/design.ts";
import { namedColumns } from "../../src/design/named-columns.ts";
import { designForNewData } from "../../src/design/new-data.ts";
import { DataError, DesignError } from "../../src/errors.ts";
import { parseModelFormula } from "../../src/formula/parse-model-formula.ts";

const csv = new URL("../fixtures/design/data.csv", import.meta.url);
const table = readCsv(readFileSync(csv, "utf8"), {
  columnTypes: { b: { factor: ["lo", "hi"] }, o: { ordered: ["low", "mid", "high", "top"] } },
});

function designOf(formula: string, data: Table = table, options: DesignOptions = {}): Design {
  const columns = [...data.columns.keys()];
  return buildDesign(parseModelFormula(formula, { columns, specialNames: new Set() }), data, options);
}

const formulas = [
  "y ~ 1",
  "y ~ x * a",
  "y ~ 0 + a + z",
  "y ~ poly(x, 3) + poly(scale(z), 2):b",
  "y ~ scale(x) * center(z) + (1 + scale(x) | g)",
  "y ~ factor(k) + o * b",
  "y ~ ordered(k) + as.factor(l)",
  'y ~ C(a, contr.helmert) + relevel(factor(k), ref = "2")',
  'y ~ log(y2) + I(x^2) + (x > 0) + l + ifelse(a == "a1", x, 0)',
  "y ~ a:b + as.numeric(factor(k))",
  "y ~ x + offset(z) + offset(log(y2)) + (poly(x, 2) || g) + (0 + a | g:h)",
  "y ~ x + (o | g/h); sigma ~ poly(x, 2) + (1 | k)",
];
const y2: Column = {
  kind: "numeric",
  values: Float64Array.from({ length: table.rows }, (_, i) => 1 + (i % 7)),
};
const data: Table = { rows: table.rows, columns: new Map([...table.columns, ["y2", y2]]) };

function without(from: Table, name: string): Table {
  return { rows: from.rows, columns: new Map([...from.columns].filter(([own]) => own !== name)) };
}

/** The rows `keep` of the predictors, as plain arrays; levels stay. */
function rowsOf(predictors: readonly PredictorDesign[], rows: number, keep: readonly number[]): unknown {
  const take = (columns: Float64Array) =>
    Array.from({ length: columns.length / rows }, (_, k) => keep.map((i) => columns[k * rows + i]!));
  return predictors.map(({ dpar, population, groups, offset }) => ({
    dpar,
    ...population,
    columns: take(population.columns),
    offset: offset && take(offset),
    groups: groups.map((group) => ({
      ...group,
      columns: take(group.columns),
      index: keep.map((i) => group.index[i]!),
    })),
  }));
}

describe("designForNewData", () => {
  describe.each(formulas)("%s", (formula) => {
    const design = designOf(formula, data, { checkRank: false });
    const all = Array.from({ length: data.rows }, (_, i) => i);

    it("gives the training rows again, without the response and from a recipe that was cloned as JSON", () => {
      const copy = { ...design, recipe: JSON.parse(JSON.stringify(design.recipe)) as Design["recipe"] };
      const again = designForNewData(copy, without(data, "y"));
      expect(rowsOf(again.predictors, data.rows, all)).toEqual(rowsOf(design.predictors, data.rows, all));
    });

    it("gives rows of the original for subsets of rows", () => {
      for (const keep of [[0], [7, 3, 3], all.filter((i) => i % 5 === 2), [...all].reverse()]) {
        // Levels that a file of these rows alone would have.
        const subset = toTable(asRows(takeRows(data, Int32Array.from(keep))));
        const own = designForNewData(design, subset).predictors;
        const there = keep.map((_, i) => i);
        expect(rowsOf(own, keep.length, there)).toEqual(rowsOf(design.predictors, data.rows, keep));
      }
    });
  });

  it("leaves out groups when asked to, and needs neither them nor their coefficients", () => {
    const design = designOf("y ~ x + (1 + z | g)");
    const { predictors } = designForNewData(design, toTable({ x: [1, 2] }), { groups: false });
    expect(predictors[0]!.groups).toEqual([]);
    expect([...predictors[0]!.population.columns]).toEqual([1, 2]);
  });

  it("selects columns by name", () => {
    const design = designOf("y ~ x * b");
    const { predictors, rows } = designForNewData(
      design,
      toTable([
        { x: 2, b: "hi" },
        { x: 3, b: "lo" },
      ]),
    );
    const { population } = predictors[0]!;
    expect([...namedColumns(population, rows, ["x:bhi", "(Intercept)"])]).toEqual([2, 0, 1, 1]);
    expect(() => namedColumns(population, rows, ["z"])).toThrow(DesignError);
  });

  it("refuses what it does not know, by name and row", () => {
    const design = designOf("y ~ x + factor(k) + a + (1 | g:h)");
    const row = { x: 1, k: 2, a: "a1", g: "g1", h: "p" };
    const given =
      (other: object, options = {}) =>
      () =>
        designForNewData(design, toTable([row, { ...row, ...other }]), options);
    expect(given({ a: "a9" })).toThrow(/"a" is "a9" in row 2, a level that .* they have a1, a2, a3/);
    expect(given({ a: "a9" }, { newLevels: "allow" })).toThrow(DataError);
    expect(given({ k: 99 })).toThrow(/"k" is "99" in row 2/);
    expect(given({ x: null })).toThrow(/column "x" has no value in row 2/);
    expect(given({ g: null }, { newLevels: "allow" })).toThrow(/column "g" has no value in row 2/);
    expect(given({ g: "new" })).toThrow(/grouping factor g:h is "new_p" in row 2/);
    const allowed = given({ g: "new" }, { newLevels: "allow" })();
    const { levels, index, newLevels } = allowed.predictors[0]!.groups[0]!;
    expect([...index]).toEqual([0, levels.length]);
    expect(newLevels).toEqual(["new_p"]);
    expect(() => designForNewData(design, toTable([{ x: 1, k: 2, a: "a1", g: "g1" }]))).toThrow(
      /no column "h"/,
    );
    expect(() => designForNewData(design, toTable([{ ...row, x: "many" }]))).toThrow(
      /column "x" holds numbers .* row 1 of the new data is "many"/,
    );
  });

  it("tells levels of a:b apart whose joined labels are equal", () => {
    const rows = [
      ["a_b", "c"],
      ["a", "c"],
      ["x", "b_c"],
    ].map(([g, h], i) => ({ y: i, g, h }));
    const design = designOf("y ~ 1 + (1 | g:h)", toTable(rows));
    const groups = (data: object[]) => designForNewData(design, toTable(data)).predictors[0]!.groups[0]!;
    expect([...groups(rows).index]).toEqual([...design.predictors[0]!.groups[0]!.index]);
    expect(() => groups([{ g: "a_b_c", h: "" }])).toThrow(DataError);
    expect(() => groups([{ g: "a", h: "b_c" }])).toThrow(DataError);
  });
});

describe("cbind(successes, failures)", () => {
  it("is the same design as successes | trials(all)", () => {
    const counts = toTable({ s: [1, 0, 4], n: [5, 2, 4], x: [0, 1, 3] });
    const { response, predictors } = designOf("cbind(s, n - s) ~ x", counts);
    const other = designOf("s | trials(n) ~ x", counts);
    expect(response).toEqual(other.response);
    expect(predictors).toEqual(other.predictors);
  });
});

describe("contrasts", () => {
  const names = (formula: string, contrasts: NonNullable<DesignOptions["contrasts"]>) =>
    designOf(formula, table, { contrasts }).predictors[0]!.population.names;

  it("are chosen by variable or by kind, and remembered", () => {
    expect(names("y ~ a", { a: "sum" })).toEqual(["a1", "a2"]);
    expect(names("y ~ a + o", { unordered: "contr.sum", ordered: "contr.treatment" })).toEqual([
      "a1",
      "a2",
      "omid",
      "ohigh",
      "otop",
    ]);
    expect(names("y ~ C(a, contr.treatment) + b", { unordered: "sum" })).toEqual([
      "C(a, contr.treatment)a2",
      "C(a, contr.treatment)a3",
      "b1",
    ]);
    const design = designOf("y ~ factor(k) * a", table, { contrasts: { "factor(k)": "helmert", a: "sum" } });
    const again = designForNewData(design, table);
    expect(again.predictors).toEqual(design.predictors);
  });

  it("are refused for what is not a factor and when unknown", () => {
    expect(() => names("y ~ a", { aa: "sum" })).toThrow(/"aa", which is not a factor .* did you mean "a"/);
    expect(() => names("y ~ a", { a: "summ" as "sum" })).toThrow(/no contrasts "summ".*did you mean "sum"/);
  });
});

function asRows(from: Table): Record<string, unknown>[] {
  return Array.from({ length: from.rows }, (_, i) =>
    Object.fromEntries(
      [...from.columns].map(([name, column]) => [
        name,
        column.kind === "numeric"
          ? column.values[i]
          : column.kind === "logical"
            ? column.values[i] === 1
            : column.levels[column.codes[i]!],
      ]),
    ),
  );
}
