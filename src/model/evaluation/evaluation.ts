import type { Posterior } from "../../log-density.ts";
import type { LikelihoodForm, ModelSpec, Strategy, UndecidedSpec } from "../spec.ts";

export interface CompileOptions {
  /**
   * Every draw has one point in the coordinates, as integrals over these need it; otherwise standard deviations of collapsed
   * models have both signs.
   */
  readonly oneToOne: boolean;
}

/** A way to evaluate the posterior of a model. All of them have the same posterior; none knows another. */
export interface Evaluation {
  /** What specifications and users call it. */
  readonly strategy: Strategy;
  /** From what the likelihood is computed; absent where effects are integrated out. */
  readonly likelihood?: LikelihoodForm;
  /** Why a model cannot be evaluated so; undefined when it can. */
  refuses(spec: UndecidedSpec): string | undefined;
  /** What a user who asked for it is told then. */
  refusal(reason: string): string;
  /** Of one evaluation with its gradient, in the units of `costs.ts`, by what it is worth to the sampler. */
  cost(spec: UndecidedSpec): number;
  compile(spec: ModelSpec, options: CompileOptions): Posterior;
}
