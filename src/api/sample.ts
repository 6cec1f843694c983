/** Samples a density of the user's own: the same chains and draws as a formula's model, in this thread. */
import type { Draws } from "../draws/draws.ts";
import { fromChains } from "../draws/from-chains.ts";
import type { LogDensity, Posterior } from "../log-density.ts";
import { callback, checkOptions, type OptionTable } from "../options.ts";
import { refuseEqualDraws } from "../quantities/distinct-names.ts";
import { plainQuantity } from "../quantities/quantity.ts";
import { runChain } from "../sampler/chain.ts";
import type { ChainAdaptation, ChainProgress, SamplerSettings } from "../sampler/chain-types.ts";
import {
  refuseTooManyDraws,
  resolveRunSettings,
  resolveSettings,
  runOptions,
  samplerOptions,
} from "../sampler/settings.ts";

export interface SampleOptions extends Partial<SamplerSettings> {
  readonly chains?: number;
  readonly seed?: number;
  readonly onProgress?: (progress: ChainProgress) => void;
}

export interface Samples {
  readonly draws: Draws;
  readonly settings: SamplerSettings & { readonly chains: number; readonly seed: number };
  readonly adaptation: readonly ChainAdaptation[];
}

const sampleOptions = {
  ...samplerOptions,
  chains: runOptions.chains,
  seed: runOptions.seed,
  onProgress: callback,
} satisfies OptionTable<SampleOptions>;

/**
 * Runs the chains one after the other: functions cannot be sent to another thread.
 * A bare `LogDensity` reports its unconstrained coordinates under their `coordinateName`.
 *
 * Throws SettingsError, or SamplingError when no starting point with a finite density is found.
 */
export function sample(target: Posterior | LogDensity, options: SampleOptions = {}): Samples {
  options = checkOptions("sample()", sampleOptions, options);
  const posterior = "density" in target ? target : reportCoordinates(target);
  refuseEqualDraws(posterior.quantities ?? [plainQuantity(posterior.names)]);
  const sampler = resolveSettings(options);
  const { chains, seed } = resolveRunSettings(options);
  refuseTooManyDraws(sampler.draws, chains, posterior.names.length);
  const hooks = options.onProgress === undefined ? {} : { onProgress: options.onProgress };
  const results = Array.from({ length: chains }, (_, chain) =>
    runChain(posterior, sampler, seed, chain, hooks),
  );
  return {
    draws: fromChains(posterior, results).draws,
    settings: { ...sampler, chains, seed },
    adaptation: results.map((result) => result.adaptation),
  };
}

function reportCoordinates(density: LogDensity): Posterior {
  return {
    density,
    names: Array.from({ length: density.dimension }, (_, i) => density.coordinateName?.(i) ?? `q[${i + 1}]`),
    constrain: (q, _rng, out) => out.set(q),
  };
}
