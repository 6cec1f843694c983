/** Runs the built command as a child process. */
import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const command = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function nutmix(args: readonly string[], input = ""): Outcome {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], {
    input,
    encoding: "utf8",
  });
  return { code: status, stdout, stderr };
}

/** With standard output going to a file or a device. */
export function nutmixInto(path: string, args: readonly string[]): Omit<Outcome, "stdout"> {
  const output = openSync(path, "w");
  try {
    const { status, stderr } = spawnSync(process.execPath, [command, ...args], {
      stdio: ["ignore", output, "pipe"],
      encoding: "utf8",
    });
    return { code: status, stderr };
  } finally {
    closeSync(output);
  }
}

export const SHORT = ["--warmup", "150", "--draws", "100", "--chains", "2"];

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), "nutmix-test-"));
}

export function csvFile(text: string): string {
  const path = join(temporaryFolder(), "data.csv");
  writeFileSync(path, text);
  return path;
}
