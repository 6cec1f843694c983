import type { Convergence, FixedEffects, RandomTerm } from "../lmm-fit.ts";

/** A fitted nonlinear mixed model: plain, serialisable data. */
export interface NlmeFit {
  readonly kind: "nlme";
  readonly formula: string;
  readonly method: "REML" | "ML";
  readonly nobs: number;
  readonly droppedRows: number;
  readonly convergence: Convergence;
  /** Of the linearised model at convergence, as nlme reports it. */
  readonly logLik: number;
  readonly df: number;
  readonly aic: number;
  readonly bic: number;
  readonly sigma: number;
  readonly fixed: FixedEffects;
  readonly random: readonly RandomTerm[];
  readonly fitted: Float64Array;
  readonly residuals: Float64Array;
  readonly warnings: readonly string[];
}
