/** A model fitted by generalised estimating equations: plain, serialisable data. */
import type { Design } from "../../design/design.ts";
import type { FixedEffects } from "../lmm-fit.ts";

export interface GeeFit {
  readonly kind: "gee";
  readonly formula: string;
  readonly family: { readonly name: string; readonly link: string };
  readonly design: Design;
  readonly nobs: number;
  readonly clusters: { readonly group: string; readonly count: number; readonly largest: number };
  readonly correlation: {
    readonly kind: WorkingCorrelation;
    /** `alpha`, or one per pair of occasions. */
    readonly parameters: readonly { readonly name: string; readonly value: number }[];
  };
  /** φ: the mean squared Pearson residual. */
  readonly scale: number;
  /** Population-averaged coefficients with their robust (sandwich) covariance. */
  readonly fixed: FixedEffects;
  /** The covariance that would hold if the working correlation were the true one. */
  readonly naiveCovariance: Float64Array;
  readonly converged: boolean;
  readonly iterations: number;
  /** Fitted means, per row used. */
  readonly fitted: Float64Array;
  readonly warnings: readonly string[];
}

export type WorkingCorrelation = "independence" | "exchangeable" | "ar1" | "unstructured";
