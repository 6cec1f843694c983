/** What a fitted generalised linear mixed model is: plain, serialisable data. Matrices are column-major. */
import type { Design } from "../../design/design.ts";
import type { Convergence, FixedEffects, RandomTerm, Singularity } from "../lmm-fit.ts";

export interface GlmmFit {
  readonly kind: "glmm";
  readonly formula: string;
  readonly method: "Laplace" | "AGQ";
  /** Quadrature points; 1 for Laplace's approximation. */
  readonly nodes: number;
  readonly family: { readonly name: string; readonly links: Readonly<Record<string, string>> };
  /** Response categories; 0 when there are none. */
  readonly categories: number;
  readonly design: Design;
  readonly aliased: readonly string[];
  readonly nobs: number;
  readonly convergence: Convergence;
  readonly singularity: Singularity;
  /** −2 log-likelihood, normalising constants of the response included. */
  readonly criterion: number;
  readonly logLik: number;
  readonly df: number;
  readonly aic: number;
  readonly bic: number;
  readonly theta: Float64Array;
  readonly thetaNames: readonly string[];
  /** Coefficients of mu; for ordinal families the thresholds `low|mid`, … (`1|2` of numbers) first. */
  readonly fixed: FixedEffects;
  /** Coefficients of the other predicted parameters, on their links' scale. */
  readonly distributional: readonly (FixedEffects & { readonly dpar: string })[];
  /** Parameters that are one constant, on their natural scale with a 95 % Wald interval made on the kernel's scale. */
  readonly constants: readonly ConstantEstimate[];
  readonly random: readonly RandomTerm[];
  /** Linear predictor of mu and expected response at the conditional modes, per row used. */
  readonly linearPredictor: Float64Array;
  readonly fitted: Float64Array;
  readonly warnings: readonly string[];
}

export interface ConstantEstimate {
  readonly name: string;
  readonly estimate: number;
  readonly lower: number;
  readonly upper: number;
}
