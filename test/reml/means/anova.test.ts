/** Against lmerTest (test/fixtures/means/reference.json) and refits of linear models in R (unbalanced.R). */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { toTable } from "../../../src/data/from-input.ts";
import { readCsv } from "../../../src/data/read-csv.ts";
import type { ColumnType, Table } from "../../../src/data/table.ts";
import { buildDesign, type DesignOptions } from "../../../src/design/build.ts";
import type { Design } from "../../../src/design/design.ts";
import { parseModelFormula } from "../../../src/formula/parse-model-formula.ts";
import { inference, normalInference } from "../../../src/reml/inference/coefficient-table.ts";
import type { FTest } from "../../../src/reml/inference/tests.ts";
import { lmm } from "../../../src/reml/lmm.ts";
import { type AnovaType, anovaHypotheses, anovaTable } from "../../../src/reml/means/anova.ts";
import { estimatedMeans } from "../../../src/reml/means/estimated-means.ts";

const folder = new URL("../../fixtures/means/", import.meta.url);
const text = (name: string): string => readFileSync(new URL(name, folder), "utf8");

type Anova = Record<"rows" | "NumDF" | "DenDF" | "F value" | "Pr(>F)", (number | string)[]>;
const lmerTest = JSON.parse(text("reference.json")) as Record<string, Record<string, Anova>>;

function csv(name: string, types: Record<string, ColumnType>): Table {
  return readCsv(text(name), { columnTypes: types });
}
const temperature = { ordered: ["175", "185", "195", "205", "215", "225"] } as const;
const cake = csv("cake.csv", { replicate: "factor", recipe: "factor", ftemp: "factor", temperature });
const fits = [
  ["lmm_cake_treat_reml", "angle ~ recipe * ftemp + (1 | recipe:replicate)", cake],
  ["lmm_cake_poly_reml", "angle ~ recipe * temperature + (1 | recipe:replicate)", cake],
  [
    "lmm_oats_full_reml",
    "yield ~ Variety * nitro + (1 | Block/Variety)",
    csv("Oats.csv", { Block: "factor", Variety: "factor" }),
  ],
  [
    "lmm_rankdef_emptycell_reml",
    "angle ~ recipe * temperature + (1 | recipe:replicate)",
    csv("cake_emptycell.csv", { replicate: "factor", recipe: "factor", temperature: "factor" }),
  ],
] as const;

describe.each(fits)("%s", (name, formula, data) => {
  const fit = lmm(formula, data);
  const source = { ...inference(fit, "satterthwaite"), design: fit.design };
  it.each([1, 2, 3] as const)("type %i is lmerTest's", (type) => {
    const expected = lmerTest[name]![`anova_type${type}_satterthwaite`]!;
    const rows = anovaTable(source, type, source.fTest);
    expect(rows.map(({ term }) => term)).toEqual(expected.rows);
    expect(rows.map(({ df1 }) => df1)).toEqual(expected.NumDF);
    rows.forEach((row, i) => {
      expect(row.f / Number(expected["F value"][i])).toBeCloseTo(1, 5);
      // With several rows Satterthwaite's df depend a little on the basis of the hypothesis.
      expect(Math.abs(row.df2 / Number(expected.DenDF[i]) - 1)).toBeLessThan(1e-3);
    });
  });
});

describe("sum contrasts", () => {
  it("give lme4's coefficients and the same tests", () => {
    const fit = lmm("angle ~ recipe * ftemp + (1 | recipe:replicate)", cake, {
      contrasts: { recipe: "contr.sum", ftemp: "sum" },
    });
    const { fixef, anova_type3_satterthwaite: expected } = lmerTest.lmm_cake_sum_reml! as unknown as {
      fixef: { names: string[]; estimate: number[] };
      anova_type3_satterthwaite: Anova;
    };
    expect(fit.fixed.names).toEqual(fixef.names);
    fixef.estimate.forEach((value, j) => expect(fit.fixed.estimates[j]).toBeCloseTo(value, 8));
    const { fTest } = inference(fit, "satterthwaite");
    anovaTable({ names: fit.fixed.names, design: fit.design }, 3, fTest).forEach(({ f }, i) =>
      expect(f / Number(expected["F value"][i])).toBeCloseTo(1, 5),
    );
  });
});

interface Case {
  readonly formula: string;
  readonly fit: Fit;
  readonly type1: Rows;
  readonly type2: Rows;
  readonly type3: Rows;
}
interface Rows {
  readonly term: string[];
  readonly f: number[];
  readonly df1: number[];
}
interface Fit {
  readonly names: string[];
  readonly estimates: number[];
  readonly covariance: number[];
  readonly df: number;
}
const unbalanced = JSON.parse(text("unbalanced.json")) as {
  data: Record<string, unknown[]>;
  cases: Case[];
  means: { fit: Fit; equal: number[]; se: number[]; proportional: number[]; pairs: number[] };
};

function designOf(formula: string, options: DesignOptions = {}): Design {
  return buildDesign(
    parseModelFormula(formula, { specialNames: new Set() }),
    toTable(unbalanced.data),
    options,
  );
}

