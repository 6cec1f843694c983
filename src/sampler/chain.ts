/** One chain from start to finish: a pure function of (posterior, settings, seed, chain), apart from the timing. */
import { SamplingError } from "../errors.ts";
import type { Coordinates, Posterior, Seen } from "../log-density.ts";
import type { Rng } from "../random/rng.ts";
import { restore, stream } from "../random/streams.ts";
import { allocateArrays, cutArrays, recordStatistics } from "./chain-record.ts";
import type {
  ChainAdaptation,
  ChainCheckpoint,
  ChainResult,
  Continuation,
  SamplerSettings,
  WarmupState,
} from "./chain-types.ts";
import { Hmc } from "./hmc.ts";
import { initialise } from "./initialise.ts";
import { metricOf, unitMetric } from "./metric.ts";
import { Nuts } from "./nuts.ts";
import { createPhasePoint, type PhasePoint } from "./phase-point.ts";
import { type ChainHooks, ProgressReporter } from "./progress.ts";
import type { Kernel } from "./transition.ts";
import { runWarmup } from "./warmup.ts";
import { warmupSchedule } from "./warmup-schedule.ts";

/** The two sources of randomness of a chain: one moves it, one serves `Posterior.constrain`. */
export interface ChainRandomness {
  readonly sampler: Rng;
  readonly generated: Rng;
}

/**
 * Runs chain number `chain` (from 0) of a run with `seed`. Synchronous; two calls with equal arguments return equal
 * draws, whatever the hooks do short of stopping the chain. With `from` a chain goes on where it stopped, in its warm-up or after
 * it, and the result has the further draws alone: those that it would have given had it not stopped.
 * @throws SamplingError, which names the chain (counted from 1), when there is no usable start, the posterior is
 *   improper, or the density or `constrain` throws.
 */
export function runChain(
  posterior: Posterior,
  settings: SamplerSettings,
  seed: number,
  chain: number,
  hooks: ChainHooks = {},
  from?: Continuation,
): ChainResult {
  try {
    if (from !== undefined) return continueChain(from, posterior, settings, chain, hooks);
    const randomness = {
      sampler: stream(seed, chain, "sampler"),
      generated: stream(seed, chain, "generated"),
    };
    return runChainWith(randomness, posterior, settings, chain, hooks);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new SamplingError(`Chain ${chain + 1}: ${message}`, { cause: error });
  }
}

/** `runChain` with the generators as arguments. */
export function runChainWith(
  randomness: ChainRandomness,
  posterior: Posterior,
  settings: SamplerSettings,
  chain: number,
  hooks: ChainHooks,
): ChainResult {
  const { density } = posterior;
  const progress = new ProgressReporter(hooks, chain, settings.warmup + settings.draws);
  const startedAt = performance.now();

  progress.enter("initialise", 1);
  const centre = posterior.start ?? new Float64Array(density.dimension);
  const start = initialise(density, centre, settings.initRadius, randomness.sampler);
  const kernel = createKernel(posterior, settings, start.point);
  const place = beginElsewhere(kernel, posterior, randomness.sampler) ?? { posterior };
  const costs = { leapfrogs: start.evaluations, divergences: 0, ms: performance.now() - startedAt };
  return warmUpAndSample({ chain, settings, kernel, randomness, place, progress }, costs);
}

function continueChain(
  from: Continuation,
  posterior: Posterior,
  settings: SamplerSettings,
  chain: number,
  hooks: ChainHooks,
): ChainResult {
  const { checkpoint, stepSize, inverseMetric, draws } = from;
  const { warmup } = checkpoint;
  const randomness = {
    sampler: restore({ words: Array.from(checkpoint.sampler) }),
    generated: restore({ words: Array.from(checkpoint.generated) }),
  };
  const total = settings.warmup + settings.draws;
  const done = warmup === undefined ? settings.warmup + draws : transitionsUntil(warmup, settings.warmup);
  const progress = new ProgressReporter(hooks, chain, total, done);
  const place = atCheckpoint(posterior, checkpoint);
  const { density } = place.posterior;
  const start = createPhasePoint(density.dimension);
  start.position.set(checkpoint.position);
  start.logDensity = density.evaluate(start.position, start.gradient);
  const kernel = createKernel(place.posterior, settings, start);
  const metric = metricOf(inverseMetric, density.dimension);
  if (metric === undefined) {
    throw new SamplingError("the saved metric is not positive definite: the fit was damaged");
  }
  kernel.system.metric = metric;
  kernel.stepSize = stepSize;
  const run = { chain, settings, kernel, randomness, place, progress };
  if (warmup !== undefined) return warmUpAndSample(run, warmup, warmup);
  // What the warm-up cost stands in the results until now.
  return drawSamples(run, settings.draws - draws, { leapfrogs: 0, divergences: 0, ms: 0 });
}

