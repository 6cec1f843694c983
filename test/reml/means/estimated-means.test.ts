/** Against emmeans (test/fixtures/means/reference.json) on lmm() fits. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readCsv } from "../../../src/data/read-csv.ts";
import { DataError, DesignError, SettingsError } from "../../../src/errors.ts";
import { inference } from "../../../src/reml/inference/coefficient-table.ts";
import type { DfMethod } from "../../../src/reml/inference/tests.ts";
import { lmm } from "../../../src/reml/lmm.ts";
import { contrast, estimatedMeans, pairwise } from "../../../src/reml/means/estimated-means.ts";
import type { LinearEstimate } from "../../../src/reml/means/linear-functions.ts";

type Columns = Record<string, (number | string)[]>;
const folder = new URL("../../fixtures/means/", import.meta.url);
const reference = JSON.parse(readFileSync(new URL("reference.json", folder), "utf8")) as Record<
  string,
  Record<string, Columns>
>;
const cake = readCsv(readFileSync(new URL("cake.csv", folder), "utf8"), {
  columnTypes: { replicate: "factor", recipe: "factor", ftemp: "factor" },
});
const fit = lmm("angle ~ recipe * ftemp + (1 | recipe:replicate)", cake);

function source(method: DfMethod) {
  return { ...inference(fit, method), design: fit.design };
}

/** The fits agree to about 1e-8 in theta; emmeans' df come from numeric derivatives. */
function expectRows(rows: readonly LinearEstimate[], expected: Columns): void {
  const column = (...names: string[]) => expected[names.find((name) => name in expected)!]!.map(Number);
  const compare = (key: keyof LinearEstimate, values: number[], tolerance: number) => {
    expect(rows).toHaveLength(values.length);
    rows.forEach((row, i) => {
      if (values[i] === Infinity) expect(row[key]).toBe(Infinity);
      else
        expect(Math.abs(row[key] - values[i]!), `${key} ${i}: ${row[key]} ${values[i]}`).toBeLessThan(
          tolerance * Math.max(Math.abs(values[i]!), 1e-3),
        );
    });
  };
  compare("estimate", column("emmean", "estimate"), 1e-6);
  compare("se", column("SE"), 1e-6);
  compare("df", column("df"), 1e-6);
  compare("statistic", column("t.ratio", "z.ratio"), 1e-6);
  compare("lower", column("lower.CL", "asymp.LCL"), 3e-6);
  compare("upper", column("upper.CL", "asymp.UCL"), 3e-6);
  compare("p", column("p.value"), 1e-4);
}

describe.each([
  ["satterthwaite", "satterthwaite"],
  ["kenward-roger", "kenward_roger"],
  ["none", "asymptotic"],
] as const)("cake, %s", (method, file) => {
  const own = source(method);
  const expected = reference[`emm_cake_${file}`]!;

  it("means", () => {
    const rows = estimatedMeans(own, "recipe");
    expect(rows.map(({ levels }) => levels.recipe)).toEqual(["A", "B", "C"]);
    expectRows(rows, expected.emmeans_recipe!);
  });

  it("means of combinations", () => {
    const rows = estimatedMeans(own, ["recipe", "ftemp"]);
    expect(rows.map(({ levels }) => levels.recipe)).toEqual(expected.emmeans_recipe_by_temp!.recipe);
    expect(rows.map(({ levels }) => levels.ftemp)).toEqual(expected.emmeans_recipe_by_temp!.ftemp);
    expectRows(rows, expected.emmeans_recipe_by_temp!);
    expectRows(estimatedMeans(own, "recipe", { by: "ftemp" }), expected.emmeans_recipe_by_temp!);
  });

  it("pairwise, with and without Tukey's adjustment", () => {
    const rows = pairwise(own, "recipe");
    expect(rows.map((row) => row.contrast)).toEqual(["A - B", "A - C", "B - C"]);
    expectRows(rows, expected.pairs_recipe_tukey!);
    expectRows(pairwise(own, "recipe", { adjust: "none" }), expected.pairs_recipe_unadjusted!);
  });

  it("effects and polynomials", () => {
    const effects = contrast(own, "recipe", "eff", { adjust: "none" });
    expect(effects.map((row) => row.contrast)).toEqual(expected.effects_recipe!.contrast);
    expectRows(effects, expected.effects_recipe!);
    const trend = contrast(own, "ftemp", "poly");
    expect(trend.map((row) => row.contrast)).toEqual(expected.poly_temp!.contrast);
    expectRows(trend, expected.poly_temp!);
  });
});

