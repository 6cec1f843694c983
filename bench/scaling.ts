/** Curves: how cost grows with rows, groups and chains of simulated models, one short run per point. */
import { textTable } from "nutmix";
import { measure } from "./measure.ts";
import type { Measured } from "./measured.ts";
import { type Point, predictSeconds } from "./predict.ts";
import type { CaseResult } from "./results.ts";
import { three } from "./table.ts";
import type { SimulatedTask } from "./task.ts";

type Axis = "rows" | "groups" | "chains";

/** Other sizes stay at these while one grows; there are never more groups than rows. */
const BASE = { rows: 1e5, groups: 100, chains: 1 };
const CURVES: readonly { axis: Axis; sizes: readonly number[]; exponent: number }[] = [
  { axis: "rows", sizes: [1e3, 1e4, 1e5, 1e6], exponent: 1 },
  // An evaluation goes over all rows whatever the groups.
  { axis: "groups", sizes: [10, 100, 1000, 1e4, 1e5], exponent: 0 },
  { axis: "chains", sizes: [1, 2, 3, 4], exponent: 1 },
];
const FAMILIES = ["gaussian", "bernoulli"] as const;
/** Short trees bound the work of a point: what is compared is the cost of gradients, not how well so short a run mixes. */
const RUN = { seed: 1, warmup: 150, draws: 100, maxTreedepth: 5 };
const LONGEST_S = 60;

export interface ScalingOptions {
  readonly repeat: number;
  readonly cores: number;
  /** Also points that are predicted to take over a minute. */
  readonly all: boolean;
  readonly print: (line: string) => void;
}

/** Prints one table per family and axis, and returns the points under names such as `gaussian rows=1000 groups=100 chains=1`. */
export async function scaling(options: ScalingOptions): Promise<CaseResult[]> {
  // Curves cross: a point is measured once.
  const measured = new Map<string, Measured>();
  for (const family of FAMILIES) {
    for (const line of CURVES) await curve(family, line, options, measured);
  }
  return [...measured].map(([name, figures]) => ({ name, figures }));
}

async function curve(
  family: SimulatedTask["family"],
  { axis, sizes, exponent }: (typeof CURVES)[number],
  { repeat, cores, all, print }: ScalingOptions,
  measured: Map<string, Measured>,
): Promise<void> {
  const known: Point[] = [];
  const rows: { label: string; cells: string[] }[] = [];
  const skipped: string[] = [];
  for (const size of sizes) {
    const sizesOfPoint = { ...BASE, [axis]: size };
    const expected = repeat * predictSeconds(known, size, exponent);
    if (expected > LONGEST_S && !all) {
      skipped.push(
        `  ${axis} = ${size} left out: it would take about ${Math.round(expected)} s (--all runs it)`,
      );
      continue;
    }
    const { rows: n, groups, chains } = sizesOfPoint;
    const name = `${family} rows=${n} groups=${groups} chains=${chains}`;
    const figures =
      measured.get(name) ??
      (await measure({ kind: "simulated", family, ...sizesOfPoint, ...RUN, cores }, repeat));
    measured.set(name, figures);
    known.push({ size, seconds: figures.wallS });
    rows.push({ label: `${size}`, cells: cellsOf(figures) });
  }
  const fixed = Object.entries(BASE).filter(([name]) => name !== axis);
  print(`\n${family}, ${axis} (${fixed.map(([name, size]) => `${size} ${name}`).join(", ")})`);
  for (const line of [...textTable({ header: HEADER, rows }, 120), ...skipped]) print(line);
}

const HEADER = [
  "strategy",
  "compile ms",
  "chain s",
  "wall s",
  "gradients",
  "µs/gradient",
  "ns/gradient/row",
  "peak MB",
];

function cellsOf(figures: Measured): string[] {
  return [
    figures.strategy,
    three(figures.compileMs),
    three(figures.cores * (figures.warmupS + figures.samplingS)),
    three(figures.wallS),
    three(figures.gradients),
    three(1e6 / figures.gradientsPerS),
    three(1e9 / figures.gradientsPerS / figures.rows),
    three(figures.peakMb),
  ];
}
