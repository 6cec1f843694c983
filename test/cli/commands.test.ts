import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { nutmix, SHORT, temporaryFolder } from "./run.ts";

describe("nutmix fit", () => {
  it("prints exactly one JSON document of the documented shape", () => {
    const { code, stdout } = nutmix([
      "fit",
      "sleepstudy",
      "Reaction ~ Days + (Days | Subject)",
      "--json",
      "--quiet",
    ]);
    expect(code).toBe(0);
    const document = JSON.parse(stdout) as { parameters: Record<string, unknown>[] };
    expect(document).toMatchObject({
      schema: "nutmix/fit@1",
      formula: "Reaction ~ Days + (Days | Subject)",
      family: { name: "gaussian", links: { mu: "identity", sigma: "identity" } },
      nobs: 180,
      droppedRows: 0,
      groups: { Subject: 18 },
      strategy: "collapsed",
      sampler: {
        algorithm: "nuts",
        chains: 4,
        warmup: 1000,
        draws: 1000,
        seed: 1,
        adaptDelta: 0.8,
        maxTreedepth: 10,
      },
      warnings: [],
    });
    expect(Object.keys(document.parameters[0]!)).toEqual([
      "name",
      "mean",
      "sd",
      "median",
      "mad",
      "q2.5",
      "q5",
      "q95",
      "q97.5",
      "rhat",
      "essBulk",
      "essTail",
      "mcseMean",
      "mcseSd",
    ]);
    expect(document.parameters).toHaveLength(6 + 36);
  });

  it("writes a folder with the fit, the draws and the summary, the same for the same seed on any number of cores", () => {
    const draws = (cores: string) => {
      const folder = join(temporaryFolder(), "fit");
      nutmix([
        "fit",
        "eight-schools",
        "y | se(sigma) ~ 1 + (1 | school)",
        ...SHORT,
        "--cores",
        cores,
        "--seed",
        "7",
        "--out",
        folder,
      ]);
      expect(readdirSync(folder).sort()).toEqual([
        "command.txt",
        "draws-1.csv",
        "draws-2.csv",
        "fit.json",
        "report.html",
        "summary.txt",
      ]);
      expect(JSON.parse(readFileSync(join(folder, "fit.json"), "utf8"))).toMatchObject({
        schema: "nutmix/fit@1",
        nobs: 8,
      });
      const lines = readFileSync(join(folder, "draws-2.csv"), "utf8").split("\n");
      return lines.filter((line) => !line.startsWith("#"));
    };
    expect(draws("1")).toEqual(draws("2"));
  });

  it("reads CSV from standard input, and a distributional formula", () => {
    const csv = `y,x\n${Array.from({ length: 30 }, (_, i) => `${Math.sin(i) * (i % 2 === 0 ? 1 : 5)},${i % 2}`).join("\n")}\n`;
    const { stdout } = nutmix(["fit", "-", "y ~ 1; sigma ~ x", ...SHORT, "--json", "--quiet"], csv);
    const { parameters } = JSON.parse(stdout) as { parameters: { name: string; mean: number }[] };
    // Rows with x = 1 have five times the amplitude: log 5 = 1.6.
    expect(parameters.find(({ name }) => name === "b_sigma_x")!.mean).toBeGreaterThan(1);
  });

  it("samples from the prior alone", () => {
    const { code, stdout } = nutmix([
      "fit",
      "sleepstudy",
      "Reaction ~ Days + (Days | Subject)",
      "--sample-prior",
      "--prior",
      "normal(0, 10), class=b",
      "--json",
      "--quiet",
    ]);
    expect(code).not.toBe(1);
    const { parameters } = JSON.parse(stdout) as {
      parameters: { name: string; mean: number; sd: number; mcseMean: number; mcseSd: number }[];
    };
    const days = parameters.find(({ name }) => name === "b_Days")!;
    expect(Math.abs(days.mean)).toBeLessThan(5 * days.mcseMean);
    expect(Math.abs(days.sd - 10)).toBeLessThan(5 * days.mcseSd);
  });

  it("exits with 2 when the chains cannot be trusted", () => {
    const { code, stderr } = nutmix([
      "fit",
      "epilepsy",
      "y ~ trt + (1 | subject)",
      "--family",
      "poisson",
      "--warmup",
      "20",
      "--draws",
      "20",
    ]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/warning: /);
  });
});

describe("nutmix priors", () => {
  it("lists brms' defaults with their source", () => {
    const { stdout, code } = nutmix(["priors", "sleepstudy", "Reaction ~ Days + (Days | Subject)"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\(flat\)\s+b\s+Days\s+default$/m);
    expect(stdout).toMatch(/^student_t\(3, 288.7, 59.3\)\s+Intercept\s+default$/m);
    expect(stdout).toMatch(/^student_t\(3, 0, 59.3\)\s+sd\s+Days\s+Subject\s+0\s+default$/m);
    expect(stdout).toMatch(/^lkj\(1\)\s+cor\s+Subject/m);
  });

  it("accepts R's spelling, a set, and a file with a set", () => {
    const file = join(temporaryFolder(), "mine.json");
    const set = {
      name: "mine",
      title: "Mine",
      description: "Test.",
      source: "This test.",
      rules: [{ class: "b", prior: "normal(0, 2 * {sd_x})", reason: "test" }],
    };
    writeFileSync(file, JSON.stringify(set));
    const rule = 'set_prior("exponential(0.1)", class = "sd", group = "Subject")';
    const { stdout } = nutmix([
      "priors",
      "sleepstudy",
      "Reaction ~ Days + (1 | Subject)",
      "--priors",
      file,
      "--prior",
      rule,
      "--json",
    ]);
    const rows = JSON.parse(stdout) as { class: string; prior: string; source: string }[];
    // sd(Days) = 2.88 for ten days repeated: √(8.25·180/179).
    expect(rows.find((row) => row.class === "b")).toMatchObject({
      prior: "normal(0, 5.76059)",
      source: "mine",
    });
    expect(rows.find((row) => row.class === "sd")).toMatchObject({
      prior: "exponential(0.1)",
      source: "user",
    });
  });

  it("lists the named sets without arguments", () => {
    expect(nutmix(["priors"]).stdout).toMatch(/^rstanarm: /m);
  });
});

describe("nutmix datasets", () => {
  it("lists what is bundled", () => {
    const sets = JSON.parse(nutmix(["datasets", "--json"]).stdout) as { name: string }[];
    expect(sets.map(({ name }) => name)).toEqual([
      "eight-schools",
      "epilepsy",
      "owls",
      "schools",
      "sleepstudy",
      "verbagg",
    ]);
  });
});

describe("nutmix", () => {
  it("says what it can do, and which version it is", () => {
    expect(nutmix(["fit", "--help"]).stdout).toContain("--adapt-delta");
    expect(nutmix(["--version"]).stdout.trim()).toBe(
      (
        JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
          version: string;
        }
      ).version,
    );
    expect(nutmix(["fti"]).code).toBe(1);
  });
});
