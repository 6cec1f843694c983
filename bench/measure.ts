/** Runs a task in a child process. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Measured, type MeasuredInside, medians } from "./measured.ts";
import type { Task } from "./task.ts";

const program = fileURLToPath(new URL("./fit-task.js", import.meta.url));

/** The medians of `repeat` runs with the seeds 1, 2, …, one after the other. */
export async function measure(task: Task, repeat: number): Promise<Measured> {
  const runs: Measured[] = [];
  for (let k = 0; k < repeat; k++) runs.push(await run({ ...task, seed: task.seed + k }));
  return medians(runs);
}

async function run(task: Task): Promise<Measured> {
  const started = performance.now();
  const { stdout } = await promisify(execFile)(process.execPath, [program, JSON.stringify(task)]);
  const wallS = (performance.now() - started) / 1000;
  const inside = JSON.parse(stdout) as MeasuredInside;
  return { ...inside, wallS, essPerWallS: inside.essBulk / wallS };
}
