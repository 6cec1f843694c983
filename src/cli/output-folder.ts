/** `--out DIR`. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DataError } from "../index.ts";

/** Returns the names written. */
export function writeFiles(folder: string, files: readonly (readonly [string, string])[]): string[] {
  try {
    mkdirSync(folder, { recursive: true });
    for (const [name, text] of files) writeFileSync(join(folder, name), text);
  } catch (error) {
    throw new DataError(`cannot write to ${folder}: ${(error as Error).message}`);
  }
  return files.map(([name]) => name);
}

/** Writes one file. */
export function writeOutput(path: string, content: string | Uint8Array): void {
  try {
    writeFileSync(path, content);
  } catch (error) {
    throw new DataError(`cannot write ${path}: ${(error as Error).message}`);
  }
}
