import { readFileSync } from "node:fs";

/** Version of the package, from the file beside the bundle. */
export function packageVersion(): string {
  const text = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
