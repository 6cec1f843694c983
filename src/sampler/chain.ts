/** One chain from start to finish: a pure function of (posterior, settings, seed, chain), apart from the timing. */
import { SamplingError } from "../errors.ts";
import type { Posterior } from "../log-density.ts";
import type { Rng } from "../random/rng.ts";
import { restore, stream } from "../random/streams.ts";
import { allocateArrays, cutArrays, recordStatistics } from "./chain-record.ts";
import type { ChainResult, Continuation, SamplerSettings } from "./chain-types.ts";
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
  const searched = runWarmup(kernel, settings, rng, (transition) => {
    warmupLeapfrogs += transition.nLeapfrog;
    return progress.advance(transition.termination === "divergent", kernel.stepSize);
  });
  warmupLeapfrogs += searched;
  const warmupDivergences = progress.divergences;
  const warmedUpAt = performance.now();

  const sampled = drawSamples(kernel, randomness, posterior, progress.stopped ? 0 : settings.draws, progress);
  return {
    chain,
    ...sampled.result,
    adaptation: {
      stepSize: kernel.stepSize,
      inverseMetric: kernel.system.metric.inverse,
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
  const start = createPhasePoint(posterior.density.dimension);
  start.position.set(checkpoint.position);
  start.logDensity = posterior.density.evaluate(start.position, start.gradient);
  const kernel = createKernel(posterior, settings, start);
  const metric = metricOf(inverseMetric, posterior.density.dimension);
  if (metric === undefined) {
    throw new SamplingError("the saved metric is not positive definite: the fit was damaged");
  }
  kernel.system.metric = metric;
  kernel.stepSize = stepSize;
  const sampled = drawSamples(kernel, randomness, posterior, settings.draws - draws, progress);
  return {
    chain,
    ...sampled.result,
    adaptation: {
      stepSize,
      inverseMetric: kernel.system.metric.inverse,
      warmupLeapfrogs: 0,
      samplingLeapfrogs: sampled.leapfrogs,
      warmupDivergences: 0,
      warmupMs: 0,
      samplingMs: performance.now() - startedAt,
    },
  };
}

/** Up to `wanted` draws, fewer when the run is stopped. */
function drawSamples(
  kernel: Kernel,
  randomness: ChainRandomness,
  posterior: Posterior,
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
  };
  return { result: { draws, ...cut, checkpoint }, leapfrogs };
}

function createKernel(posterior: Posterior, settings: SamplerSettings, start: PhasePoint): Kernel {
  const { density } = posterior;
  const system = { density, metric: unitMetric(density.dimension) };
  if (settings.algorithm === "nuts") return new Nuts(system, start, settings.maxTreedepth);
  return new Hmc(system, start, settings.integrationTime, 2 ** settings.maxTreedepth);
}
