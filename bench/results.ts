/** What a run of the benchmark writes with `--json`, and `--compare` reads. */
import { readFileSync, writeFileSync } from "node:fs";
import type { Measured } from "./measured.ts";

export interface CaseResult {
  readonly name: string;
  readonly figures: Measured;
}

export interface Results {
  readonly version: 1;
  readonly node: string;
  readonly calibrationMs: number;
  readonly repeat: number;
  readonly cases: readonly CaseResult[];
}

export function writeResults(path: string, results: Results): void {
  writeFileSync(path, `${JSON.stringify(results, null, 2)}\n`);
}

/** @throws RangeError for a file that is not of this kind. */
export function readResults(path: string): Results {
  const results = JSON.parse(readFileSync(path, "utf8")) as Partial<Results>;
  if (results.version !== 1 || !Array.isArray(results.cases) || typeof results.calibrationMs !== "number") {
    throw new RangeError(`${path} was not written by npm run bench -- --json FILE`);
  }
  return results as Results;
}
