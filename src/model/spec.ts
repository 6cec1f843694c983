/**
 * `ModelSpec`: the whole model as plain, structured-cloneable data. It crosses to workers and goes into saved fits;
 * families, distributions, constraints and terms are referred to by name and found in their registries.
 */
import type { Design } from "../design/design.ts";
import type { CustomFamilyData } from "../families/custom.ts";
import type { ResolvedPrior } from "../priors/prior.ts";

/** Whether Gaussian effects and coefficients are integrated out and drawn afterwards, or sampled. */
export type Strategy = "collapsed" | "explicit";

/** `sums` = from sufficient statistics, `merged` = from distinct rows with weights, `rows` = row by row. */
export type LikelihoodForm = "sums" | "merged" | "rows";

/** What computes the rows' likelihood: WebAssembly, JavaScript, or (auto) WebAssembly where it can and pays. */
export type Backend = "auto" | "wasm" | "js";

/** `own` = standardised or partly centred effects, `transported` = effects relative to what data and hyperparameters tell of them. */
export type CoordinateSystem = "own" | "transported";

export interface ModelSpec {
  readonly version: 1;
  readonly design: Design;
  readonly family: {
    readonly name: string;
    readonly links: Readonly<Record<string, string>>;
    /** Of a custom family. */
    readonly definition?: CustomFamilyData;
  };
  /** Number of response categories; 0 when the family has none. */
  readonly categories: number;
  readonly priors: readonly ResolvedPrior[];
  /** Whether Gaussian effects and coefficients are integrated out. */
  readonly strategy: Strategy;
  /** How the likelihood is computed where they are sampled. */
  readonly likelihood: LikelihoodForm;
  /** What computes the likelihood of the rows; absent = auto. */
  readonly backend?: Backend;
  /** What chains move in where effects are sampled; absent = own. */
  readonly coordinates?: CoordinateSystem;
  /** Why they are the model's own. */
  readonly coordinatesReason?: string;
  /** Leave the likelihood out. */
  readonly priorOnly: boolean;
}

/** A specification before it is decided how it is to be computed. */
export type UndecidedSpec = Omit<ModelSpec, "strategy" | "likelihood">;
