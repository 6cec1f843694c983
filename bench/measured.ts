/** The figures of one run, and the medians of several. */

export interface Measured {
  readonly rows: number;
  readonly strategy: string;
  /** Chains that ran at the same time. */
  readonly cores: number;
  readonly compileMs: number;
  /** Chain seconds over cores, as Stan's are counted. */
  readonly warmupS: number;
  readonly samplingS: number;
  /** The whole process: start, data, model, chains, summary. */
  readonly wallS: number;
  readonly gradients: number;
  /** Per second of one chain. */
  readonly gradientsPerS: number;
  /** Smallest effective sample sizes: over main parameters (names that do not begin with r_), and over all. */
  readonly essBulk: number;
  readonly essTail: number;
  readonly essBulkAll: number;
  readonly essTailAll: number;
  /** Bulk, main parameters. */
  readonly essPerS: number;
  readonly essPerWallS: number;
  readonly essPer1000Gradients: number;
  readonly peakMb: number;
  readonly divergences: number;
}

/** What is known inside the process that fits; the wall seconds of that process are known outside. */
export type MeasuredInside = Omit<Measured, "wallS" | "essPerWallS">;

/** Figure by figure the median. */
export function medians(runs: readonly Measured[]): Measured {
  const [first] = runs;
  if (first === undefined) throw new RangeError("there are no runs");
  const entries = Object.entries(first).map(([key, value]) => [
    key,
    typeof value === "string" ? value : median(runs.map((run) => run[key as keyof Measured] as number)),
  ]);
  return Object.fromEntries(entries) as Measured;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