function sourceOf(formula: string, fit: Fit) {
  const own = normalInference({
    names: fit.names,
    estimates: Float64Array.from(fit.estimates),
    covariance: Float64Array.from(fit.covariance),
  });
  return { ...own, design: designOf(formula), dfOf: () => fit.df };
}

describe.each(unbalanced.cases.map((one) => [one.formula, one] as const))("unbalanced %s", (formula, one) => {
  const source = sourceOf(formula, one.fit);
  it.each([1, 2, 3] as const)("type %i is R's by refits", (type: AnovaType) => {
    const expected = one[`type${type}`];
    const rows = anovaTable(source, type, source.fTest);
    const byTerm = new Map(rows.map((row) => [row.term.split(":").sort().join(":"), row]));
    expect(rows).toHaveLength(expected.term.length);
    expected.term.forEach((term, i) => {
      const row = byTerm.get(term.split(":").sort().join(":")) as FTest;
      expect(row.df1, term).toBe(expected.df1[i]);
      expect(row.f / expected.f[i]!, term).toBeCloseTo(1, 8);
    });
  });

  it("type 3 does not depend on the coding", () => {
    const rows = anovaTable(source, 3, source.fTest);
    for (const coding of ["sum", "helmert", "poly"] as const) {
      const design = designOf(formula, { contrasts: { unordered: coding } });
      const recoded = recode(source, design);
      anovaTable(recoded, 3, recoded.fTest).forEach((row, i) => expect(row.f / rows[i]!.f).toBeCloseTo(1, 8));
    }
  });

  it("has one hypothesis per term, of as many rows as it has columns", () => {
    const { assign } = source.design.predictors[0]!.population;
    for (const type of [1, 2, 3] as const) {
      anovaHypotheses(source, type).forEach(({ rows }, t) => {
        expect(rows).toHaveLength(assign.filter((term) => term === t + 1).length);
      });
    }
  });
});

/** The least-squares fit in another coding: same response, columns of `design`. */
function recode(source: ReturnType<typeof sourceOf>, design: Design) {
  const { population } = design.predictors[0]!;
  const n = design.nobs;
  const x = [
    new Float64Array(n).fill(1),
    ...population.names.map((_, k) => population.columns.slice(k * n, (k + 1) * n)),
  ];
  const p = x.length;
  const y = design.response.values;
  const inner = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
  const inverse = invert(x.map((a) => x.map((b) => inner(a, b))));
  const estimates = Float64Array.from(inverse, (row) =>
    row.reduce((sum, value, k) => sum + value * inner(x[k]!, y), 0),
  );
  const residual = y.map(
    (value, i) => value - x.reduce((sum, column, k) => sum + column[i]! * estimates[k]!, 0),
  );
  const s2 = inner(residual, residual) / source.dfOf();
  const covariance = Float64Array.from(inverse.flat(), (value) => value * s2);
  expect(estimates).toHaveLength(p);
  const names = ["(Intercept)", ...population.names];
  return { ...normalInference({ names, estimates, covariance }), design };
}

/** Gauss–Jordan with pivots from the diagonal: the matrices here are positive definite. */
function invert(matrix: number[][]): number[][] {
  const p = matrix.length;
  const a = matrix.map((row, i) => [...row, ...row.map((_, j) => Number(i === j))]);
  for (let k = 0; k < p; k++) {
    const pivot = a[k]![k]!;
    a[k] = a[k]!.map((value) => value / pivot);
    for (let i = 0; i < p; i++) {
      if (i === k) continue;
      const factor = a[i]![k]!;
      a[i] = a[i]!.map((value, j) => value - factor * a[k]![j]!);
    }
  }
  return a.map((row) => row.slice(p));
}

describe("means of an unbalanced design with a covariate and an offset", () => {
  const { fit, equal, se, proportional, pairs } = unbalanced.means;
  const source = sourceOf("y ~ a * b + c * log(x + 5) + offset(z)", fit);
  const estimates = (specs: string[], options = {}) =>
    estimatedMeans(source, specs, options).map(({ estimate }) => estimate);
  const expectClose = (own: number[], expected: number[]) => {
    expect(own).toHaveLength(expected.length);
    own.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 9));
  };

  it("with equal and proportional weights", () => {
    expectClose(estimates(["a"]), equal);
    expectClose(
      estimatedMeans(source, "a").map((row) => row.se),
      se,
    );
    expectClose(estimates(["a"], { weights: "proportional" }), proportional);
    expectClose(estimates(["a", "c"]), pairs);
  });

  it("at chosen values", () => {
    const [low, high] = [0, 4].map((x) => estimates(["c"], { at: { x: [x] } }));
    const both = estimatedMeans(source, ["c", "x"], { at: { x: [0, 4] } });
    expectClose(
      both.map(({ estimate }) => estimate),
      [...low!, ...high!],
    );
    expect(both[3]!.levels).toEqual({ c: "c1", x: 4 });
  });
});
