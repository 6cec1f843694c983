/** The command against names, numbers and streams that mean it no good. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { csvFile, nutmix, SHORT, temporaryFolder } from "./run.ts";

const command = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
const shell = (script: string, folder = ".") =>
  spawnSync("bash", ["-c", script.replaceAll("NUTMIX", `${process.execPath} ${command}`)], {
    encoding: "utf8",
    cwd: folder,
  });
const rows = Array.from({ length: 24 }, (_, i) => [Math.sin(i * 1.7).toFixed(3), "abcd"[i % 4]!, i % 3]);
const plain = csvFile(`y,g,x\n${rows.map((row) => row.join()).join("\n")}\n`);

describe("streams", () => {
  it("a reader that stops early does not lose the files", () => {
    const folder = temporaryFolder();
    const { stderr } = shell(`NUTMIX lmm ${plain} 'y ~ x + (1 | g)' --out out | true`, folder);
    expect(stderr).not.toContain("\n    at ");
    expect(existsSync(join(folder, "out", "report.html"))).toBe(true);
  });

  it.skipIf(!existsSync("/dev/full"))("a full device is one message and exit code 1", () => {
    const { status, stderr } = shell(`NUTMIX lmm ${plain} 'y ~ x + (1 | g)' > /dev/full`);
    expect(stderr).toMatch(/^error: cannot write to standard output: the disk is full/m);
    expect(stderr).not.toMatch(/ {4}at /);
    expect(status).toBe(1);
    expect(shell(`NUTMIX lmm nowhere.csv 'y ~ x' 2> /dev/full`).status).toBe(1);
  });
});

describe("names", () => {
  it("do not reach the terminal as controls", () => {
    const data = csvFile(`y,g,"x\x1b[2J\x9b31m"\n${rows.map((row) => row.join()).join("\n")}\n`);
    const { code, stdout } = nutmix(["lmm", data, "y ~ `x\x1b[2J\x9b31m` + (1 | g)"]);
    expect(code).toBe(0);
    expect(stdout).toContain("\\u001b[2J\\u009b31m");
    const { stderr } = nutmix(["lmm", data, "y ~ `x\x1b[3J`"]);
    for (const control of ["\x1b", "\x9b"]) expect(stdout + stderr).not.toContain(control);
  });

  it("are shown by spreadsheets, not run, where that is asked for", () => {
    const levels = ["=1+1", "+x", "-a", "@b"];
    const folder = temporaryFolder();
    const data = csvFile(`y,g\n${rows.map(([y], i) => `${y},${levels[i % 4]}`).join("\n")}\n`);
    const made = nutmix(["fit", data, "y ~ g", "--out", join(folder, "f"), "--quiet", ...SHORT]);
    expect(made.stderr).toBe("");
    const plainly = nutmix(["predict", join(folder, "f")]).stdout;
    const safely = nutmix(["predict", join(folder, "f"), "--spreadsheet-safe"]).stdout;
    expect(safely.split("\n").length).toBe(plainly.split("\n").length);
    for (const line of safely.trim().split("\n").slice(1)) {
      for (const cell of line.split(",")) expect(cell).toMatch(/^(?:-?[\d.e+-]+|'[=+@-].*|[^=+@-].*)$/);
    }
  });

  it("run nothing in a report: its policy forbids scripts and loading", () => {
    const folder = temporaryFolder();
    nutmix(["lmm", plain, "y ~ x + (1 | g)", "--out", folder]);
    const page = readFileSync(join(folder, "report.html"), "utf8");
    expect(page).toMatch(
      /<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'/,
    );
    expect(page).not.toMatch(/<script/);
  });
});

describe("numbers", () => {
  it.each([
    ["--chains", "999999", /chains must be a whole number, at least 1 and at most 1000/],
    ["--warmup", "1e15", /warmup must be a whole number, at least 0 and at most 10000000/],
    ["--draws", "1e15", /draws must be a whole number, at least 1 and at most 10000000/],
    ["--draws", "9e6", /draws of \d+ numbers each take \d+ GB; draws can be at most/],
    ["--cores", "1e9", /cores must be/],
  ])("%s %s is refused", (flag, value, message) => {
    const { code, stderr } = nutmix(["fit", plain, "y ~ x + (1 | g)", "--chains", "400", flag, value]);
    expect(stderr).toMatch(message);
    expect(code).toBe(1);
  });
});

describe("encodings", () => {
  it("are given by a flag; bytes that do not fit are refused with their place", () => {
    const path = join(temporaryFolder(), "latin.csv");
    writeFileSync(
      path,
      Buffer.from(
        `y,g\n${rows.map(([y], i) => `${y},${["M\xfcller", "M\xf6ller"][i % 2]}`).join("\n")}\n`,
        "latin1",
      ),
    );
    const refused = nutmix(["lmm", path, "y ~ (1 | g)"]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/line 2, byte \d+ of the file \(0xFC\) is not valid UTF-8/);
    const read = nutmix(["lmm", path, "y ~ g", "--encoding", "windows-1252"]);
    expect(read.stdout).toMatch(/gMüller/);
  });
});
