/** A generalised model before and after its search. */
import type { Design } from "../../design/design.ts";
import type { Family } from "../../families/family.ts";
import type { RandomLayout } from "../random-layout.ts";
import type { Components } from "./components.ts";
import type { LaplaceProblem } from "./laplace.ts";
import type { RowModel } from "./rows.ts";
import type { WorkingScale } from "./working-scale.ts";

/** All that is fixed once formula, data and family are known. */
export interface GlmmModel {
  readonly design: Design;
  readonly family: Family;
  readonly links: Readonly<Record<string, string>>;
  readonly categories: number;
  readonly components: Components;
  readonly layout: RandomLayout;
  readonly rows: RowModel;
  readonly problem: LaplaceProblem;
  readonly scale: WorkingScale;
}

export interface GlmmOptimum {
  /** (θ, coefficients). */
  readonly parameters: Float64Array;
  /** Row-major; undefined when the Hessian is not positive definite. */
  readonly covariance: Float64Array | undefined;
  readonly value: number;
  readonly gradient: number;
  readonly evaluations: number;
  readonly converged: boolean;
}
