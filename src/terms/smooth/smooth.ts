/**
 * A smooth term as a mixed model sees it (Wood 2004, J. Am. Stat. Assoc. 99: 673–686; Wood 2017, section 5.8): columns that are not
 * penalised, like any predictor's, and blocks of columns whose coefficients are random effects of one standard deviation each.
 * Constructions follow mgcv's `smoothCon` and `smooth2random`, so that standard deviations mean what they mean there.
 */
import type { Matrix } from "../../linalg/matrix.ts";
import type { Value } from "../value.ts";

/** What a formula says of a smooth. */
export interface SmoothCall {
  readonly kind: "s" | "t2";
  /** `s(x,z)`: as in messages, without options. */
  readonly label: string;
  readonly variables: readonly string[];
  /** One name, or one per margin. */
  readonly bs: readonly string[];
  readonly k: readonly number[];
  /** Orders; of a tensor product one list per margin, or one for all. */
  readonly m: readonly (readonly number[])[];
  /** Numbers of variables of the margins of a tensor product. */
  readonly d: readonly number[];
  readonly by?: string;
  readonly fx: boolean;
  readonly full: boolean;
  /** Basis of a factor smooth. */
  readonly xt?: string;
  readonly knots?: Readonly<Record<string, Float64Array>>;
}

export type SmoothVariable = Extract<Value, { kind: "numeric" | "factor" | "logical" }>;
export type SmoothVariables = ReadonlyMap<string, SmoothVariable>;

/** Coefficients of one standard deviation. With levels: each level has its own copy, the columns of one level side by side. */
export interface PenalisedBlock {
  readonly columns: Matrix;
  readonly levels?: {
    readonly codes: Int32Array;
    readonly names: readonly string[];
    /** Levels of new data that the fit did not have: codes go on beyond `names`. */
    readonly unseen?: readonly string[];
  };
}

/** One smooth: a term has several where `by` is a factor. */
export interface SmoothPart {
  /** `s(x)`, `s(x):fa`. */
  readonly label: string;
  readonly fixed: Matrix;
  readonly penalised: readonly PenalisedBlock[];
}

export function coefficientCount({ columns, levels }: PenalisedBlock): number {
  return columns.columns * (levels?.names.length ?? 1);
}
