import { glmm, lmm, mixedReport } from "nutmix";
import { describe, expect, it } from "vitest";
import { referenceData } from "../reml/reference-fit.ts";

describe("mixedReport", () => {
  it("is one page without scripts or outside resources", async () => {
    const fit = lmm("Reaction ~ Days + (Days | Subject)", referenceData("sleepstudy"));
    const page = await mixedReport(fit, { reproduce: "nutmix lmm …" });
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).not.toMatch(/<script|<link|<img|@import|src=/);
    // Namespaces are names, not resources.
    expect(page.replaceAll("http://www.w3.org/", "")).not.toMatch(/https?:/);
    expect(page.match(/<svg/g)!.length).toBeGreaterThan(5);
    expect(page).toContain("The fit converged.");
    expect(page).toContain("nutmix lmm …");
  });

  it("escapes names and levels", async () => {
    const evil = "<img src=x onerror=alert(1)>";
    const rows = Array.from({ length: 40 }, (_, i) => ({
      y: (i * 7) % 11,
      [evil]: (i * 3) % 7,
      g: `${evil}${i % 5}`,
    }));
    const page = await mixedReport(lmm(`y ~ \`${evil}\` + (1 | g)`, rows));
    expect(page).not.toContain("<img");
    expect(page).toContain("&#60;img");
  });

  it("shows the tests of scaled residuals of a generalised model", async () => {
    const fit = glmm("y ~ lbase + (1 | subject)", referenceData("epil"), { family: "poisson" });
    expect(await mixedReport(fit)).toContain("dispersion (ratio)");
  });

  it("names overdispersion in the verdict, and counts under a linear model", async () => {
    const verdictOf = (page: string): string => page.slice(page.indexOf("Verdict"), page.indexOf("Summary"));
    const poisson = glmm("y ~ lbase", referenceData("epil"), { family: "poisson" });
    expect(verdictOf(await mixedReport(poisson))).toContain("overdispersed");
    const rows = Array.from({ length: 40 }, (_, i) => ({ n: (i * i + (i >> 2)) % 5, g: `g${i % 8}` }));
    expect(verdictOf(await mixedReport(lmm("n ~ 1 + (1 | g)", rows)))).toContain(
      "5 different whole numbers from 0",
    );
  });
});