describe("contrasts", () => {
  const own = source("none");

  it("within the levels of by variables are families of their own", () => {
    const rows = pairwise(own, "recipe", { by: "ftemp" });
    expect(rows).toHaveLength(18);
    expect(rows[3]).toMatchObject({ contrast: "A - B", levels: { ftemp: "185" } });
    const one = pairwise(own, "recipe", { at: { ftemp: ["185"] } });
    expect(rows[3]!.p).toBeCloseTo(one[0]!.p, 12);
  });

  it("with a control and by coefficients of one's own", () => {
    const control = contrast(own, "recipe", "trt.vs.ctrl", { reference: "B", adjust: "none" });
    expect(control.map((row) => row.contrast)).toEqual(["A - B", "C - B"]);
    const mine = contrast(own, "recipe", { "A against the rest": [1, -0.5, -0.5] });
    const [, ab, ac] = [0, ...pairwise(own, "recipe").map((row) => row.estimate)];
    expect(mine[0]!.estimate).toBeCloseTo((ab! + ac!) / 2, 10);
    expect(() => contrast(own, "recipe", { short: [1, -1] })).toThrow(/"short" needs 3 finite coefficients/);
  });

  it("adjusted by Bonferroni and Holm", () => {
    const plain = pairwise(own, "ftemp", { adjust: "none" }).map(({ p }) => p);
    const bonferroni = pairwise(own, "ftemp", { adjust: "bonferroni" }).map(({ p }) => p);
    expect(bonferroni).toEqual(plain.map((p) => Math.min(1, 15 * p)));
    const holm = pairwise(own, "ftemp", { adjust: "holm" }).map(({ p }) => p);
    const sorted = [...plain].sort((a, b) => a - b);
    let most = 0;
    const expected = new Map(sorted.map((p, i) => [p, (most = Math.max(most, Math.min(1, p * (15 - i))))]));
    expect(holm).toEqual(plain.map((p) => expected.get(p)));
  });

  it("refuse what does not exist", () => {
    expect(() => estimatedMeans(own, "recipes")).toThrow(DesignError);
    expect(() => estimatedMeans(own, "recipe", { at: { ftemp: ["999"] } })).toThrow(DataError);
    expect(() => estimatedMeans(own, "recipe", { adjust: "tukey" })).toThrow(SettingsError);
    expect(() => contrast(own, "recipe", "eff", { adjust: "tukey" })).toThrow(SettingsError);
    expect(() => contrast(own, "recipe", "dunnet" as "eff")).toThrow(/no contrasts "dunnet"/);
  });
});

describe("rank-deficient designs", () => {
  const empty = readCsv(readFileSync(new URL("cake_emptycell.csv", folder), "utf8"), {
    columnTypes: { replicate: "factor", recipe: "factor", temperature: "factor" },
  });
  const deficient = lmm("angle ~ recipe * temperature + (1 | recipe:replicate)", empty);
  const own = { ...inference(deficient, "none"), design: deficient.design };

  it("give no means for cells without data", () => {
    const rows = estimatedMeans(own, ["recipe", "temperature"]);
    expect(rows.filter(({ estimate }) => Number.isNaN(estimate)).map(({ levels }) => levels)).toEqual([
      { recipe: "C", temperature: "225" },
    ]);
    expect(estimatedMeans(own, "recipe").map(({ estimate }) => Number.isNaN(estimate))).toEqual([
      false,
      false,
      true,
    ]);
  });
});
