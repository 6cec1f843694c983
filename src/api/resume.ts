/** Goes on with a fit: an interrupted run to its end, a finished one to more draws or to a wanted precision. */
import { mainParameters } from "../draws/select.ts";
import { NutmixError, SettingsError } from "../errors.ts";
import { compileModel } from "../model/compile.ts";
import { anything, checkOptions, number, type OptionTable, oneOf, such } from "../options.ts";
import { runChains } from "../parallel/run-chains.ts";
import { summarise } from "../posterior/summary.ts";
import { continuationOf, joinStretches } from "../sampler/chain-record.ts";
import type { ChainResult, Continuation } from "../sampler/chain-types.ts";
import { resolveSettings, samplerSettings } from "../sampler/settings.ts";
import { assembleFit, controls, throwIfNothing } from "./fit.ts";
import type { Fit, RunControls, UnfinishedRun } from "./fit-types.ts";
import { runControls } from "./run-options.ts";

export interface ResumeOptions extends RunControls {
  /** Draws per chain in the end; default what the fit was asked for. */
  readonly draws?: number;
}

const resumeOptions = { ...runControls, draws: anything } satisfies OptionTable<ResumeOptions>;

/**
 * The draws are exactly those that an uninterrupted run with the same seed gives: chains go on from where they stood, in their
 * warm-up or after it; chains that never began or were lost start anew. A run that was kept (`RunKeeper`) goes on like a fit.
 *
 * @throws SettingsError when a fit has as many draws already; NutmixError for a fit whose chains cannot be continued; the reason
 *   of `options.signal` when it is aborted before the first draw.
 */
export async function resume(before: Fit | UnfinishedRun, options: ResumeOptions = {}): Promise<Fit> {
  const started = performance.now();
  const { draws = before.settings.draws, ...run } = checkOptions("resume()", resumeOptions, options);
  const { chains, seed, ...sampler } = before.settings;
  const earlier = new Map(chainResults(before).map((result) => [result.chain, result]));
  const unfinished = Array.from({ length: chains }, (_, chain) => chain).filter(
    (chain) => (earlier.get(chain)?.draws ?? 0) < draws,
  );
  checkDraws(before, draws, unfinished.length);
  run.signal?.throwIfAborted();

  const settings = resolveSettings({ ...sampler, draws });
  const posterior = compileModel(before.spec);
  const compileMs = before.timing.compileMs + performance.now() - started;
  const begun = {
    call: before.call,
    data: before.data,
    spec: before.spec,
    settings: { ...settings, chains, seed },
  };
  run.keep?.begin({
    ...begun,
    timing: { compileMs, wallMs: before.timing.wallMs },
    results: [...earlier.values()],
  });
  const from = new Map(
    [...earlier].flatMap(([chain, result]): [number, Continuation][] => {
      const continuation = continuationOf(result);
      return continuation === undefined ? [] : [[chain, continuation]];
    }),
  );
  const outcome = await runChains(before.spec, posterior, settings, {
    chains,
    seed,
    which: unfinished,
    from,
    ...controls(run),
  });
  const results = new Map(earlier);
  for (const result of outcome.results) {
    const first = from.has(result.chain) ? earlier.get(result.chain) : undefined;
    results.set(result.chain, first === undefined ? result : joinStretches([first, result]));
  }
  const all = { ...outcome, results: [...results.values()].sort((a, b) => a.chain - b.chain) };
  throwIfNothing(all, run.signal);
  return assembleFit(posterior, all, {
    ...begun,
    compileMs,
    wallMs: before.timing.wallMs + performance.now() - started,
  });
}

/** @throws SettingsError when there is nothing to be drawn. */
function checkDraws(before: Fit | UnfinishedRun, draws: number, unfinished: number): void {
  if (!samplerSettings.draws.accepts(draws)) {
    throw new SettingsError(`draws must ${samplerSettings.draws.domain}, not ${draws}`);
  }
  // A run may have been killed between its last draw and its being saved.
  if (unfinished > 0 || isUnfinished(before)) return;
  const { chains, draws: done } = before.draws;
  throw new SettingsError(
    `the fit is finished: its ${chains} chains have ${done} draws already; ask for more: ` +
      `resume(fit, { draws: ${2 * done} })`,
  );
}

function isUnfinished(before: Fit | UnfinishedRun): before is UnfinishedRun {
  return "results" in before;
}

