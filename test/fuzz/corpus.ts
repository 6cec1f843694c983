/** What was found once, kept as plain files: one per target, replayed by every run. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export interface Found {
  readonly input: unknown;
  /** What it did when it was found. */
  readonly did: string;
}

const pathOf = (target: string): string =>
  fileURLToPath(new URL(`corpus/${target.replace(/[^A-Za-z]+/g, "-").toLowerCase()}.json`, import.meta.url));

export function corpusOf(target: string): readonly Found[] {
  const path = pathOf(target);
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8"), revive) as Found[]) : [];
}

export function addToCorpus(target: string, found: Found): void {
  writeFileSync(pathOf(target), `${JSON.stringify([...corpusOf(target), found], replace, 1)}\n`);
}

/** Bytes and numbers that JSON does not have. */
function replace(_key: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return { bytes: [...value] };
  if (value === undefined || (typeof value === "number" && !Number.isFinite(value)))
    return { special: String(value) };
  return Object.is(value, -0) ? { special: "-0" } : value;
}

function revive(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if ("bytes" in value && Array.isArray(value.bytes)) return Uint8Array.from(value.bytes as number[]);
  if ("special" in value) return value.special === "undefined" ? undefined : Number(value.special);
  return value;
}
