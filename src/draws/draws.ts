import type { Quantity } from "../quantities/quantity.ts";

/**
 * Draws of all chains in one container: plain, cloneable data.
 * `values[(chain * draws + draw) * names.length + parameter]`.
 */
export interface Draws {
  readonly names: readonly string[];
  /** What the names are called after, in the same order; absent: nothing but the names is known. */
  readonly quantities?: readonly Quantity[];
  readonly chains: number;
  /** Draws per chain. */
  readonly draws: number;
  readonly values: Float64Array;
  /** Sampler statistics, one entry per draw in the same chain-major order. */
  readonly statistics: DrawStatistics;
}

/** Per-draw sampler statistics, each of length chains × draws; the names are CmdStan's without the trailing `__`. */
export interface DrawStatistics {
  readonly lp: Float64Array;
  readonly acceptStat: Float64Array;
  readonly stepSize: Float64Array;
  readonly treedepth: Int32Array;
  readonly nLeapfrog: Int32Array;
  readonly divergent: Uint8Array;
  readonly energy: Float64Array;
}

/** The draws of one quantity in all chains, one chain after the other: `values[chain * draws + draw]`. */
export interface ChainSeries {
  readonly chains: number;
  readonly draws: number;
  /** Length chains × draws. */
  readonly values: Float64Array;
}

/** The draws of one parameter in one chain (a copy, in the order drawn); indices count from 0. */
export function series(draws: Draws, parameter: number, chain: number): Float64Array {
  const out = new Float64Array(draws.draws);
  copySeries(draws, parameter, chain, out, 0);
  return out;
}

/** The draws of one parameter in all chains (a copy). */
export function chainSeries(draws: Draws, parameter: number): ChainSeries {
  const values = new Float64Array(draws.chains * draws.draws);
  for (let chain = 0; chain < draws.chains; chain++) {
    copySeries(draws, parameter, chain, values, chain * draws.draws);
  }
  return { chains: draws.chains, draws: draws.draws, values };
}

/** One entry of the sampler statistics as a series: `statisticSeries(draws, "energy")`. */
export function statisticSeries(draws: Draws, name: keyof DrawStatistics): ChainSeries {
  return { chains: draws.chains, draws: draws.draws, values: Float64Array.from(draws.statistics[name]) };
}

function copySeries(draws: Draws, parameter: number, chain: number, out: Float64Array, offset: number): void {
  const width = draws.names.length;
  const start = chain * draws.draws * width + parameter;
  for (let draw = 0; draw < draws.draws; draw++) out[offset + draw] = draws.values[start + draw * width]!;
}
