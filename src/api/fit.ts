/** The pipeline: formula, data → model → chains → fit. */
import { defaultSpawn, mayBlock, processors } from "#spawn";
import { readData } from "../data/data-options.ts";
import type { Table } from "../data/table.ts";
import { modelFrame } from "../design/model-frame.ts";
import { fromChains } from "../draws/from-chains.ts";
import type { BrmsFormula } from "../formula/bf.ts";
import type { Posterior } from "../log-density.ts";
import { buildModel, modelOptions as modelTable } from "../model/build.ts";
import { compileModel } from "../model/compile.ts";
import type { ModelSpec } from "../model/spec.ts";
import { checkOptions } from "../options.ts";
import { type RunOptions, type RunOutcome, runChains } from "../parallel/run-chains.ts";
import { priorNotes } from "../priors/resolve.ts";
import { refuseEqualDraws } from "../quantities/distinct-names.ts";
import { resolveRunSettings, resolveSettings } from "../sampler/settings.ts";
import type { BrmOptions, Fit, FitCall, RunControls } from "./fit-types.ts";
import { brmOptions } from "./run-options.ts";

/**
 * Fits a Bayesian mixed model by NUTS.
 *
 * `formula` is brms' language (`Reaction ~ Days + (Days | Subject)`), `data` rows, columns or a table.
 * Resolves when all chains have ended; aborting `options.signal` ends them early and keeps what is there: `resume()` goes on.
 * Aborted before the first draw it rejects with the signal's reason; `options.keep` has what the chains have learned.
 * Throws a NutmixError of the stage that failed: FormulaError, DataError, DesignError, FamilyError, PriorError,
 * SettingsError, SamplingError.
 */
export async function brm(
  formula: string | BrmsFormula,
  data: unknown,
  options: BrmOptions = {},
): Promise<Fit> {
  const started = performance.now();
  options = checkOptions("brm()", brmOptions, options);
  const sampler = resolveSettings(options);
  const { chains, seed, cores } = resolveRunSettings(options);
  const table = readData(data, options);
  const { na, columnTypes, ...model } = modelOptions(options);
  const spec = buildModel(formula, table, model);
  const posterior = compileModel(spec);
  refuseEqualDraws(posterior.quantities ?? []);
  const compileMs = performance.now() - started;
  options.signal?.throwIfAborted();
  const begun = {
    call: { formula, options: modelOptions(options) },
    data: modelFrame(spec.design, table),
    spec,
    settings: { ...sampler, chains, seed },
  };
  options.keep?.begin({ ...begun, timing: { compileMs, wallMs: compileMs }, results: [] });
  const run = await runChains(spec, posterior, sampler, { chains, seed, ...controls({ ...options, cores }) });
  throwIfNothing(run, options.signal);
  return assembleFit(posterior, run, { ...begun, compileMs, wallMs: performance.now() - started });
}

/** What was stopped before its first draw is no fit. */
export function throwIfNothing({ interrupted, results }: RunOutcome, signal: AbortSignal | undefined): void {
  if (interrupted && results.every(({ draws }) => draws === 0)) signal?.throwIfAborted();
}

/** How chains are spread over threads, watched and stopped: never what they draw. */
export function controls({
  onProgress,
  signal,
  cores = 0,
  createWorker,
  checkpointSeconds = 30,
  keep,
}: RunControls): Omit<RunOptions, "chains" | "seed"> {
  return {
    checkpointMs: 1000 * checkpointSeconds,
    cores,
    processors,
    createWorker: createWorker ?? defaultSpawn ?? "none",
    // Who says how many threads there are to be gets them.
    mayBlock: mayBlock && createWorker === undefined && cores === 0,
    ...(onProgress && { onProgress }),
    ...(signal && { signal }),
    ...(keep && { onStretch: (stretch) => keep.add(stretch) }),
  };
}

/** What the results of chains are put together with. */
export interface FitParts {
  readonly call: FitCall;
  readonly data: Table;
  readonly spec: ModelSpec;
  readonly settings: Fit["settings"];
  readonly compileMs: number;
  readonly wallMs: number;
}

export function assembleFit(posterior: Posterior, run: RunOutcome, parts: FitParts): Fit {
  const { call, data, spec, settings, compileMs, wallMs } = parts;
  const collected = fromChains(posterior, run.results);
  const used = collected.chains.map((chain) => run.results.find((result) => result.chain === chain)!);
  // Chains of unequal length are cut for the draws; going on from where they stopped takes all of them.
  const unequal = run.results.some((result) => result.draws !== collected.draws.draws);
  return {
    call,
    data,
    spec,
    priors: spec.priors,
    draws: collected.draws,
    settings,
    adaptation: used.map((result) => result.adaptation),
    checkpoints: used.map(({ chain, checkpoint }) => ({ chain, ...checkpoint! })),
    ...(unequal && { partial: run.results }),
    timing: {
      compileMs,
      warmupMs: used.map((result) => result.adaptation.warmupMs),
      samplingMs: used.map((result) => result.adaptation.samplingMs),
      wallMs,
    },
    warnings: [
      ...spec.design.warnings,
      ...priorNotes(spec.priors),
      ...run.notes,
      ...run.lost.map(({ chain, cause }) => `chain ${chain + 1} was lost: ${cause}`),
      ...(collected.note === undefined ? [] : [collected.note]),
    ],
    interrupted: run.interrupted,
  };
}

/** What is remembered of a call: all that the model depends on. */
function modelOptions(options: BrmOptions): FitCall["options"] {
  const kept = Object.entries(options).filter(([name]) => Object.hasOwn(modelTable, name));
  return Object.fromEntries(kept);
}
