/** Fits in folders: what `--out DIR` writes and the commands after the fit read. */
import { type Fit, type FitDocument, fitReport } from "../index.ts";
import { type FitFolder, loadFitFolder } from "../index-node.ts";
import { packageVersion } from "./version.ts";

export { loadFitFolder as readFit };

/** Writes fit.json, the draws, the printed summary and the command; returns the names written. */
export function writeFit(
  folder: FitFolder,
  fit: Fit,
  document: FitDocument,
  printed: string,
  command: string,
): string[] {
  return folder.save(fit, document, [
    ["summary.txt", `${printed}\n`],
    ["command.txt", `${command}\n`],
  ]);
}

/** After the fit: a report that fails must not lose it. Returns the names written. */
export async function writeReport(folder: FitFolder, fit: Fit, command: string): Promise<string[]> {
  const html = await fitReport(fit, { reproduce: command, version: packageVersion() });
  folder.add("report.html", html);
  return ["report.html"];
}
