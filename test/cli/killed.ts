/** Runs the command and ends it in the middle. */
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const command = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
}

/** Sends `signal` as soon as `when` holds; asks about every millisecond. */
export function nutmixUntil(
  args: readonly string[],
  when: () => boolean,
  signal: NodeJS.Signals,
): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [command, ...args], { stdio: ["ignore", "ignore", "pipe"] });
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    const timer = setInterval(() => {
      if (!when()) return;
      clearInterval(timer);
      child.kill(signal);
    }, 1);
    child.on("close", (code, ended) => {
      clearInterval(timer);
      resolve({ code, signal: ended, stderr });
    });
  });
}

/** Moments of a run into `folder`. */
export const moments = {
  begun: (folder: string) => existsSync(join(folder, "unfinished", "run.bin")),
  warmup: (folder: string) => existsSync(join(folder, "unfinished", "chain-1.bin")),
  sampling: (folder: string) => size(join(folder, "unfinished", "chain-2-draws.bin")) > 0,
  saving: (folder: string) =>
    existsSync(folder) && readdirSync(folder).some((name) => name.startsWith(".nutmix-save-")),
};

function size(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** The rows of draws of all chains. */
export function drawnRows(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => /^draws-\d+\.csv$/.test(name))
    .sort()
    .flatMap((name) => readFileSync(join(folder, name), "utf8").split("\n"))
    .filter((line) => /^[-\d]/.test(line));
}
