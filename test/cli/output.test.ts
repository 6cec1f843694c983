/** Where results go: folders that hold something, full devices, closed pipes. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { csvFile, nutmix, nutmixInto, temporaryFolder } from "./run.ts";

const folder = temporaryFolder();
const saved = join(folder, "saved");
const model = ["fit", "sleepstudy", "Reaction ~ Days + (1 | Subject)", "--warmup", "100", "--chains", "2"];
beforeAll(() => {
  expect(nutmix([...model, "--draws", "60", "--out", saved, "--quiet"]).code).not.toBe(1);
});

const FULL = "/dev/full";
const hasFull = existsSync(FULL);
if (!hasFull) console.warn(`not tested: there is no ${FULL} here`);
const COMPLETE = ["command.txt", "draws-1.csv", "draws-2.csv", "fit.json", "report.html", "summary.txt"];

describe("--out", () => {
  it("is looked at before anything else, and a fit in it is replaced only when that is said", () => {
    const before = readFileSync(join(saved, "fit.json"), "utf8");
    const refused = nutmix(["fit", "no-such-data", "y ~ x", "--out", saved]);
    expect([refused.code, refused.stderr]).toEqual([
      1,
      `error: ${saved} holds a fit already: choose another folder, or say --overwrite to replace it once the new one is there\n`,
    ]);
    // What fails later leaves the old fit.
    expect(nutmix(["fit", "no-such-data", "y ~ x", "--out", saved, "--overwrite"]).code).toBe(1);
    expect(readFileSync(join(saved, "fit.json"), "utf8")).toBe(before);
    expect(nutmix(["lmm", "sleepstudy", "Reaction ~ Days + (1 | Subject)", "--out", saved]).stderr).toMatch(
      /holds a fit already/,
    );
    expect(nutmix([...model, "--draws", "50", "--out", saved, "--overwrite", "--quiet"]).code).not.toBe(1);
    expect(JSON.parse(readFileSync(join(saved, "fit.json"), "utf8")).sampler.draws).toBe(50);
    expect(readdirSync(saved).sort()).toEqual(COMPLETE);
  });

  it("that cannot be written to is refused in one line", () => {
    const file = csvFile("a file");
    for (const [path, reason] of [
      [file, "is a file: name a folder that is empty or not there yet"],
      [join(file, "below"), "a part of the path is a file, not a folder"],
    ]) {
      const { code, stderr } = nutmix([...model, "--out", path!]);
      expect([code, stderr.includes(reason!), stderr.trimEnd().split("\n").length]).toEqual([1, true, 1]);
    }
    const made = join(folder, "made for nothing");
    expect(nutmix(["fit", "no-such-data", "y ~ x", "--out", made]).code).toBe(1);
    expect(existsSync(made)).toBe(false);
  });

  it("of predict and plot is replaced as a whole, through links, and never the data themselves", () => {
    const data = csvFile("Days,Subject\n0,308\n");
    const link = join(folder, "link.csv");
    writeFileSync(join(folder, "target.csv"), "old");
    symlinkSync(join(folder, "target.csv"), link);
    expect(nutmix(["predict", saved, data, "--factor", "Subject", "--out", link]).code).toBe(0);
    expect(readFileSync(join(folder, "target.csv"), "utf8")).toMatch(/^row,estimate/);
    const own = nutmix(["predict", saved, data, "--factor", "Subject", "--out", data]);
    expect([own.code, own.stderr]).toEqual([
      1,
      `error: --out ${data} is the file that the data come from: name another\n`,
    ]);
    expect(nutmix(["predict", saved, "--out", join(folder, "nowhere", "x.csv")]).stderr).toMatch(
      /x.csv: there is no such folder\n$/,
    );
  });
});

describe.runIf(hasFull)("a full device", () => {
  const oneLine = /^error: cannot write \S.*: the disk is full\n$/;

  it("is an error in one line, and the files are whole", () => {
    const out = join(folder, "to a full device");
    const { code, stderr } = nutmixInto(FULL, [...model, "--draws", "60", "--out", out, "--json"]);
    expect([code, stderr]).toEqual([1, "error: cannot write to standard output: the disk is full\n"]);
    expect(readdirSync(out).sort()).toEqual(COMPLETE);
  });

  it.each([
    ["predict", [saved, "--out", FULL]],
    ["plot", [saved, "trace", "--out", FULL]],
  ])("as the target of %s", (command, args) => {
    const { code, stderr } = nutmix([command, ...args]);
    expect(code).toBe(1);
    expect(stderr).toMatch(command === "plot" ? /--out ends in/ : oneLine);
  });

  it.each([["datasets"], ["predict", saved], ["priors"], ["--help"]])("%s", (...args) => {
    const { code, stderr } = nutmixInto(FULL, args);
    expect([code, stderr]).toEqual([1, "error: cannot write to standard output: the disk is full\n"]);
  });
});

describe("a closed pipe", () => {
  it("is an error in one line, and report.html is there", () => {
    const out = join(folder, "closed");
    const words = [process.execPath, "dist/cli.js", ...model, "--draws", "60", "--out", out]
      .map((word) => `'${word}'`)
      .join(" ");
    const { stderr, stdout } = spawnSync("bash", ["-c", `${words} --quiet | true; echo \${PIPESTATUS[0]}`], {
      encoding: "utf8",
    });
    expect(stderr).toBe("error: cannot write to standard output: whoever reads it has closed it\n");
    expect(stdout).toBe("1\n");
    expect(existsSync(join(out, "report.html"))).toBe(true);
  });
});
