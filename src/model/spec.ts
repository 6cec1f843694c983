/**
 * `ModelSpec`: the whole model as plain, structured-cloneable data. It crosses to workers and goes into saved fits;
 * families, distributions, constraints and terms are referred to by name and found in their registries.
 */
import type { Design } from "../design/design.ts";
import type { ResolvedPrior } from "../priors/prior.ts";
import type { Backend } from "./backend.ts";
import type { Strategy } from "./strategy.ts";
import type { LikelihoodForm } from "./sums.ts";
import type { CoordinateSystem } from "./transported/choice.ts";

export interface ModelSpec {
  readonly version: 1;
  readonly design: Design;
  readonly family: { readonly name: string; readonly links: Readonly<Record<string, string>> };
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
  /** Leave the likelihood out. */
  readonly priorOnly: boolean;
}
