/** What is estimated of one group-level term, as plain data. Matrices are column-major. */
export interface RandomTerm {
  /** The grouping factor; of a smooth its label. */
  readonly group: string;
  /** Penalised coefficients of a smooth: `levels` number them. */
  readonly smooth?: true;
  readonly names: readonly string[];
  readonly levels: readonly string[];
  /** Covariance matrix of the coefficients of one level, k × k. */
  readonly covariance: Float64Array;
  /** Conditional modes (BLUPs): element (level l, coefficient j) is `effects[j * levels.length + l]`. */
  readonly effects: Float64Array;
  /** Conditional covariance of the effects of each level given the data, k × k, one after the other. */
  readonly conditionalCovariance: Float64Array;
}
