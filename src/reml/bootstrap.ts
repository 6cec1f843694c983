/** Parametric bootstrap: responses simulated from the fit, refitted (Davison & Hinkley 1997, section 2.2; lme4's bootMer). */
import { SettingsError } from "../errors.ts";
import { quantileSorted } from "../numeric/quantile.ts";
import { stream } from "../random/streams.ts";
import { fitLinearModel } from "./fit-linear-model.ts";
import { prepare } from "./linear-model.ts";
import type { LmmFit } from "./lmm-fit.ts";
import { modelOf } from "./model-of-fit.ts";
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

/** @throws SettingsError for settings outside their domain; DOMException AbortError when stopped. */
export async function bootstrap(fit: LmmFit, options: BootstrapOptions = {}): Promise<Bootstrap> {
  const { replicates = 500, seed = 1, level = 0.95, onProgress, signal } = options;
  if (!Number.isInteger(replicates) || replicates < 2) {
    throw new SettingsError(`replicates is a whole number from 2, not ${replicates}`);
  }
  if (!(level > 0 && level < 1)) throw new SettingsError(`level is a coverage between 0 and 1, not ${level}`);
  const original = reported(fit);
  const estimates = original.map(() => new Float64Array(replicates));
  let singular = 0;
  let unconverged = 0;
  for (let r = 0; r < replicates; r++) {
    if (r % 8 === 0) await new Promise((resolve) => setTimeout(resolve, 0));
    signal?.throwIfAborted();
    // A stream of its own per replicate: the r-th does not depend on how many there are.
    const values = simulateResponse(fit, stream(seed, r, "bootstrap"));
    const design = { ...fit.design, response: { ...fit.design.response, values } };
    const again = fitLinearModel(prepare(design, fit.method === "REML"), { start: fit.theta });
    reported(again).forEach(({ value }, k) => (estimates[k]![r] = value));
    if (again.singularity.singular) singular++;
    if (!again.convergence.converged) unconverged++;
    onProgress?.(r + 1, replicates);
  }
  const intervals = original.map(({ name, value }, k) => {
    const sorted = estimates[k]!.slice().sort();
    const mean = sorted.reduce((sum, x) => sum + x, 0) / replicates;
    const squares = sorted.reduce((sum, x) => sum + (x - mean) ** 2, 0);
    return {
      name,
      estimate: value,
      se: Math.sqrt(squares / (replicates - 1)),
      lower: quantileSorted(sorted, (1 - level) / 2),
      upper: quantileSorted(sorted, (1 + level) / 2),
    };
  });
  return { intervals, estimates, singular, unconverged };
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
