/** Where a chain writes its draws: arrays of the final size, cut to the draws finished when the run was stopped. */
import type { ChainResult, Continuation } from "./chain-types.ts";
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

/**
 * The stretches of one chain as one result. Its warm-up is that of the first stretch that has it to its end, and each of those
 * before knows no more than the next.
 */
export function joinStretches(stretches: readonly ChainResult[]): ChainResult {
  if (stretches.length === 1) return stretches[0]!;
  const last = stretches.at(-1)!;
  const floats = (pick: (own: ChainResult) => Float64Array): Float64Array => {
    const parts = stretches.map(pick);
    return gather(parts, new Float64Array(lengthOf(parts)));
  };
  const draws = stretches.reduce((sum, own) => sum + own.draws, 0);
  return {
    chain: last.chain,
    draws,
    values: floats((own) => own.values),
    lp: floats((own) => own.lp),
    acceptStat: floats((own) => own.acceptStat),
    stepSizes: floats((own) => own.stepSizes),
    energy: floats((own) => own.energy),
    treedepth: gather(
      stretches.map((own) => own.treedepth),
      new Int32Array(draws),
    ),
    nLeapfrog: gather(
      stretches.map((own) => own.nLeapfrog),
      new Int32Array(draws),
    ),
    divergent: gather(
      stretches.map((own) => own.divergent),
      new Uint8Array(draws),
    ),
    adaptation: stretches.map(headOf).reduce(joinHeads).adaptation,
    ...(last.checkpoint && { checkpoint: last.checkpoint }),
  };
}

/** All of a result but its draws. */
export type ChainHead = Pick<ChainResult, "draws" | "adaptation" | "checkpoint">;

export function headOf({ draws, adaptation, checkpoint }: ChainResult): ChainHead {
  return { draws, adaptation, ...(checkpoint && { checkpoint }) };
}

/** The head of two stretches as one. */
export function joinHeads(first: ChainHead, second: ChainHead): ChainHead {
  // Costs of a warm-up that goes on include those until there.
  if (first.checkpoint?.warmup !== undefined) return second;
  const checkpoint = second.checkpoint ?? first.checkpoint;
  return {
    draws: first.draws + second.draws,
    adaptation: {
      ...first.adaptation,
      samplingLeapfrogs: first.adaptation.samplingLeapfrogs + second.adaptation.samplingLeapfrogs,
      samplingMs: first.adaptation.samplingMs + second.adaptation.samplingMs,
    },
    ...(checkpoint && { checkpoint }),
  };
}

/** What a chain needs to go on from there; undefined when it has to begin anew. */
export function continuationOf({ draws, adaptation, checkpoint }: ChainHead): Continuation | undefined {
  if (checkpoint === undefined) return undefined;
  return { checkpoint, draws, stepSize: adaptation.stepSize, inverseMetric: adaptation.inverseMetric };
}

function gather<A extends Float64Array | Int32Array | Uint8Array>(parts: readonly A[], out: A): A {
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function lengthOf(parts: readonly Float64Array[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}
