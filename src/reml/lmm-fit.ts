/** What a fitted linear mixed model is: plain, serialisable data. Matrices are column-major. */
import type { Design } from "../design/design.ts";
import type { ResidualData } from "../residuals/structured-rows.ts";
import type { RandomTerm } from "./random-term.ts";
import type { SmoothFit } from "./smooth-fits.ts";

export type { RandomTerm };

export interface LmmFit {
  readonly kind: "lmm";
  readonly formula: string;
  readonly method: "REML" | "ML";
  /** Design of the rows used; aliased columns of the population-level matrix are left out. */
  readonly design: Design;
  /** Names of the population-level columns that were left out because they are combinations of others. */
  readonly aliased: readonly string[];
  readonly nobs: number;
  readonly convergence: Convergence;
  readonly singularity: Singularity;
  /** −2 log (restricted) likelihood at the optimum. */
  readonly criterion: number;
  readonly logLik: number;
  /** Number of estimated parameters, as lme4 counts: coefficients + covariance parameters + sigma. */
  readonly df: number;
  readonly aic: number;
  readonly bic: number;
  /** Residual standard deviation (of a row of weight one). */
  readonly sigma: number;
  /** Relative covariance factor, lme4's order: per term the lower triangle by columns; terms by decreasing number of levels. */
  readonly theta: Float64Array;
  readonly thetaNames: readonly string[];
  readonly fixed: FixedEffects;
  /** Correlation and variance structure of the residuals, when the model has one. */
  readonly residual?: ResidualStructureFit;
  /** One per group-level term, in the order of `theta`. */
  readonly random: readonly RandomTerm[];
  /** Smooths of the formula; their standard deviations are also among `random`, their columns without a penalty in `fixed`. */
  readonly smooths: readonly SmoothFit[];
  /** Xβ + offset + Zb, per row used. */
  readonly fitted: Float64Array;
  readonly warnings: readonly string[];
}

export interface ResidualStructureFit {
  readonly data: ResidualData;
  /** Unconstrained parameters. */
  readonly free: Float64Array;
  /** `phi`, `rho`, `power`, `ratio(Male)` with 95 % Wald intervals made on the unconstrained scale. */
  readonly parameters: readonly {
    readonly name: string;
    readonly value: number;
    readonly lower: number;
    readonly upper: number;
  }[];
}

export interface FixedEffects {
  /** R's names, `(Intercept)` first when there is one. */
  readonly names: readonly string[];
  readonly estimates: Float64Array;
  /** p × p. */
  readonly covariance: Float64Array;
}

export interface Convergence {
  readonly converged: boolean;
  /** Criterion evaluations. */
  readonly evaluations: number;
  /** Largest scaled gradient element of the criterion at the reported optimum. */
  readonly gradient: number;
  /** Which check failed, in words. */
  readonly message?: string;
}

export interface Singularity {
  readonly singular: boolean;
  /** `the variance of Subject (Intercept) is 0`, … */
  readonly components: readonly string[];
}
