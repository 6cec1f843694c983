/** Against model matrices made by R (test/fixtures/design). */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readCsv } from "../../src/data/read-csv.ts";
import { buildDesign } from "../../src/design/build.ts";
import type { Design } from "../../src/design/design.ts";
import { DesignError } from "../../src/errors.ts";
import { parseModelFormula } from "../../src/formula/parse-model-formula.ts";

interface Matrix {
  readonly formula: [string];
  readonly names: string[];
  readonly assign: number[];
  readonly labels: string[];
  readonly intercept: [number];
  readonly values: number[][];
}

interface GroupTerms {
  readonly formula: [string];
  readonly terms: { group: [string]; names: string[]; levels: string[]; z: number[][] }[];
}

const folder = new URL("../fixtures/design/", import.meta.url);
const fixture = JSON.parse(readFileSync(new URL("model-matrices.json", folder), "utf8")) as {
  matrices: Matrix[];
  groups: GroupTerms[];
  aliased: { formula: [string]; aliased: [string][] }[];
};
const table = readCsv(readFileSync(new URL("data.csv", folder), "utf8"), {
  columnTypes: { b: { factor: ["lo", "hi"] }, o: { ordered: ["low", "mid", "high", "top"] } },
});

function design(formula: string): Design {
  const columns = [...table.columns.keys()];
  return buildDesign(parseModelFormula(formula, { columns, specialNames: new Set() }), table);
}

describe("population-level designs equal R's model.matrix", () => {
  it.each(fixture.matrices.map((matrix) => [matrix.formula[0], matrix] as const))(
    "%s",
    (formula, expected) => {
      // Some of R's matrices are rank deficient on purpose (a:b with an intercept); they are compared before the rank check.
      const { population } = populationOf(`y ${formula}`);
      const intercept = expected.intercept[0] === 1;
      const shift = intercept ? 1 : 0;
      expect(population.intercept).toBe(intercept);
      expect(population.names).toEqual(expected.names.slice(shift));
      expect(population.assign).toEqual(expected.assign.slice(shift));
      expect(population.termLabels).toEqual(expected.labels);
      const rows = table.rows;
      population.names.forEach((_name, k) => {
        const column = population.columns.subarray(k * rows, (k + 1) * rows);
        // The fixture holds 15 significant digits.
        expected.values[k + shift]!.forEach((value, i) => expect(column[i]).toBeCloseTo(value, 12));
      });
    },
  );
});

describe("group-level designs equal lme4's Z", () => {
  it.each(fixture.groups.map((terms) => [terms.formula[0], terms] as const))("%s", (formula, expected) => {
    const { groups } = design(formula).predictors[0]!;
    expect(groups).toHaveLength(expected.terms.length);
    for (const term of expected.terms) {
      const name = term.group[0].split(":").sort().join(":");
      const own = groups.find((group) => group.group.split(":").sort().join(":") === name)!;
      expect(own.names).toEqual(term.names);
      expect(own.levels).toHaveLength(term.levels.length);
      // lme4: column (level − 1)·M + m of Z; the order of the levels of an interaction is each package's own.
      const size = term.names.length;
      term.z.forEach((row, i) => {
        const nonzero = new Array<number>(size).fill(0);
        row.forEach((value, column) => {
          if (value !== 0) nonzero[column % size] = value;
        });
        const ours = own.names.map((_, m) => own.columns[m * table.rows + i]!);
        ours.forEach((value, m) => expect(value).toBeCloseTo(nonzero[m]!, 12));
      });
      const together = (a: number, b: number) => own.index[a] === own.index[b];
      const levelOf = (i: number) => Math.floor(term.z[i]!.findIndex((value) => value !== 0) / size);
      if (own.names[0] === "(Intercept)") {
        for (let i = 1; i < table.rows; i++) expect(together(0, i)).toBe(levelOf(0) === levelOf(i));
      }
    }
  });
});

describe("rank-deficient designs", () => {
  it.each(
    fixture.aliased
      .filter(({ aliased }) => aliased.length > 0)
      .map((one) => [one.formula[0], one.aliased.map(([name]) => name)] as const),
  )("%s names the columns that R leaves out", (formula, aliased) => {
    expect(() => design(formula)).toThrow(DesignError);
    expect(() => design(formula)).toThrow(
      new RegExp(`Leave out ${aliased.join(", ").replace(/[()+*^]/g, "\\$&")}$`),
    );
  });

  it("are accepted when they are not", () => {
    const full = fixture.aliased.filter(({ aliased }) => aliased.length === 0);
    expect(full.length).toBeGreaterThan(0);
    for (const { formula } of full) expect(() => design(formula[0])).not.toThrow();
  });
});

function populationOf(formula: string) {
  const columns = [...table.columns.keys()];
  const parsed = parseModelFormula(formula, { columns, specialNames: new Set() });
  return buildDesign(parsed, table, { checkRank: false }).predictors[0]!;
}
