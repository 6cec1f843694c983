/** `--out DIR`: fit.json, the draws of each chain in CmdStan's CSV format, and the printed summary. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cmdstanCsv, DataError, type Fit, type FitDocument } from "../index.ts";

/** Written beside the document so that a fit can be read back: matrices and vectors as plain arrays. */
export function writeFit(folder: string, fit: Fit, document: FitDocument, printed: string): string[] {
  const files: [string, string][] = [
    ["fit.json", `${JSON.stringify({ ...document, model: fit.spec }, plainArrays)}\n`],
    ["summary.txt", `${printed}\n`],
    ...cmdstanCsv(fit.draws, { settings: fit.settings, adaptation: fit.adaptation }).map(
      (text, chain): [string, string] => [`draws-${chain + 1}.csv`, text],
    ),
  ];
  return writeFiles(folder, files);
}

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

function plainArrays(_key: string, value: unknown): unknown {
  return ArrayBuffer.isView(value) ? Array.from(value as Float64Array) : value;
}
