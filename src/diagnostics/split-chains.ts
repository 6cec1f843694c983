import type { ChainSeries } from "../draws/draws.ts";

/**
 * Every chain cut into its first and second half, so that a trend within a chain shows as a difference between
 * chains (Vehtari et al. 2021, section 3.1). The middle draw of an odd number is left out. One draw is not split.
 * Halves follow each other: chain 1 first half, chain 1 second half, chain 2 first half, …
 */
export function splitChains(x: ChainSeries): ChainSeries {
  if (x.draws < 2) return x;
  const half = Math.floor(x.draws / 2);
  if (2 * half === x.draws) return { chains: 2 * x.chains, draws: half, values: x.values };
  const values = new Float64Array(2 * x.chains * half);
  for (let chain = 0; chain < x.chains; chain++) {
    const start = chain * x.draws;
    values.set(x.values.subarray(start, start + half), 2 * chain * half);
    values.set(x.values.subarray(start + x.draws - half, start + x.draws), (2 * chain + 1) * half);
  }
  return { chains: 2 * x.chains, draws: half, values };
}
