/** Tests of terms and marginal means of fits, against lmerTest and emmeans. */

import { anova, contrasts, emmeans, lmm } from "nutmix";
import { describe, expect, it } from "vitest";
import { referenceData, referenceFits, relative } from "./reference-fit.ts";

const fits = referenceFits("lmm.json");
const cases = [
  "lmm_cake_treat_reml",
  "lmm_cake_sum_reml",
  "lmm_oats_full_reml",
  "lmm_machines_slope_reml",
  "lmm_sleep_slope_reml",
];

describe.each(cases)("%s", (id) => {
  const reference = fits[id]!;
  const sum = id.includes("_sum_");
  const fit = lmm(reference.formula, referenceData(reference.dataset), {
    ...(sum && { contrasts: { unordered: "sum" } }),
  });
  const same = (
    type: 1 | 2 | 3,
    df: "satterthwaite" | "kenward-roger",
    table: Record<string, unknown[]>,
  ): void => {
    const rows = anova(fit, { type, df });
    table.rows!.forEach((term, k) => {
      const row = rows.find((candidate) => candidate.term === term)!;
      expect(row.df1).toBe(table.NumDF![k]);
      expect(relative(row.df2, table.DenDF![k] as number)).toBeLessThan(1e-4);
      expect(relative(row.f, table["F value"]![k] as number)).toBeLessThan(1e-5);
      expect(Math.abs(row.p - (table["Pr(>F)"]![k] as number))).toBeLessThan(1e-6);
    });
  };

  it("gives lmerTest's tables of type 1, 2 and 3", () => {
    same(1, "satterthwaite", reference.anova_type1_satterthwaite);
    same(2, "satterthwaite", reference.anova_type2_satterthwaite);
    same(3, "satterthwaite", reference.anova_type3_satterthwaite);
  });

  if (reference.anova_type3_kenward_roger?.rows !== undefined)
    it("gives its Kenward–Roger table", () => same(3, "kenward-roger", reference.anova_type3_kenward_roger));
});

it("REML fits with other contrasts differ by the constant of the coding", () => {
  const sum = lmm("angle ~ recipe * ftemp + (1 | recipe:replicate)", referenceData("cake"), {
    contrasts: { unordered: "sum" },
  });
  expect(relative(sum.criterion, fits.lmm_cake_sum_reml!.criterion)).toBeLessThan(1e-9);
  expect(sum.fixed.names).toEqual(fits.lmm_cake_sum_reml!.fixef.names);
});

describe("marginal means of cake", () => {
  const fit = lmm("angle ~ recipe * ftemp + (1 | recipe:replicate)", referenceData("cake"));
  it.each(["satterthwaite", "kenward-roger"] as const)("%s", (df) => {
    const reference = referenceFits(`emm_cake_${df.replace("-", "_")}.json`) as Record<
      string,
      Record<string, number[]>
    >;
    emmeans(fit, "recipe", { df }).forEach((row, k) => {
      const table = reference.emmeans_recipe;
      expect(relative(row.estimate, table.emmean[k])).toBeLessThan(1e-7);
      expect(relative(row.se, table.SE[k])).toBeLessThan(1e-6);
      expect(relative(row.df, table.df[k])).toBeLessThan(1e-5);
      expect(relative(row.lower, table["lower.CL"][k])).toBeLessThan(1e-6);
    });
    contrasts(fit, "recipe", { df }).forEach((row, k) => {
      const table = reference.pairs_recipe_tukey;
      expect(relative(row.estimate, table.estimate[k], 1e-3)).toBeLessThan(1e-6);
      expect(relative(row.se, table.SE[k])).toBeLessThan(1e-6);
      expect(Math.abs(row.p - table["p.value"][k])).toBeLessThan(1e-6);
      expect(relative(row.lower, table["lower.CL"][k])).toBeLessThan(1e-5);
    });
  });
});
