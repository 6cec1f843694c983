/** Data sets and reference fits of test/fixtures/reml. */
import { readFileSync } from "node:fs";
import { type ColumnType, readCsv, type Table } from "nutmix";

const folder = new URL("../fixtures/reml/", import.meta.url);

interface Meta {
  readonly columns: readonly {
    readonly name: string;
    readonly type: string;
    readonly levels?: readonly string[];
  }[];
}

export function referenceData(name: string): Table {
  const meta = JSON.parse(readFileSync(new URL(`data/${name}.meta.json`, folder), "utf8")) as Meta;
  const columnTypes: Record<string, ColumnType> = {};
  for (const { name: column, type, levels } of meta.columns) {
    if (levels === undefined) continue;
    columnTypes[column] = type.startsWith("ordered") ? { ordered: levels } : { factor: levels };
  }
  return readCsv(readFileSync(new URL(`data/${name}.csv`, folder), "utf8"), { columnTypes });
}

// biome-ignore lint/suspicious/noExplicitAny: the files' fields are described in their README
export function referenceFits(file: string): Record<string, any> {
  return JSON.parse(readFileSync(new URL(file, folder), "utf8"));
}

/** |a − b| relative to |b|, with a floor for values near 0. */
export function relative(a: number, b: number, floor = 1e-8): number {
  return Math.abs(a - b) / Math.max(Math.abs(b), floor);
}

/** lme4 writes `Variety:Block` for the nested term that the formula calls `Block:Variety`. */
export function sameGroup(own: string, other: string): boolean {
  return own === other || own.split(":").reverse().join(":") === other;
}

export function sameLevel(own: string, other: string): boolean {
  return own === other || own === other.replaceAll(":", "_") || own.split("_").reverse().join(":") === other;
}
