/** How data are read and factors coded, on the command line. */
import { describe, expect, it } from "vitest";
import { csvFile, nutmix, SHORT, temporaryFolder } from "./run.ts";

const groups = ["Drug", "control", "Xylo"];
const file = csvFile(
  `y,x,group,answer,n,g\n${Array.from({ length: 48 }, (_, i) =>
    [
      ((i * 7) % 11) + (i % 3),
      i === 5 ? "?" : i === 9 ? -99 : (i * 5) % 13,
      groups[i % 3],
      ["agree", "disagree", "neither"][(i * 7) % 3],
      [0, 0, 9, 1][i % 4],
      `g${i % 8}`,
    ].join(","),
  ).join("\n")}`,
);

describe("nutmix lmm and priors", () => {
  it("say how factors are coded, and code them as they are told", () => {
    const plain = nutmix(["lmm", file, "y ~ group + (1 | g)"]);
    expect(plain.stdout).toContain('Coding: group: reference "Drug", against it Xylo, control');
    const told = nutmix(["lmm", file, "y ~ group + (1 | g)", "--reference", "group=control", "--json"]);
    const document = JSON.parse(told.stdout);
    expect(document.fixed.map(({ name }: { name: string }) => name)).toEqual([
      "(Intercept)",
      "groupDrug",
      "groupXylo",
    ]);
    expect(document.factors).toEqual([
      { variable: "group", levels: ["control", "Drug", "Xylo"], coding: "treatment", reference: "control" },
    ]);
    const sum = nutmix(["priors", file, "y ~ group", "--contrasts", "group=sum"]);
    expect(sum.stdout).toContain("group1");
    expect(sum.stdout).toContain("Coding of factors:\n  group: sum contrasts");
    const own = nutmix([
      "priors",
      file,
      "y ~ group",
      "--contrasts",
      'group={"Drug":-1,"Xylo":0,"control":1}',
    ]);
    expect(own.stdout).toContain("Drug (-1), Xylo (0), control (1)");
    const bad = nutmix(["priors", file, "y ~ group", "--contrasts", "group=summ"]);
    expect(bad).toMatchObject({ code: 1, stderr: expect.stringContaining('did you mean "sum"') });
  });

  it("warn of a number column that one stray value turned into text, and take the code that is named", () => {
    const { stdout } = nutmix(["lmm", file, "y ~ x + (1 | g)"]);
    expect(stdout.replaceAll(/\s+/g, " ")).toContain(
      'because of "?" (row 6); its other 47 values are numbers',
    );
    const once = nutmix(["lmm", file, "y ~ x + (1 | g)", "--na", "?", "--json"]);
    expect(JSON.parse(once.stdout)).toMatchObject({ nobs: 47 });
    expect(once.stderr).toContain('column "x" is -99 in row 10, far from its other values');
    const twice = nutmix(["lmm", file, "y ~ x + (1 | g)", "--na", "?", "--na", "-99", "--json"]);
    expect(JSON.parse(twice.stdout)).toMatchObject({ nobs: 46, droppedRows: 2 });
    expect(twice.stderr).toBe("");
  });
});

describe("nutmix fit", () => {
  it("refuses categories without an order, and takes them in the order that is said", () => {
    const fit = ["fit", file, "answer ~ y", "--family", "cumulative", ...SHORT, "--quiet"];
    const refused = nutmix(fit);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/agree, disagree, neither.*--ordered "answer=agree<disagree<neither"/);
    const told = nutmix([...fit, "--ordered", "answer=disagree<neither<agree"]);
    expect(told.stdout).toContain("answer: disagree < neither < agree");
  });

  it("marks draws from the prior, checks them as such, and refuses their loo", () => {
    const folder = temporaryFolder();
    const prior = ["--sample-prior", "--prior", "normal(0, 1), class=b", "--quiet"];
    const fit = nutmix(["fit", file, "y ~ n", ...SHORT, ...prior, "--out", folder]);
    expect(fit.stdout).toContain("PRIOR: these are draws from the prior alone");
    expect(nutmix(["check", folder]).stdout).toContain("These are draws from the prior");
    expect(nutmix(["loo", folder])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("this fit drew from the prior alone"),
    });
    expect(nutmix(["fit", file, "y ~ n", ...SHORT, ...prior, "--loo"]).code).toBe(1);
  });

  it("says when the model does not describe the data, and check marks what is extreme", () => {
    const folder = temporaryFolder();
    const fit = nutmix(["fit", file, "n ~ 1", "--family", "poisson", ...SHORT, "--out", folder]);
    expect(fit.stderr).toContain("overdispersed");
    const check = nutmix(["check", folder]);
    expect(check.stdout).toMatch(/prop_zero .*extreme/);
    expect(check.stdout).toContain("overdispersed");
  });
});
