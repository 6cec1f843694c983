/** Fits in folders: what `--out DIR` writes and the commands after the fit read. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { DataError, type Fit, type FitDocument, fitReport, loadFit, saveFit } from "../index.ts";
import { writeFiles } from "./output-folder.ts";
import { packageVersion } from "./version.ts";

/** Writes fit.json, the draws of each chain, the printed summary and the report; returns the names written. */
export async function writeFit(
  folder: string,
  fit: Fit,
  document: FitDocument,
  printed: string,
  command: string,
): Promise<string[]> {
  // The draws first: a report that fails must not lose them.
  const files: [string, string][] = [
    ...saveFit(fit, document),
    ["summary.txt", `${printed}\n`],
    ["command.txt", `${command}\n`],
  ];
  const names = writeFiles(folder, files);
  return [...names, ...(await writeReport(folder, fit, command))];
}

export async function writeReport(folder: string, fit: Fit, command: string): Promise<string[]> {
  const html = await fitReport(fit, { reproduce: command, version: packageVersion() });
  return writeFiles(folder, [["report.html", html]]);
}

/** @throws DataError when the folder holds no fit, or a damaged one. */
export function readFit(folder: string): Fit {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw new DataError(`there is no folder "${folder}": a saved fit is what nutmix fit … --out DIR writes`);
  }
  try {
    return loadFit((name) => textOf(folder, name));
  } catch (error) {
    if (error instanceof DataError) throw new DataError(`${folder}: ${error.message}`);
    throw error;
  }
}

export function textOf(folder: string, name: string): string | undefined {
  const path = join(folder, name);
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}
