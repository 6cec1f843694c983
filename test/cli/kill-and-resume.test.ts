/** A run that is killed at any moment is continued, to the same bits. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { drawnRows, moments, nutmixUntil } from "./killed.ts";
import { nutmix, temporaryFolder } from "./run.ts";

const folder = temporaryFolder();
const model = ["fit", "sleepstudy", "Reaction ~ Days + (Days | Subject)", "--strategy", "explicit"];
// Workers, as a longer run has them; checkpoints after every few transitions.
const run = [...model, "--chains", "2", "--warmup", "300", "--draws", "300", "--cores", "2", "--seed", "4"];
const often = ["--checkpoint", "0.01", "--cores", "2"];

let expected: string[];
beforeAll(() => {
  const whole = join(folder, "whole");
  expect(nutmix([...run, "--out", whole, "--quiet"]).code).not.toBe(1);
  expected = drawnRows(whole);
  expect(expected).toHaveLength(600);
});

describe("nutmix resume", () => {
  it("goes on after SIGKILL at the beginning, in the warm-up, while drawing and while saving", async () => {
    const out = join(folder, "killed");
    const first = await nutmixUntil([...run, ...often, "--out", out], () => moments.begun(out), "SIGKILL");
    expect(first.signal).toBe("SIGKILL");
    expect(readdirSync(out)).toContain("unfinished");
    expect(nutmix(["loo", out]).stderr).toMatch(/holds an unfinished run and no fit yet: nutmix resume/);
    expect(nutmix([...run, "--out", out]).stderr).toMatch(/holds an unfinished run: nutmix resume/);
    for (const moment of ["warmup", "sampling", "saving"] as const) {
      const { signal } = await nutmixUntil(["resume", out, ...often], () => moments[moment](out), "SIGKILL");
      expect([moment, signal]).toEqual([moment, "SIGKILL"]);
    }
    expect(nutmix(["resume", out, "--quiet"]).code).not.toBe(1);
    expect(drawnRows(out)).toEqual(expected);
    expect(readdirSync(out).sort()).toEqual([
      "command.txt",
      "draws-1.csv",
      "draws-2.csv",
      "fit.json",
      "report.html",
      "summary.txt",
    ]);
    expect(readFileSync(join(out, "command.txt"), "utf8")).toMatch(/^nutmix fit sleepstudy/);
    const finished = nutmix(["resume", out]);
    expect([finished.code, finished.stderr]).toEqual([
      1,
      `error: ${out} holds a finished fit: 2 chains of 300 draws; for more of them say nutmix resume ${out} --draws 600\n`,
    ]);
  });

  it("goes on after SIGTERM in the warm-up and Ctrl-C while drawing; the exit code and the output tell", async () => {
    const out = join(folder, "stopped");
    // Longer, so that it is still drawing when the signal comes; its first draws are those of the shorter run.
    const long = run.map((word, k) => (run[k - 1] === "--draws" ? "1500" : word));
    const args = [...long, "--checkpoint", "0.05", "--out", out];
    const warmup = await nutmixUntil(args, () => moments.warmup(out), "SIGTERM");
    expect(warmup.code).toBe(143);
    expect(warmup.stderr).toContain(`stopped before the first draw: nutmix resume ${out} goes on`);
    const going = ["resume", out, "--checkpoint", "0.05", "--cores", "2"];
    const drawing = await nutmixUntil(going, () => moments.sampling(out), "SIGINT");
    expect(drawing.code).toBe(130);
    expect(drawing.stderr).toMatch(/stopped: [12] of 2 chains have draws, \d+ of 1500 each; nutmix resume/);
    expect(JSON.parse(readFileSync(join(out, "fit.json"), "utf8")).interrupted).toBe(true);
    expect(nutmix(["resume", out, "--quiet"]).code).not.toBe(1);
    const rows = drawnRows(out);
    expect(rows).toHaveLength(3000);
    expect([...rows.slice(0, 300), ...rows.slice(1500, 1800)]).toEqual(expected);
  });

  it("of a finished fit keeps it until there is more", async () => {
    const out = join(folder, "more");
    const short = run.map((word, k) => (run[k - 1] === "--draws" ? "40" : word));
    expect(nutmix([...short, "--out", out, "--quiet"]).code).not.toBe(1);
    const before = drawnRows(out);
    expect(before).toHaveLength(80);
    const more = ["resume", out, "--draws", "300", ...often];
    const { signal } = await nutmixUntil(more, () => moments.begun(out), "SIGKILL");
    expect(signal).toBe("SIGKILL");
    expect(drawnRows(out)).toEqual(before);
    expect(nutmix(["hypothesis", out, "Days > 0"]).code).toBe(0);
    expect(nutmix(["resume", out, "--quiet"]).code).not.toBe(1);
    expect(drawnRows(out)).toEqual(expected);
    expect(existsSync(join(out, "unfinished"))).toBe(false);
  });
});
