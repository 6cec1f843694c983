/** Commands that read a saved fit. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { csvFile, nutmix, SHORT, temporaryFolder } from "./run.ts";

const folder = temporaryFolder();
const slopes = join(folder, "slopes");
const intercepts = join(folder, "intercepts");
const formula = "Reaction ~ Days + (Days | Subject)";
beforeAll(() => {
  expect(nutmix(["fit", "sleepstudy", formula, ...SHORT, "--out", slopes, "--quiet"]).code).not.toBe(1);
  expect(
    nutmix(["fit", "sleepstudy", "Reaction ~ Days + (1 | Subject)", ...SHORT, "--out", intercepts, "--quiet"])
      .code,
  ).not.toBe(1);
});

describe("nutmix fit", () => {
  it("writes everything, and --loo prints and documents it", () => {
    for (const name of [
      "fit.json",
      "draws-1.csv",
      "draws-2.csv",
      "summary.txt",
      "report.html",
      "command.txt",
    ]) {
      expect(existsSync(join(slopes, name)), name).toBe(true);
    }
    const { stdout } = nutmix(["fit", "sleepstudy", formula, ...SHORT, "--json", "--loo"]);
    const document = JSON.parse(stdout);
    expect(document.loo).toMatchObject({ method: "psis" });
    expect(Math.abs(document.loo.elpd + 861.5)).toBeLessThan(8);
  });
});

describe("nutmix loo", () => {
  it("compares fits", () => {
    const { code, stdout } = nutmix(["loo", slopes, intercepts, "--json"]);
    expect(code).toBe(0);
    const document = JSON.parse(stdout);
    expect(document.schema).toBe("nutmix/loo@1");
    expect(document.comparison[0].name).toBe(slopes);
    expect(document.comparison[1].elpdDifference).toBeLessThan(-10);
    expect(nutmix(["loo", slopes]).stdout).toMatch(/elpd_loo\s+-8\d\d\.\d/);
    const same = nutmix(["loo", slopes, slopes]);
    expect([same.code, same.stderr]).toEqual([1, "error: the same folder is named twice\n"]);
  });
});

describe("nutmix predict", () => {
  it("reads and writes CSV", () => {
    const data = csvFile("Days,Subject\n0,308\n20,308\n");
    const { code, stdout } = nutmix(["predict", slopes, data, "--kind", "epred", "--factor", "Subject"]);
    expect(code).toBe(0);
    const lines = stdout.trim().split("\n");
    expect(lines[0]).toBe("row,estimate,error,q2.5,q97.5");
    expect(lines).toHaveLength(3);
    const out = join(folder, "predictions.csv");
    expect(nutmix(["predict", slopes, "--out", out]).code).toBe(0);
    expect(readFileSync(out, "utf8").trim().split("\n")).toHaveLength(181);
  });

  it("refuses bad new data in one line", () => {
    const unknown = nutmix(["predict", slopes, csvFile("Days,Subject\n0,999\n")]);
    expect(unknown.code).toBe(1);
    expect(unknown.stderr).toMatch(/^error: the grouping factor Subject is "999" in row 1/);
    expect(
      nutmix(["predict", slopes, csvFile("Days,Subject\n0,999\n"), "--new-levels", "gaussian"]).code,
    ).toBe(0);
    expect(nutmix(["predict", slopes, csvFile("Days,Subject\nNA,308\n")]).stderr).toMatch(
      /column "Days" has no value in row 1/,
    );
    expect(nutmix(["predict", slopes, csvFile("Subject\n308\n")]).stderr).toMatch(/no column "Days"/);
    expect(nutmix(["predict", slopes, "--kind", "epreds"]).stderr).toMatch(
      /--kind is predict, epred or linpred/,
    );
  });
});

describe("nutmix hypothesis, check, plot, report", () => {
  it("hypothesis", () => {
    const { stdout } = nutmix(["hypothesis", slopes, "Days > 0", "--json"]);
    expect(JSON.parse(stdout).hypotheses[0]).toMatchObject({ star: true });
    const bad = nutmix(["hypothesis", slopes, "Dayz > 0"]);
    expect(bad.code).toBe(1);
    expect(bad.stderr).toMatch(/no parameter "Dayz"; did you mean "Days"/);
  });

  it("check", () => {
    const { code, stdout } = nutmix([
      "check",
      slopes,
      "--type",
      "stat_grouped",
      "--group",
      "Subject",
      "--out",
      join(folder, "checks"),
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/mean\s+298\.5/);
    expect(readFileSync(join(folder, "checks", "stat_grouped.svg"), "utf8")).toMatch(/^<svg/);
    const document = JSON.parse(nutmix(["check", slopes, "--json"]).stdout);
    expect(document.statistics[0].pValue).toBeGreaterThan(0.1);
  });

  it("plot", () => {
    const svg = join(folder, "trace.svg");
    expect(nutmix(["plot", slopes, "trace", "--out", svg, "--parameters", "b_*, sigma"]).code).toBe(0);
    expect(readFileSync(svg, "utf8")).toMatch(/^<svg/);
    const spec = join(folder, "pairs.json");
    expect(nutmix(["plot", slopes, "pairs", "--out", spec]).code).toBe(0);
    expect(JSON.parse(readFileSync(spec, "utf8")).$schema).toMatch(/vega-lite/);
    expect(nutmix(["plot", slopes, "trace", "--out", "x.gif"]).stderr).toMatch(
      /--out ends in .svg, .png or .json/,
    );
    expect(nutmix(["plot", slopes, "tracer", "--out", svg]).stderr).toMatch(/did you mean "trace"/);
  });

  it("report is written again", () => {
    const path = join(slopes, "report.html");
    writeFileSync(path, "");
    expect(nutmix(["report", slopes]).code).toBe(0);
    expect(readFileSync(path, "utf8")).toContain("nutmix fit sleepstudy");
  });
});

describe("nutmix resume", () => {
  it("gives the draws of a longer run", () => {
    const longer = join(folder, "longer");
    const settings = ["--chains", "2", "--warmup", "150", "--seed", "9"];
    nutmix(["fit", "sleepstudy", formula, ...settings, "--draws", "60", "--out", longer, "--quiet"]);
    expect(nutmix(["resume", longer, "--draws", "90", "--quiet"]).code).not.toBe(1);
    const whole = join(folder, "whole");
    nutmix(["fit", "sleepstudy", formula, ...settings, "--draws", "90", "--out", whole, "--quiet"]);
    const numbers = (path: string) =>
      readFileSync(join(path, "draws-2.csv"), "utf8")
        .split("\n")
        .filter((line) => /^[-\d]/.test(line));
    expect(numbers(longer)).toEqual(numbers(whole));
  });
});

describe("bad folders", () => {
  it("are named", () => {
    expect(nutmix(["report", "nowhere"]).stderr).toMatch(/there is no folder "nowhere"/);
    const empty = temporaryFolder();
    expect(nutmix(["loo", empty]).stderr).toMatch(/there is no fit.json/);
    writeFileSync(join(intercepts, "draws-1.csv"), "");
    const damaged = nutmix(["check", intercepts]);
    expect(damaged.code).toBe(1);
    expect(damaged.stderr).toMatch(/draws-1.csv was cut off or changed/);
  });
});
