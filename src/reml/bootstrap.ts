/** Parametric bootstrap: responses simulated from the fit, refitted (Davison & Hinkley 1997, section 2.2; lme4's bootMer). */
import { SettingsError } from "../errors.ts";
import { quantileSorted } from "../numeric/quantile.ts";
import { callback, number, type OptionTable, signal, whole } from "../options.ts";
import { stream } from "../random/streams.ts";
import type { LmmFit } from "./lmm-fit.ts";
import { modelOf } from "./model-of-fit.ts";
import { refit } from "./refit.ts";
import { simulateResponse } from "./simulate.ts";
import { correlation, standardDeviations } from "./singularity.ts";

export interface BootstrapOptions {
  /** Number of simulated responses; default 500. */
  readonly replicates?: number;
  readonly seed?: number;
  readonly level?: number;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

export const bootstrapOptions = {
  replicates: number,
  seed: whole(0),
  level: number,
  onProgress: callback,
  signal,
} satisfies OptionTable<BootstrapOptions>;

export interface BootstrapInterval {
  readonly name: string;
  readonly estimate: number;
  /** Standard deviation over the replicates. */
  readonly se: number;
  /** Percentile interval. */
  readonly lower: number;
  readonly upper: number;
}

export interface Bootstrap {
  readonly intervals: readonly BootstrapInterval[];
  /** Per parameter the estimates of all replicates. */
  readonly estimates: readonly Float64Array[];
  /** Replicates whose fit was singular, and that did not converge. */
  readonly singular: number;
  readonly unconverged: number;
}

/** Estimates of some replicates: row-major, one row of `reported` per replicate. */
export interface Replicates {
  readonly from: number;
  readonly estimates: Float64Array;
  readonly singular: number;
  readonly unconverged: number;
}

/** Replicates `from` … `to` − 1. A replicate depends on (fit, seed, its number) alone, wherever it is made. */
export function bootstrapReplicates(fit: LmmFit, seed: number, from: number, to: number): Replicates {
  const rows: number[] = [];
  let singular = 0;
  let unconverged = 0;
  for (let r = from; r < to; r++) {
    const values = simulateResponse(fit, stream(seed, r, "bootstrap"));
    const design = { ...fit.design, response: { ...fit.design.response, values } };
    const again = refit(fit, { design, start: fit.theta });
    for (const { value } of reported(again)) rows.push(value);
    if (again.singularity.singular) singular++;
    if (!again.convergence.converged) unconverged++;
  }
  return { from, estimates: Float64Array.from(rows), singular, unconverged };
}

/** @throws SettingsError for settings outside their domain. */
export function checkBootstrap({ replicates = 500, level = 0.95 }: BootstrapOptions): void {
  if (!Number.isInteger(replicates) || replicates < 2) {
    throw new SettingsError(`replicates is a whole number from 2, not ${replicates}`);
  }
  if (!(level > 0 && level < 1)) throw new SettingsError(`level is a coverage between 0 and 1, not ${level}`);
}

export function bootstrapSummary(fit: LmmFit, parts: readonly Replicates[], level: number): Bootstrap {
  const original = reported(fit);
  const width = original.length;
  const sorted = [...parts].sort((a, b) => a.from - b.from);
  const rows = sorted.flatMap(({ estimates }) =>
    Array.from({ length: estimates.length / width }, (_, r) =>
      estimates.subarray(r * width, (r + 1) * width),
    ),
  );
  const estimates = original.map((_, k) => Float64Array.from(rows, (row) => row[k]!));
  const intervals = original.map(({ name, value }, k) => {
    const ordered = estimates[k]!.slice().sort();
    const mean = ordered.reduce((sum, x) => sum + x, 0) / ordered.length;
    const squares = ordered.reduce((sum, x) => sum + (x - mean) ** 2, 0);
    return {
      name,
      estimate: value,
      se: Math.sqrt(squares / (ordered.length - 1)),
      lower: quantileSorted(ordered, (1 - level) / 2),
      upper: quantileSorted(ordered, (1 + level) / 2),
    };
  });
  const total = (pick: (part: Replicates) => number): number =>
    sorted.reduce((sum, part) => sum + pick(part), 0);
  return {
    intervals,
    estimates,
    singular: total(({ singular }) => singular),
    unconverged: total((part) => part.unconverged),
  };
}

/** Everything that intervals are asked of, with lme4's names. */
export function reported(fit: LmmFit): { readonly name: string; readonly value: number }[] {
  const { layout } = modelOf(fit);
  const random = fit.random.flatMap((term, t) => {
    const { names, group } = term;
    const sd = standardDeviations(term);
    return names.flatMap((name, i) => [
      { name: `sd_${name}|${group}`, value: sd[i]! },
      ...names
        .slice(i + 1)
        .flatMap((other, below) =>
          !layout.terms[t]!.correlated
            ? []
            : [{ name: `cor_${other}.${name}|${group}`, value: correlation(term, i, i + 1 + below) }],
        ),
    ]);
  });
  return [
    ...random,
    { name: "sigma", value: fit.sigma },
    ...fit.fixed.names.map((name, j) => ({ name, value: fit.fixed.estimates[j]! })),
  ];
}