function transitionsUntil({ stage, done, settled, transitions }: WarmupState, warmup: number): number {
  if (settled) return transitions + done;
  return warmupSchedule(warmup)
    .slice(0, stage)
    .reduce((sum, { length }) => sum + length, done);
}

/** A chain while it is running. */
interface Run {
  readonly chain: number;
  readonly settings: SamplerSettings;
  readonly kernel: Kernel;
  readonly randomness: ChainRandomness;
  place: Place;
  readonly progress: ProgressReporter;
}

/** What a warm-up has cost. */
type Costs = Pick<WarmupState, "leapfrogs" | "divergences" | "ms">;

function warmUpAndSample(run: Run, before: Costs, from?: WarmupState): ChainResult {
  const { kernel, settings, randomness, progress } = run;
  const startedAt = performance.now();
  progress.enter("warmup", kernel.stepSize);
  let { leapfrogs } = before;
  const costs = (): Costs => ({
    leapfrogs,
    divergences: before.divergences + progress.divergences,
    ms: before.ms + performance.now() - startedAt,
  });
  let stoppedAt: ChainResult | undefined;
  runWarmup(
    kernel,
    settings,
    randomness.sampler,
    {
      afterTransition(transition, where) {
        leapfrogs += transition.nLeapfrog;
        const goesOn = progress.advance(transition.termination === "divergent", kernel.stepSize);
        const stretch = (): ChainResult => duringWarmup(run, { ...where(), ...costs() });
        if (goesOn) progress.checkpoint(stretch);
        else stoppedAt = stretch();
        return goesOn;
      },
      afterSearch(evaluations) {
        leapfrogs += evaluations;
      },
      standardised: () => run.place.posterior.standardised,
      endsEarly: (unused) => progress.shorten(unused),
      chooseCoordinates(seen) {
        if (settings.centring === "none" && run.place.coordinates === undefined) return undefined;
        const better = changeCoordinates(kernel, run.place.posterior, randomness.generated, seen);
        if (better === undefined) return undefined;
        run.place = better;
        return better.posterior;
      },
    },
    from,
  );
  if (stoppedAt !== undefined) {
    progress.report(kernel.stepSize);
    return stoppedAt;
  }
  return drawSamples(run, settings.draws, costs());
}

/** The result of a chain that has no draws yet. */
function duringWarmup(run: Run, warmup: WarmupState): ChainResult {
  return {
    chain: run.chain,
    draws: 0,
    ...allocateArrays(0, run.place.posterior.names.length),
    adaptation: adaptationOf(run, warmup, 0, 0),
    checkpoint: { ...standing(run), warmup },
  };
}

/** Where the chain stands. */
function standing({ kernel, randomness, place: { coordinates } }: Run): ChainCheckpoint {
  return {
    position: kernel.state.position.slice(),
    sampler: Uint32Array.from(randomness.sampler.state().words),
    generated: Uint32Array.from(randomness.generated.state().words),
    ...(coordinates !== undefined && { coordinates }),
  };
}

function adaptationOf(
  { kernel }: Run,
  warmup: Costs,
  samplingLeapfrogs: number,
  samplingMs: number,
): ChainAdaptation {
  return {
    stepSize: kernel.stepSize,
    ...metricFound(kernel),
    warmupLeapfrogs: warmup.leapfrogs,
    samplingLeapfrogs,
    warmupDivergences: warmup.divergences,
    warmupMs: warmup.ms,
    samplingMs,
  };
}

function metricFound({
  system: { density, metric },
}: Kernel): Pick<ChainAdaptation, "metric" | "dimension" | "inverseMetric"> {
  return { metric: metric.kind, dimension: density.dimension, inverseMetric: metric.inverse.slice() };
}

