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
} from "./chain-types.ts";
import { Hmc } from "./hmc.ts";
import { initialise } from "./initialise.ts";
import { metricOf, unitMetric } from "./metric.ts";
import { Nuts } from "./nuts.ts";
import { createPhasePoint, type PhasePoint } from "./phase-point.ts";
import { type ChainHooks, ProgressReporter } from "./progress.ts";
import type { Kernel } from "./transition.ts";
import { runWarmup } from "./warmup.ts";

/** The two sources of randomness of a chain: one moves it, one serves `Posterior.constrain`. */
export interface ChainRandomness {
  readonly sampler: Rng;
  readonly generated: Rng;
}

/**
 * Runs chain number `chain` (from 0) of a run with `seed`. Synchronous; two calls with equal arguments return equal
 * draws, whatever the hooks do short of stopping the chain. With `from` a chain goes on where it stopped, and the result has
 * the further draws alone: those that it would have given had it not stopped.
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
  const rng = randomness.sampler;
  const progress = new ProgressReporter(hooks, chain, settings.warmup + settings.draws);
  const startedAt = performance.now();

  progress.enter("initialise", 1);
  const centre = posterior.start ?? new Float64Array(density.dimension);
  const start = initialise(density, centre, settings.initRadius, rng);
  const kernel = createKernel(posterior, settings, start.point);

  progress.enter("warmup", kernel.stepSize);
  let warmupLeapfrogs = start.evaluations;
  let place: Place = beginElsewhere(kernel, posterior, rng) ?? { posterior };
  const searched = runWarmup(kernel, settings, rng, {
    afterTransition(transition) {
      warmupLeapfrogs += transition.nLeapfrog;
      return progress.advance(transition.termination === "divergent", kernel.stepSize);
    },
    standardised: () => place.posterior.standardised,
    endsEarly: (unused) => progress.shorten(unused),
    chooseCoordinates(seen) {
      if (settings.centring === "none" && place.coordinates === undefined) return undefined;
      const better = changeCoordinates(kernel, place.posterior, randomness.generated, seen);
      if (better === undefined) return undefined;
      place = better;
      return better.posterior;
    },
  });
  warmupLeapfrogs += searched;
  const warmupDivergences = progress.divergences;
  const warmedUpAt = performance.now();

  const sampled = drawSamples(kernel, randomness, place, progress.stopped ? 0 : settings.draws, progress);
  return {
    chain,
    ...sampled.result,
    adaptation: {
      stepSize: kernel.stepSize,
      ...metricFound(kernel),
      warmupLeapfrogs,
      samplingLeapfrogs: sampled.leapfrogs,
      warmupDivergences,
      warmupMs: warmedUpAt - startedAt,
      samplingMs: performance.now() - warmedUpAt,
    },
  };
}

function continueChain(
  from: Continuation,
  posterior: Posterior,
  settings: SamplerSettings,
  chain: number,
  hooks: ChainHooks,
): ChainResult {
  const { checkpoint, stepSize, inverseMetric, draws } = from;
  const randomness = {
    sampler: restore({ words: Array.from(checkpoint.sampler) }),
    generated: restore({ words: Array.from(checkpoint.generated) }),
  };
  const progress = new ProgressReporter(hooks, chain, settings.draws - draws);
  const startedAt = performance.now();
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
  const sampled = drawSamples(kernel, randomness, place, settings.draws - draws, progress);
  return {
    chain,
    ...sampled.result,
    adaptation: {
      stepSize,
      ...metricFound(kernel),
      warmupLeapfrogs: 0,
      samplingLeapfrogs: sampled.leapfrogs,
      warmupDivergences: 0,
      warmupMs: 0,
      samplingMs: performance.now() - startedAt,
    },
  };
}

function metricFound({
  system: { density, metric },
}: Kernel): Pick<ChainAdaptation, "metric" | "dimension" | "inverseMetric"> {
  return { metric: metric.kind, dimension: density.dimension, inverseMetric: metric.inverse };
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

/** Up to `wanted` draws, fewer when the run is stopped. */
function drawSamples(
  kernel: Kernel,
  randomness: ChainRandomness,
  { posterior, coordinates }: Place,
  wanted: number,
  progress: ProgressReporter,
): { result: Omit<ChainResult, "chain" | "adaptation">; leapfrogs: number } {
  const width = posterior.names.length;
  const arrays = allocateArrays(wanted, width);
  let draws = 0;
  let leapfrogs = 0;
  if (wanted > 0) {
    progress.enter("sampling", kernel.stepSize);
    while (draws < wanted && !progress.stopped) {
      const transition = kernel.transition(randomness.sampler);
      leapfrogs += transition.nLeapfrog;
      const row = arrays.values.subarray(draws * width, (draws + 1) * width);
      posterior.constrain(kernel.state.position, randomness.generated, row);
      recordStatistics(arrays, draws, kernel, transition);
      if (posterior.logJacobian !== undefined) {
        arrays.lp[draws]! -= posterior.logJacobian(kernel.state.position);
      }
      draws++;
      progress.advance(transition.termination === "divergent", kernel.stepSize);
    }
  }
  progress.report(kernel.stepSize);
  const cut = cutArrays(arrays, draws, width);
  if (draws === 0) return { result: { draws, ...cut }, leapfrogs };
  const checkpoint = {
    position: kernel.state.position.slice(),
    sampler: Uint32Array.from(randomness.sampler.state().words),
    generated: Uint32Array.from(randomness.generated.state().words),
    ...(coordinates !== undefined && { coordinates }),
  };
  return { result: { draws, ...cut, checkpoint }, leapfrogs };
}

function createKernel(posterior: Posterior, settings: SamplerSettings, start: PhasePoint): Kernel {
  const { density } = posterior;
  const system = { density, metric: unitMetric(density.dimension) };
  if (settings.algorithm === "nuts") return new Nuts(system, start, settings.maxTreedepth);
  return new Hmc(system, start, settings.integrationTime, 2 ** settings.maxTreedepth);
}
