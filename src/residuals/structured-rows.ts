/** What a residual structure needs of the rows, as plain data: it goes into the fit, so that the fit can be taken up again. */
import type { StructureCall } from "./structure-call.ts";

export interface CorrelationData {
  readonly call: StructureCall;
  /** Rows group by group, within a group by time. */
  readonly order: Int32Array;
  /** Where each group begins in `order`, with an end. */
  readonly start: Int32Array;
  /** Per row its time (order within the group when none is given); NaN-free. */
  readonly times: Float64Array;
  /** Of structures over occasions: number of distinct times; times are then 0 … count − 1. */
  readonly occasions: number;
  /** Of spatial structures: coordinates, one array each. */
  readonly coordinates: readonly Float64Array[];
}

export interface VarianceData {
  readonly call: StructureCall;
  /** Levels that occur of the strata, the first is the reference; and the level of each row. Empty without strata. */
  readonly levels: readonly string[];
  readonly codes: Int32Array;
  /** Empty without a covariate, and while the fitted values stand in. */
  readonly covariate: Float64Array;
  readonly ofFitted: boolean;
}

export interface ResidualData {
  readonly rows: number;
  readonly correlation?: CorrelationData;
  /** Their standard deviations are multiplied. */
  readonly variances: readonly VarianceData[];
}