/** A posterior in the coordinates that a chain moves in. */
interface Place {
  readonly posterior: Posterior;
  /** Absent = its own. */
  readonly coordinates?: Coordinates;
}

function atCheckpoint(posterior: Posterior, { coordinates }: ChainCheckpoint): Place {
  if (coordinates === undefined) return { posterior };
  if (posterior.coordinates === undefined) {
    throw new SamplingError("the saved chain has coordinates that this posterior does not offer");
  }
  return { posterior: posterior.coordinates.apply(coordinates), coordinates };
}

/** Moves the kernel to coordinates that can be had from the start, if there are such, and to a typical point there. */
function beginElsewhere(kernel: Kernel, posterior: Posterior, rng: Rng): Place | undefined {
  const begun = posterior.coordinates?.begin?.(kernel.state.position, rng);
  if (begun === undefined) return undefined;
  const { coordinates, position } = begun;
  const better = posterior.coordinates!.apply(coordinates);
  return moveTo(kernel, better, position) ? { posterior: better, coordinates } : undefined;
}

/** Whether the kernel could be put at `position` of a posterior in other coordinates. */
function moveTo({ state, system }: Kernel, { density }: Posterior, position: Float64Array): boolean {
  const gradient = new Float64Array(position.length);
  const logDensity = density.evaluate(position, gradient);
  if (!(Number.isFinite(logDensity) && gradient.every(Number.isFinite))) return false;
  state.position.set(position);
  state.gradient.set(gradient);
  state.logDensity = logDensity;
  system.density = density;
  return true;
}

/** Moves the kernel to the coordinates that suit the posterior, if there are such, without moving the draw. */
function changeCoordinates(kernel: Kernel, posterior: Posterior, rng: Rng, seen: Seen): Place | undefined {
  const { state } = kernel;
  const coordinates = posterior.coordinates?.choose(seen);
  if (coordinates === undefined) return undefined;
  const better = posterior.coordinates!.apply(coordinates);
  const draw = new Float64Array(posterior.names.length);
  posterior.constrain(state.position, rng, draw);
  const position = new Float64Array(state.position.length);
  better.unconstrain!(draw, position);
  return moveTo(kernel, better, position) ? { posterior: better, coordinates } : undefined;
}

/** Up to `wanted` draws, fewer when the run is stopped; those after the last checkpoint are in the result. */
function drawSamples(run: Run, wanted: number, warmup: Costs): ChainResult {
  const { kernel, randomness, progress } = run;
  const { posterior } = run.place;
  const width = posterior.names.length;
  const arrays = allocateArrays(wanted, width);
  let startedAt = performance.now();
  /** Draws in all, and those that were handed over. */
  let draws = 0;
  let handed = 0;
  let leapfrogs = 0;
  const stretch = (): ChainResult => ({
    chain: run.chain,
    draws: draws - handed,
    ...cutArrays(arrays, draws - handed, width),
    adaptation: adaptationOf(run, warmup, leapfrogs, performance.now() - startedAt),
    checkpoint: standing(run),
  });
  progress.enter("sampling", kernel.stepSize);
  while (draws < wanted && !progress.stopped) {
    const transition = kernel.transition(randomness.sampler);
    leapfrogs += transition.nLeapfrog;
    const row = draws - handed;
    posterior.constrain(
      kernel.state.position,
      randomness.generated,
      arrays.values.subarray(row * width, (row + 1) * width),
    );
    recordStatistics(arrays, row, kernel, transition);
    if (posterior.logJacobian !== undefined) {
      arrays.lp[row]! -= posterior.logJacobian(kernel.state.position);
    }
    draws++;
    progress.advance(transition.termination === "divergent", kernel.stepSize);
    if (draws < wanted && !progress.stopped && progress.checkpoint(stretch)) {
      handed = draws;
      leapfrogs = 0;
      startedAt = performance.now();
    }
  }
  progress.report(kernel.stepSize);
  return stretch();
}

function createKernel(posterior: Posterior, settings: SamplerSettings, start: PhasePoint): Kernel {
  const { density } = posterior;
  const system = { density, metric: unitMetric(density.dimension) };
  if (settings.algorithm === "nuts") return new Nuts(system, start, settings.maxTreedepth);
  return new Hmc(system, start, settings.integrationTime, 2 ** settings.maxTreedepth);
}
