/** Builds dist/ once before the tests when a source is newer than the bundle: the command line and the workers run from it. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";

export default function buildWhenStale(): void {
  const bundle = "dist/cli.js";
  const built = existsSync(bundle) ? statSync(bundle).mtimeMs : 0;
  if (newest("src") < built && newest("priors") < built) return;
  execFileSync("npm", ["run", "build"], { stdio: ["ignore", "ignore", "inherit"] });
}

function newest(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((latest, entry) => Math.max(latest, statSync(`${entry.parentPath}/${entry.name}`).mtimeMs), 0);
}
