/** `ModelSpec` → `Posterior`, in the way that was decided on. */
import type { Posterior } from "../log-density.ts";
import { type CompileOptions, evaluationOf } from "./evaluation/index.ts";
import type { ModelSpec } from "./spec.ts";

export function compileModel(spec: ModelSpec, { oneToOne = false }: Partial<CompileOptions> = {}): Posterior {
  return evaluationOf(spec).compile(spec, { oneToOne });
}
