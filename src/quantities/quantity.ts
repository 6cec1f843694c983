/**
 * What a draw is. A posterior reports vectors, and says of each what it is called, what its elements stand for and where it
 * is printed: plain data that draws carry and a fit keeps, so that nobody reads meaning out of a name.
 */
import type { PredictorKey } from "./predictor-key.ts";

export type QuantityRole =
  /** Population-level coefficients; an intercept is one of them, called `Intercept`. */
  | "coefficient"
  /** Cut points of an ordinal response. */
  | "threshold"
  /** Standard deviations of effects and lengths of scales. */
  | "scale"
  | "correlation"
  | "simplex"
  /** Distributional parameters that are one number. */
  | "family"
  /** Group-level effects: the deviations of levels. */
  | "effect"
  /** What stands behind a term (values of a Gaussian process, missing values, standardised coefficients). */
  | "latent"
  /** Of a density of the user's own, or of draws of which only the names are known. */
  | "other";

/** Tables of a printed summary, in brms' order. */
export const SUMMARY_TITLES = [
  "Smoothing Spline Hyperparameters",
  "Gaussian Process Hyperparameters",
  "Correlation Structures",
  "Multilevel Hyperparameters",
  "Regression Coefficients",
  "Monotonic Simplex Parameters",
  "Further Distributional Parameters",
  "Residual Correlations",
] as const;

export type SummaryTitle = (typeof SUMMARY_TITLES)[number];

/** A coefficient of a linear predictor. */
export interface CoefficientKey {
  readonly key: PredictorKey;
  /** As draws spell it: `Intercept`, `IxE2`. */
  readonly name: string;
  /** With the prefix of its predictor: `sigma_Intercept`. */
  readonly label: string;
}

/** One reported vector. */
export interface Quantity {
  readonly role: QuantityRole;
  /** brms' class, under which priors and hypotheses ask for it: `b`, `sd`, `sds`, `sigma`. */
  readonly class?: string;
  /** Of its elements, as draws, files and users call them: `b_sigma_Days`. */
  readonly names: readonly string[];
  /** Of its elements, as a table calls them: `sigma_Days`; absent = the names. */
  readonly labels?: readonly string[];
  /** Bounds of the elements' support; ±Infinity where there is none. */
  readonly lower: number;
  readonly upper: number;
  /** The linear predictor, or the distributional parameter, that it belongs to alone. */
  readonly key?: PredictorKey;
  /** The grouping factor of scales, correlations and effects. */
  readonly group?: string;
  /** Levels of the grouping factor, where elements belong to levels. */
  readonly levels?: readonly string[];
  /**
   * What elements belong to. One per element, but for `correlation`, whose elements are the pairs (i, j < i) row by row, and
   * `effect`, where those of all levels for the first coefficient come first.
   */
  readonly coefficients?: readonly CoefficientKey[];
  /**
   * Names of the arrays whose entries the elements are, for files that hold arrays: `b_Intercept`, `theta`. Effects have one per
   * coefficient, of levels × 1: `r_Subject`, `r_Subject__sigma`. Absent = every element stands alone.
   */
  readonly arrays?: readonly string[];
  /** Of an array, per dimension: what its entries are called, the last one varying fastest; absent = 1 … n. */
  readonly index?: readonly (readonly string[])[];
  /** The same number in every draw by construction (sigma under se()). */
  readonly known?: boolean;
  /** Where a summary prints it; absent = nowhere. */
  readonly table?: { readonly title: SummaryTitle; readonly group?: string };
}

/** Names of reported elements, and what they are where that is known. */
export interface Reported {
  readonly names: readonly string[];
  readonly quantities?: readonly Quantity[];
}

/** What is there when only names are known. */
export function plainQuantity(names: readonly string[]): Quantity {
  return {
    role: "other",
    names,
    lower: Number.NEGATIVE_INFINITY,
    upper: Number.POSITIVE_INFINITY,
    table: { title: "Further Distributional Parameters" },
  };
}

/** Names of all elements, in the order of the draws. */
export function namesOf(quantities: readonly Quantity[]): string[] {
  return quantities.flatMap(({ names }) => names);
}
