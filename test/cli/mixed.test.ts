/** nutmix lmm, glmm and compare. */
import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { nutmix } from "./run.ts";

describe("nutmix lmm", () => {
  it("prints the documented JSON", () => {
    const { code, stdout } = nutmix(["lmm", "sleepstudy", "Reaction ~ Days + (Days | Subject)", "--json"]);
    expect(code).toBe(0);
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({
      schema: "nutmix/lmm@1",
      method: "REML",
      nobs: 180,
      groups: { Subject: 18 },
      converged: true,
      singular: false,
      df: 6,
    });
    expect(document.criterion).toBeCloseTo(1743.628, 3);
    expect(document.fixed[1]).toMatchObject({ name: "Days" });
    expect(document.fixed[1].df).toBeCloseTo(17, 3);
    expect(document.random.map(({ name }: { name: string }) => name)).toEqual(["(Intercept)", "Days"]);
    expect(document.effects.Subject["308"].Days).toBeCloseTo(9.199, 3);
  });

  it("writes a report", () => {
    const folder = mkdtempSync(join(tmpdir(), "nutmix-"));
    const { code, stdout } = nutmix([
      "lmm",
      "sleepstudy",
      "Reaction ~ Days + (1 | Subject)",
      "--out",
      folder,
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain("REML criterion");
    expect(readdirSync(folder).sort()).toEqual(["fit.json", "report.html", "summary.txt"]);
    expect(readFileSync(join(folder, "report.html"), "utf8")).toContain("nutmix lmm sleepstudy");
  });

  it("says in one line what is wrong and exits with 1", () => {
    const { code, stderr } = nutmix(["lmm", "sleepstudy", "Reaction ~ Days + (1 | Subject)", "--df", "kr"]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: --df is one of satterthwaite/);
  });
});

describe("nutmix glmm", () => {
  it("prints z statistics", () => {
    const { code, stdout } = nutmix([
      "glmm",
      "epilepsy",
      "y ~ base + (1 | subject)",
      "--family",
      "poisson",
      "--json",
    ]);
    expect(code).toBe(0);
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({ schema: "nutmix/glmm@1", method: "Laplace", converged: true });
    expect(document.fixed[1].z).toBeGreaterThan(5);
    expect(document.fixed[1]).not.toHaveProperty("df");
  });
});

describe("nutmix compare", () => {
  it("prints both fits", () => {
    const { code, stdout } = nutmix([
      "compare",
      "sleepstudy",
      "Reaction ~ Days + (1 | Subject)",
      "--chains",
      "2",
      "--draws",
      "400",
      "--warmup",
      "300",
      "--quiet",
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/b_Days\s+10\.\d/);
    expect(stdout).toContain("REML");
  });
});
