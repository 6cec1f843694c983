import { brm, compare, lmm, plots } from "nutmix";
import { describe, expect, it } from "vitest";
import { referenceData } from "../reml/reference-fit.ts";

describe("compare", () => {
  const data = referenceData("sleepstudy");
  const formula = "Reaction ~ Days + (Days | Subject)";

  it("puts coefficients, variance components and effects side by side and says why they differ", async () => {
    const fit = await brm(formula, data, { chains: 2, warmup: 400, draws: 400 });
    const { rows, remarks } = compare(fit, lmm(formula, data));
    expect(rows.filter(({ kind }) => kind === "fixed").map(({ name }) => name)).toEqual([
      "b_Intercept",
      "b_Days",
    ]);
    expect(rows.filter(({ kind }) => kind === "variance").length).toBe(4);
    expect(rows.filter(({ kind }) => kind === "effect").length).toBe(36);
    for (const { difference, kind } of rows)
      if (kind === "fixed") expect(Math.abs(difference)).toBeLessThan(0.3);
    expect(remarks.join(" ")).toMatch(/sd_Subject__Days.*skewed to the right/);
    expect(await plots.renderSvg(plots.comparison({ rows }).spec)).toContain("b_Days");
    expect(() => compare(fit, lmm("Reaction ~ Days + (1 | Subject)", data))).toThrow(/one formula/);
  });
});
