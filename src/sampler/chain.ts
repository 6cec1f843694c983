/** One chain from start to finish: a pure function of (posterior, settings, seed, chain), apart from the timing. */
import { SamplingError } from "../errors.ts";
import type { Posterior } from "../log-density.ts";
import type { Rng } from "../random/rng.ts";
import { stream } from "../random/streams.ts";
import { allocateArrays, cutArrays, recordStatistics } from "./chain-record.ts";
import type { ChainResult, SamplerSettings } from "./chain-types.ts";
import { Hmc } from "./hmc.ts";
import { initialise } from "./initialise.ts";
import { createMetric } from "./metric.ts";
import { Nuts } from "./nuts.ts";
import type { PhasePoint } from "./phase-point.ts";
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
 * draws, whatever the hooks do short of stopping the chain.
 * @throws SamplingError, which names the chain (counted from 1), when there is no usable start, the posterior is
 *   improper, or the density or `constrain` throws.
 */
export function runChain(
  posterior: Posterior,
  settings: SamplerSettings,
  seed: number,
  chain: number,
  hooks: ChainHooks = {},
): ChainResult {
  try {
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

  const width = posterior.names.length;
  const arrays = allocateArrays(progress.stopped ? 0 : settings.draws, width);
  let draws = 0;
  let samplingLeapfrogs = 0;
  if (!progress.stopped) {
    progress.enter("sampling", kernel.stepSize);
    while (draws < settings.draws && !progress.stopped) {
      const transition = kernel.transition(rng);
      samplingLeapfrogs += transition.nLeapfrog;
      const row = arrays.values.subarray(draws * width, (draws + 1) * width);
      posterior.constrain(kernel.state.position, randomness.generated, row);
      recordStatistics(arrays, draws, kernel, transition);
      draws++;
      progress.advance(transition.termination === "divergent", kernel.stepSize);
    }
  }
  progress.report(kernel.stepSize);

  return {
    chain,
    draws,
    ...cutArrays(arrays, draws, width),
    adaptation: {
      stepSize: kernel.stepSize,
      inverseMetric: kernel.system.metric.inverse,
      warmupLeapfrogs,
      samplingLeapfrogs,
      warmupDivergences,
      warmupMs: warmedUpAt - startedAt,
      samplingMs: performance.now() - warmedUpAt,
    },
  };
}

function createKernel(posterior: Posterior, settings: SamplerSettings, start: PhasePoint): Kernel {
  const { density } = posterior;
  const system = { density, metric: createMetric(settings.metric, density.dimension) };
  if (settings.algorithm === "nuts") return new Nuts(system, start, settings.maxTreedepth);
  return new Hmc(system, start, settings.integrationTime, 2 ** settings.maxTreedepth);
}
