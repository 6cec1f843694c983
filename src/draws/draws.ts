/**
 * Draws of all chains in one container: plain, cloneable data.
 * `values[(chain * draws + draw) * names.length + parameter]`.
 */
export interface Draws {
  readonly names: readonly string[];
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
