/** The report of a Bayesian fit: complete, self-contained, and safe with any names. */
import { readFileSync } from "node:fs";
import { brm, fitReport, readCsv } from "nutmix";
import { describe, expect, it } from "vitest";

const sleepstudy = readCsv(readFileSync("examples/sleepstudy/data.csv", "utf8"));

describe("fitReport", () => {
  it("is one page without scripts or outside resources, with every section", async () => {
    const fit = await brm("Reaction ~ Days + (Days | Subject)", sleepstudy, {
      seed: 1,
      warmup: 300,
      draws: 300,
    });
    const page = await fitReport(fit, { reproduce: "nutmix fit …", version: "9.9.9" });
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).not.toMatch(/<script|<link|<img|@import|src=/);
    expect(page.replaceAll("http://www.w3.org/", "")).not.toMatch(/https?:/);
    for (const heading of [
      "Verdict",
      "The model",
      "Data",
      "Priors",
      "Summary",
      "Convergence",
      "Group-level effects",
      "Predictive checks",
      "Leave-one-out cross-validation",
      "Conditional effects",
      "Prior sensitivity",
      "Comparison with REML",
      "To repeat this",
    ]) {
      expect(page).toContain(`<h2>${heading}</h2>`);
    }
    expect(page.match(/<svg/g)!.length).toBeGreaterThan(10);
    expect(page).toContain("nutmix 9.9.9; seed 1");
    expect(page).toContain("Reactionᵢ ~ gaussian(muᵢ, sigma)");
  });

  it("escapes names, levels and titles, and reports what was left out", async () => {
    const evil = "<img src=x onerror=alert(1)>";
    const rows = Array.from({ length: 50 }, (_, i) => ({
      y: i === 4 ? null : (i * 7) % 11,
      [evil]: (i * 3) % 7,
      g: `${evil}${i % 5}`,
    }));
    const fit = await brm(`y ~ \`${evil}\` + (1 | g)`, rows, { warmup: 150, draws: 60 });
    const page = await fitReport(fit, { title: evil });
    expect(page).not.toContain("<img");
    expect(page).toContain("&#60;img");
    expect(page).toContain("1 rows with missing values in y were left out (rows 5)");
  });

  it.each([
    ["y ~ x", "poisson"],
    ["k ~ x", "cumulative"],
    ["b ~ x + (1 | g)", "bernoulli"],
  ])("%s as %s", async (formula, family) => {
    const rows = Array.from({ length: 60 }, (_, i) => ({
      y: (i * 5) % 7,
      k: 1 + ((i * 5) % 3),
      b: (i * 3) % 2,
      x: Math.sin(i),
      g: `g${i % 6}`,
    }));
    const fit = await brm(formula, rows, { family, warmup: 150, draws: 60 });
    const page = await fitReport(fit);
    expect(page).toContain("<h2>Predictive checks</h2>");
    expect(page).toContain("<h2>Conditional effects</h2>");
  });

  it("of a prior alone leaves out what needs the data", async () => {
    const fit = await brm("Reaction ~ Days", sleepstudy, {
      samplePrior: true,
      warmup: 150,
      draws: 60,
      priors: ["normal(0, 10), class=b"],
    });
    const page = await fitReport(fit);
    expect(page).toContain("The likelihood was left out");
    expect(page).not.toContain("<h2>Leave-one-out cross-validation</h2>");
  });
});
