import type { ChainSeries } from "../draws/draws.ts";
import { normalQuantile } from "../numeric/special.ts";
import { argsort } from "./argsort.ts";

/**
 * Values replaced by the normal quantiles of their ranks among all chains, ties by average rank:
 * z = Φ⁻¹((r − 3/8) / (S + 1/4)) (Vehtari et al. 2021, eq. 14; Blom 1958). `scores`, one per length S, may be passed
 * so that many parameters share the table, and `order` when the `argsort` of the values is known.
 */
export function rankNormalise(
  x: ChainSeries,
  scores: NormalScores = createNormalScores(x.values.length),
  order: Uint32Array = argsort(x.values),
): ChainSeries {
  const values = new Float64Array(x.values.length);
  for (let first = 0; first < order.length; ) {
    const value = x.values[order[first]!]!;
    let next = first + 1;
    while (next < order.length && x.values[order[next]!] === value) next++;
    // 0-based positions first … next − 1 are 1-based ranks whose average is (first + 1 + next) / 2.
    const score = scores.at(first + 1 + next);
    for (let k = first; k < next; k++) values[order[k]!] = score;
    first = next;
  }
  return { chains: x.chains, draws: x.draws, values };
}

/** Normal scores by twice the (possibly half-integer) rank, computed when first asked for. */
export interface NormalScores {
  at(twiceRank: number): number;
}

export function createNormalScores(count: number): NormalScores {
  const table = new Float64Array(2 * count + 1).fill(Number.NaN);
  return {
    at(twiceRank) {
      const known = table[twiceRank]!;
      if (!Number.isNaN(known)) return known;
      return (table[twiceRank] = normalQuantile((twiceRank / 2 - 3 / 8) / (count + 1 / 4)));
    },
  };
}
