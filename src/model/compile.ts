/** `ModelSpec` → `Posterior`, in the way that was decided on, in units in which its numbers are of order one. */
import type { Posterior } from "../log-density.ts";
import { type CompileOptions, evaluationOf } from "./evaluation/index.ts";
import type { ModelSpec } from "./spec.ts";
import { fromUnits, inUnits, unitsOf } from "./units.ts";

export function compileModel(spec: ModelSpec, { oneToOne = false }: Partial<CompileOptions> = {}): Posterior {
  const compile = (own: ModelSpec): Posterior => evaluationOf(own).compile(own, { oneToOne });
  const units = unitsOf(spec);
  const measured = units && inUnits(spec, units);
  return measured === undefined ? compile(spec) : fromUnits(compile(measured), spec, units!, oneToOne);
}
