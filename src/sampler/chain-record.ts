/** Where a chain writes its draws: arrays of the final size, cut to the draws finished when the run was stopped. */
import type { ChainResult } from "./chain-types.ts";
import type { Kernel, Transition } from "./transition.ts";

export type ChainArrays = Omit<ChainResult, "chain" | "draws" | "adaptation" | "checkpoint">;

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

/** Two stretches of one chain as one: the warm-up is that of the first. */
export function joinChain(first: ChainResult, second: ChainResult): ChainResult {
  const join = <A extends Float64Array | Int32Array | Uint8Array>(a: A, b: A, out: A): A => {
    out.set(a);
    out.set(b, a.length);
    return out;
  };
  const floats = (pick: (result: ChainResult) => Float64Array): Float64Array =>
    join(pick(first), pick(second), new Float64Array(pick(first).length + pick(second).length));
  const draws = first.draws + second.draws;
  const checkpoint = second.checkpoint ?? first.checkpoint;
  return {
    chain: first.chain,
    draws,
    values: floats((own) => own.values),
    lp: floats((own) => own.lp),
    acceptStat: floats((own) => own.acceptStat),
    stepSizes: floats((own) => own.stepSizes),
    energy: floats((own) => own.energy),
    treedepth: join(first.treedepth, second.treedepth, new Int32Array(draws)),
    nLeapfrog: join(first.nLeapfrog, second.nLeapfrog, new Int32Array(draws)),
    divergent: join(first.divergent, second.divergent, new Uint8Array(draws)),
    adaptation: {
      ...first.adaptation,
      samplingLeapfrogs: first.adaptation.samplingLeapfrogs + second.adaptation.samplingLeapfrogs,
      samplingMs: first.adaptation.samplingMs + second.adaptation.samplingMs,
    },
    ...(checkpoint && { checkpoint }),
  };
}
