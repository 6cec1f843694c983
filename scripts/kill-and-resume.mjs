/**
 * Kills runs at random moments until each is finished, and compares their draws with those of a run that was left alone:
 * `node scripts/kill-and-resume.mjs [kills] [seed]` (default 100 kills). Uses the built command.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const command = fileURLToPath(new URL("../dist/cli.js", import.meta.url));
const wanted = Number(process.argv[2] ?? 100);
let state = Number(process.argv[3] ?? Date.now()) >>> 0;
console.log(`seed of the moments: ${state}`);
/** A linear congruential generator (Numerical Recipes). */
const uniform = () => {
  state = (Math.imul(1664525, state) + 1013904223) >>> 0;
  return state / 2 ** 32;
};

const models = [
  ["sleepstudy", "Reaction ~ Days + (Days | Subject)", "--strategy", "explicit"],
  ["epilepsy", "y ~ trt + (1 | subject)", "--family", "poisson"],
];
const settings = ["--chains", "2", "--cores", "2", "--warmup", "300", "--draws", "600", "--checkpoint", "0.1"];
const signals = ["SIGKILL", "SIGKILL", "SIGKILL", "SIGTERM", "SIGINT", "SIGHUP"];

/** Ends with the exit code, or with undefined when the signal came before. */
function run(args, signal, afterMs) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [command, ...args, "--quiet"], { stdio: ["ignore", "ignore", "pipe"] });
    let killed = false;
    const timer =
      signal &&
      setTimeout(() => {
        killed = true;
        child.kill(signal);
      }, afterMs);
    let stderr = "";
    child.stderr.on("data", (text) => {
      stderr += text;
    });
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({ code, killed, stderr });
    });
  });
}

function rows(folder) {
  return readdirSync(folder)
    .filter((name) => /^draws-\d+\.csv$/.test(name))
    .sort()
    .map((name) => readFileSync(join(folder, name), "utf8").split("\n"))
    .flatMap((lines) => lines.filter((line) => /^[-\d]/.test(line)))
    .join("\n");
}

const work = mkdtempSync(join(tmpdir(), "nutmix-kills-"));
const references = [];
for (const [k, model] of models.entries()) {
  const out = join(work, `whole-${k}`);
  const began = performance.now();
  await run(["fit", ...model, ...settings, "--out", out]);
  references.push({ rows: rows(out), ms: performance.now() - began });
}

let kills = 0;
let runs = 0;
let wrong = 0;
while (kills < wanted) {
  const k = runs % models.length;
  const out = join(work, `run-${runs}`);
  const { rows: expected, ms } = references[k];
  let args = ["fit", ...models[k], ...settings, "--out", out];
  let killsHere = 0;
  for (;;) {
    // Four kills of a run at most, so that all parts of it are met.
    const signal = killsHere < 4 && kills < wanted ? signals[Math.floor(uniform() * signals.length)] : undefined;
    const { code, killed, stderr } = await run(args, signal, uniform() * ms);
    if (killed) {
      kills++;
      killsHere++;
    }
    const finished = stderr.includes("holds a finished fit") || code === 0 || code === 2;
    if (finished) break;
    if (!killed) {
      console.log(`run ${runs + 1}: exit code ${code}: ${stderr}`);
      wrong++;
      break;
    }
    // Killed before there was a folder to go on in: begun anew.
    const begun = readdirSync(work).includes(`run-${runs}`) && readdirSync(out).some((name) => !name.startsWith("."));
    if (begun) args = ["resume", out, "--cores", "2", "--checkpoint", "0.1"];
  }
  const same = rows(out) === expected;
  if (!same) wrong++;
  runs++;
  console.log(`run ${runs}: ${killsHere} kills, ${same ? "the same bits" : "OTHER DRAWS"} (${kills} of ${wanted})`);
  rmSync(out, { recursive: true });
}
rmSync(work, { recursive: true });
console.log(wrong === 0 ? `${kills} kills, ${runs} runs, all to the same bits` : `${wrong} runs went wrong`);
process.exit(wrong === 0 ? 0 : 1);
