import { SamplingError } from "../errors.ts";
import type { Reported } from "../quantities/quantity.ts";
import type { ChainResult } from "../sampler/chain-types.ts";
import type { DrawStatistics, Draws } from "./draws.ts";

export interface CollectedDraws {
  readonly draws: Draws;
  /** Numbers of the chains in `draws`, in its order. */
  readonly chains: readonly number[];
  /** What was left out and why, in a sentence for the user; absent when every draw of every chain is there. */
  readonly note?: string;
}

/**
 * Puts the results of chains together, ordered by chain number. Chains without a draw are left out, and the others
 * are cut to the shortest (a cancelled run leaves chains of unequal length); `note` says so.
 *
 * @throws {SamplingError} when no chain has a draw.
 */
export function fromChains({ names, quantities }: Reported, results: readonly ChainResult[]): CollectedDraws {
  const used = results.filter((result) => result.draws > 0).sort((a, b) => a.chain - b.chain);
  if (used.length === 0) {
    throw new SamplingError(
      "no chain finished a single draw: let the run go on beyond its warm-up, or ask for less warm-up",
    );
  }
  const shortest = used.reduce((least, result) => Math.min(least, result.draws), Infinity);
  const longest = used.reduce((most, result) => Math.max(most, result.draws), 0);

  const width = names.length;
  const count = used.length * shortest;
  const values = new Float64Array(count * width);
  const statistics: DrawStatistics = {
    lp: new Float64Array(count),
    acceptStat: new Float64Array(count),
    stepSize: new Float64Array(count),
    treedepth: new Int32Array(count),
    nLeapfrog: new Int32Array(count),
    divergent: new Uint8Array(count),
    energy: new Float64Array(count),
  };
  used.forEach((result, k) => {
    const at = k * shortest;
    values.set(result.values.subarray(0, shortest * width), at * width);
    statistics.lp.set(result.lp.subarray(0, shortest), at);
    statistics.acceptStat.set(result.acceptStat.subarray(0, shortest), at);
    statistics.stepSize.set(result.stepSizes.subarray(0, shortest), at);
    statistics.treedepth.set(result.treedepth.subarray(0, shortest), at);
    statistics.nLeapfrog.set(result.nLeapfrog.subarray(0, shortest), at);
    statistics.divergent.set(result.divergent.subarray(0, shortest), at);
    statistics.energy.set(result.energy.subarray(0, shortest), at);
  });

  const notes: string[] = [];
  if (used.length < results.length) {
    const empty = results.filter((result) => result.draws === 0).map((result) => result.chain + 1);
    notes.push(`chain ${empty.sort((a, b) => a - b).join(", ")} finished no draw and is left out`);
  }
  if (longest > shortest) {
    notes.push(
      `the chains finished between ${shortest} and ${longest} draws; each is cut to its first ${shortest}`,
    );
  }
  const draws: Draws = {
    names,
    ...(quantities && { quantities }),
    chains: used.length,
    draws: shortest,
    values,
    statistics,
  };
  const chains = used.map((result) => result.chain);
  return notes.length === 0 ? { draws, chains } : { draws, chains, note: notes.join("; ") };
}
