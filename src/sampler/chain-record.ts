/** Where a chain writes its draws: arrays of the final size, cut to the draws finished when the run was stopped. */
import type { ChainResult } from "./chain-types.ts";
import type { Kernel, Transition } from "./transition.ts";

export type ChainArrays = Omit<ChainResult, "chain" | "draws" | "adaptation">;

export function allocateArrays(draws: number, width: number): ChainArrays {
  return {
    values: new Float64Array(draws * width),
    lp: new Float64Array(draws),
    acceptStat: new Float64Array(draws),
    stepSizes: new Float64Array(draws),
    treedepth: new Int32Array(draws),
    nLeapfrog: new Int32Array(draws),
    divergent: new Uint8Array(draws),
    energy: new Float64Array(draws),
  };
}

/** Records the statistics of draw number `draw`; the values are written by `Posterior.constrain`. */
export function recordStatistics(
  arrays: ChainArrays,
  draw: number,
  kernel: Kernel,
  transition: Transition,
): void {
  arrays.lp[draw] = kernel.state.logDensity;
  arrays.acceptStat[draw] = transition.acceptStat;
  arrays.stepSizes[draw] = kernel.stepSize;
  arrays.treedepth[draw] = transition.treedepth;
  arrays.nLeapfrog[draw] = transition.nLeapfrog;
  arrays.divergent[draw] = transition.termination === "divergent" ? 1 : 0;
  arrays.energy[draw] = transition.energy;
}

export function cutArrays(arrays: ChainArrays, draws: number, width: number): ChainArrays {
  if (arrays.lp.length === draws) return arrays;
  return {
    values: arrays.values.slice(0, draws * width),
    lp: arrays.lp.slice(0, draws),
    acceptStat: arrays.acceptStat.slice(0, draws),
    stepSizes: arrays.stepSizes.slice(0, draws),
    treedepth: arrays.treedepth.slice(0, draws),
    nLeapfrog: arrays.nLeapfrog.slice(0, draws),
    divergent: arrays.divergent.slice(0, draws),
    energy: arrays.energy.slice(0, draws),
  };
}
