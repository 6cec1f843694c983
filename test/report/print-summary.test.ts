import { describe, expect, it } from "vitest";
import { summarise } from "../../src/posterior/summary.ts";
import { printSummary, type SummaryView } from "../../src/report/print-summary.ts";
import { frozen, frozenDraws } from "../helpers/frozen-draws.ts";

const view: SummaryView = {
  family: "student",
  links: { mu: "identity", sigma: "log", nu: "identity" },
  formula: "Reaction ~ Days + recipe:temp + (Days | Subject) + (1 | lab_site); sigma ~ 1 + (1 | Subject)",
  nobs: 177,
  dropped: { count: 3, columns: ["Days", "Reaction"] },
  dataName: "sleepstudy.csv",
  chains: 2,
  warmup: 60,
  draws: 40,
  groups: [
    { group: "lab_site", levels: 2 },
    { group: "Subject", levels: 18 },
  ],
  rows: summarise(frozenDraws),
  quantities: frozenDraws.quantities!,
  warnings: [
    {
      text: "5 of 80 draws (6.2 %) ended in a divergent transition: estimates can be biased.",
      remedy: "Raise adaptDelta.",
    },
    'Grouping factor "lab_site" has 2 levels only.',
  ],
};

/** The lines of R's own table. */
const block = (tables: typeof frozen.tables, name: keyof typeof frozen.tables) =>
  [tables[name]].flat().join("\n");

describe("printSummary", () => {
  it("prints the tables that R prints of the same draws", () => {
    const text = printSummary(view);
    const robust = printSummary(view, { robust: true });
    for (const name of ["lab_site", "Subject", "coefficients", "further"] as const) {
      expect(text).toContain(block(frozen.tables, name));
      expect(robust).toContain(block(frozen.robust, name));
    }
  });

  it("stands in brms' order, with dropped rows and warnings", () => {
    expect(printSummary(view)).toBe(
      ` Family: student
  Links: mu = identity; sigma = log; nu = identity
Formula: Reaction ~ Days + recipe:temp + (Days | Subject) + (1 | lab_site)
         sigma ~ 1 + (1 | Subject)
   Data: sleepstudy.csv (Number of observations: 177)
         3 rows with missing values in Days, Reaction left out
  Draws: 2 chains, each with iter = 100; warmup = 60; thin = 1;
         total post-warmup draws = 80

Multilevel Hyperparameters:
~lab_site (Number of levels: 2)
${block(frozen.tables, "lab_site")}

~Subject (Number of levels: 18)
${block(frozen.tables, "Subject")}

Regression Coefficients:
${block(frozen.tables, "coefficients")}

Further Distributional Parameters:
${block(frozen.tables, "further")}

The draws come from the no-U-turn sampler (NUTS). Rhat compares the chains with
each other and should be close to 1 (at most 1.01); Bulk_ESS and Tail_ESS say
how many independent draws would give the centre and the tails with the same
precision.

Warnings:
- 5 of 80 draws (6.2 %) ended in a divergent transition: estimates can be
  biased. Raise adaptDelta.
- Grouping factor "lab_site" has 2 levels only.`,
    );
  });

  it("says nothing about rows or warnings when there are none", () => {
    const { dataName: _, ...rest } = view;
    const text = printSummary({
      ...rest,
      dropped: { count: 0, columns: [] },
      warnings: [],
      chains: 1,
      algorithm: "hmc",
    });
    expect(text).not.toMatch(/left out|Warnings/);
    expect(text).toContain("   Data: (Number of observations: 177)");
    expect(text).toContain("  Draws: 1 chain with iter = 100;");
    expect(text).toContain("static Hamiltonian Monte Carlo");
  });

  it("keeps long names whole on a narrow screen", () => {
    const quantities = view.quantities.map((own) =>
      own.names[0] === "b_Days" ? { ...own, labels: [`${"interaction:".repeat(6)}Days`] } : own,
    );
    const lines = printSummary({ ...view, quantities }, { width: 76 }).split("\n");
    const at = lines.indexOf(`${"interaction:".repeat(6)}Days`);
    expect(at).toBeGreaterThan(0);
    expect(lines[at + 1]).toMatch(/^ +10\.66 +1\.72 /);
    const others = lines.filter((line, i) => i !== at && !line.startsWith("Formula"));
    expect(Math.max(...others.map((line) => line.length))).toBeLessThanOrEqual(76);
  });

  it("prints a formula per line, whatever stands in back-ticks", () => {
    const lines = printSummary({ ...view, formula: "y ~ `a; b`; sigma ~ x" }).split("\n");
    const at = lines.indexOf("Formula: y ~ `a; b`");
    expect(at).toBeGreaterThan(0);
    expect(lines[at + 1]).toBe("         sigma ~ x");
  });

  it("prints more digits when asked", () => {
    expect(printSummary(view, { digits: 4 })).toMatch(/recipeB:temp +-0\.00\d\d +0\.000\d/);
  });

  it("can be Markdown", () => {
    const text = printSummary(view, { markdown: true });
    expect(text).toContain("### Regression Coefficients\n\n| | Estimate | Est.Error |");
    expect(text).toContain("| Days | 10.66 | 1.72 |");
    expect(text).toContain("### Warnings\n\n- 5 of 80");
  });
});