/** The chains of a fit one by one, as they were before they were put together. */
function chainResults(fit: Fit | UnfinishedRun): readonly ChainResult[] {
  if (isUnfinished(fit)) return fit.results;
  if (fit.partial !== undefined) return fit.partial;
  const { draws, adaptation, checkpoints } = fit;
  if (checkpoints.length !== draws.chains) {
    throw new NutmixError("this fit does not know where its chains stand (pooled draws cannot be continued)");
  }
  const width = draws.names.length;
  return checkpoints.map(({ chain, ...checkpoint }, k) => {
    const from = k * draws.draws;
    const to = from + draws.draws;
    const { statistics } = draws;
    return {
      chain,
      draws: draws.draws,
      values: draws.values.slice(from * width, to * width),
      lp: statistics.lp.slice(from, to),
      acceptStat: statistics.acceptStat.slice(from, to),
      stepSizes: statistics.stepSize.slice(from, to),
      treedepth: statistics.treedepth.slice(from, to),
      nLeapfrog: statistics.nLeapfrog.slice(from, to),
      divergent: statistics.divergent.slice(from, to),
      energy: statistics.energy.slice(from, to),
      adaptation: adaptation[k]!,
      checkpoint,
    };
  });
}

export interface Precision {
  /** Least bulk and tail effective sample size of every parameter looked at. */
  readonly ess?: number;
  /** Greatest R-hat. */
  readonly rhat?: number;
  readonly maxSeconds?: number;
  /** Which parameters: default all but group-level effects; `"all"` takes those too. */
  readonly parameters?: "main" | "all";
  /** Called before each round and at the end with the precision reached. */
  readonly onPrecision?: (reached: ReachedPrecision) => void;
}

/** Of the parameters looked at the least effective sample size (bulk or tail) and the greatest R-hat. */
export interface ReachedPrecision {
  /** Draws of each chain so far. */
  readonly draws: number;
  readonly ess: number;
  readonly rhat: number;
}

const precisionOptions = {
  ess: number,
  rhat: number,
  maxSeconds: such("a number of seconds", (value) => typeof value === "number"),
  parameters: oneOf("main", "all"),
  onPrecision: such("a function", (value) => typeof value === "function"),
} satisfies OptionTable<Precision>;

/**
 * Draws on until the precision asked for is reached, or the time is up: then a warning says what was missed.
 * Never more than doubles the draws in one round.
 */
export async function sampleUntil(fit: Fit, precision: Precision, options: RunControls = {}): Promise<Fit> {
  precision = checkOptions("sampleUntil()", precisionOptions, precision);
  options = checkOptions("sampleUntil()", runControls, options);
  const { ess = 400, rhat = 1.01, maxSeconds = Number.POSITIVE_INFINITY, parameters = "main" } = precision;
  if (!(ess > 0 && rhat > 1 && maxSeconds > 0)) {
    throw new SettingsError("sampleUntil() needs ess > 0, rhat > 1 and maxSeconds > 0");
  }
  const started = performance.now();
  let current = fit;
  for (;;) {
    const reached = worst(current, parameters);
    precision.onPrecision?.({ draws: current.draws.draws, ...reached });
    if (reached.ess >= ess && reached.rhat <= rhat) return current;
    const elapsed = (performance.now() - started) / 1000;
    if (elapsed >= maxSeconds || current.interrupted || options.signal?.aborted === true) {
      const missed =
        `stopped before the wanted precision: least effective sample size ${reached.ess.toFixed(0)} of ${ess}, ` +
        `greatest R-hat ${reached.rhat.toFixed(3)} (wanted ${rhat})`;
      return { ...current, warnings: [...current.warnings, missed] };
    }
    const factor = Math.min(2, Math.max(1.2, (1.1 * ess) / reached.ess));
    const next = Math.ceil(current.draws.draws * (Number.isFinite(factor) ? factor : 2));
    const controller = new AbortController();
    options.signal?.addEventListener("abort", () => controller.abort(), { once: true });
    const timer =
      maxSeconds === Number.POSITIVE_INFINITY
        ? undefined
        : setTimeout(() => controller.abort(), Math.max(0, maxSeconds - elapsed) * 1000);
    try {
      current = await resume(current, { ...options, draws: next, signal: controller.signal });
    } finally {
      clearTimeout(timer);
    }
  }
}

function worst({ draws }: Fit, parameters: "main" | "all"): { ess: number; rhat: number } {
  let ess = Number.POSITIVE_INFINITY;
  let rhat = 1;
  const rows = summarise(draws);
  for (const row of parameters === "main" ? mainParameters(draws).map((k) => rows[k]!) : rows) {
    // Constants have neither.
    if (!Number.isNaN(row.essBulk)) ess = Math.min(ess, row.essBulk, row.essTail);
    if (!Number.isNaN(row.rhat)) rhat = Math.max(rhat, row.rhat);
  }
  return { ess, rhat };
}
