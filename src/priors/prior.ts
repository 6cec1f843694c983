/** A distribution call with numbers in it: `student_t(3, 0, 2.5)`; name "" is the improper flat prior. */
export interface DistributionCall {
  readonly name: string;
  readonly arguments: readonly number[];
}

/** brms' classes. `cor` is the user's word for the LKJ prior on correlations. */
export type PriorClass = "b" | "Intercept" | "sd" | "cor" | (string & {});

/** One rule as a user or a prior set gives it; "" means "all". The most specific rule that matches wins. */
export interface PriorRule {
  /** `normal(0, 10)`, `lkj(2)`, `constant(1)`, "" or "flat" = improper flat. */
  readonly prior: string;
  readonly class: PriorClass;
  readonly coef: string;
  readonly group: string;
  readonly dpar: string;
  readonly nlpar: string;
  readonly resp: string;
  readonly lb?: number;
  readonly ub?: number;
  /** `default`, `user`, or the name of the set. */
  readonly source: string;
}

/** A parameter (or block of parameters sharing class, dpar, group) that needs a prior. */
export interface PriorTarget {
  readonly class: PriorClass;
  readonly coef: string;
  readonly group: string;
  /** "" for mu. */
  readonly dpar: string;
  readonly nlpar: string;
  /** The response, in models of several. */
  readonly resp?: string;
  /** Natural bounds of the parameter: [0, ∞) for sd. */
  readonly lower: number;
  readonly upper: number;
  /** Number of elements of a simplex, which has one prior as a whole. */
  readonly simplex?: number;
  /** The prior where no rule covers the parameter: text with the placeholders of prior sets. */
  readonly otherwise?: string;
}

/** What `resolve` decides for one target. */
export interface ResolvedPrior {
  readonly target: PriorTarget;
  readonly call: DistributionCall;
  readonly lower: number;
  readonly upper: number;
  /** Text as given, e.g. `normal(0, 10)`, `` for flat. */
  readonly prior: string;
  readonly source: string;
  /** Something the user should know about it: bounds that follow from the distribution's support. */
  readonly note?: string;
}

/** Numbers that default and autoscaled priors derive from the data. */
export interface PriorScales {
  /** Of the response on the link scale, as FEATURES (brms): median, max(2.5, mad) rounded to one decimal. */
  readonly interceptLocation: number;
  readonly scale: number;
  /** Plain mean and sd of the numeric response (1 and 0 where it has none), for rstanarm- and Bambi-like sets. */
  readonly responseMean: number;
  readonly responseSd: number;
  /** Least value of the numeric response; Infinity where it has levels. */
  readonly responseMinimum: number;
  /** sd of each population-level column, keyed by `dpar` + "|" + brms coefficient name. */
  readonly columnSd: Readonly<Record<string, number>>;
  /** mean of each column, same keys. */
  readonly columnMean: Readonly<Record<string, number>>;
}
