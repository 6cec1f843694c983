/** What a comparison of a Bayesian and a frequentist fit holds. */

export interface ComparedRow {
  readonly kind: "fixed" | "variance" | "effect";
  /** The name of the draws: `b_Days`, `sd_Subject__Days`, `r_Subject[308,Days]`. */
  readonly name: string;
  readonly bayes: {
    readonly estimate: number;
    readonly error: number;
    readonly lower: number;
    readonly upper: number;
  };
  readonly reml: {
    readonly estimate: number;
    /** Standard error; NaN for variance components. */
    readonly error: number;
    readonly lower: number;
    readonly upper: number;
  };
  /** (posterior mean − REML estimate) in units of the posterior standard deviation. */
  readonly difference: number;
}

export interface Comparison {
  readonly rows: readonly ComparedRow[];
  /** Why they differ where they do, as far as figures say it, and what the frequentist fit warned of. */
  readonly remarks: readonly string[];
}
