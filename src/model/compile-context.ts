import type { DensityBuilder } from "../autodiff/density-builder.ts";
import type { Family } from "../families/family.ts";
import type { PriorsOf } from "./priors-of.ts";
import type { ModelSpec } from "./spec.ts";

/** What every step of compilation looks at. */
export interface CompileContext {
  readonly spec: ModelSpec;
  readonly family: Family;
  readonly priors: PriorsOf;
  readonly builder: DensityBuilder;
}
