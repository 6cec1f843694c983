/** Where the quantities of a model stand among the draws of a fit. */
import type { Draws } from "../draws/draws.ts";
import { NutmixError } from "../errors.ts";
import { compileModel } from "../model/compile.ts";
import type { ModelSpec } from "../model/spec.ts";
import { Layout } from "../quantities/layout.ts";

const known = new WeakMap<Draws, Layout>();

/** @throws NutmixError when the draws are of another model. */
export function layoutOf(spec: ModelSpec, draws: Draws): Layout {
  const found = known.get(draws);
  if (found !== undefined) return found;
  const layout = saysWhose(draws) ? new Layout(draws) : layoutOfModel(spec, draws);
  known.set(draws, layout);
  return layout;
}

/** Draws that were read from a file of columns do not say to which predictor a coefficient belongs. */
function saysWhose({ quantities }: Draws): boolean {
  return quantities?.every(({ role, coefficients }) => role !== "coefficient" || coefficients) === true;
}

/** Of draws that know little but names: they have to be the model's own, in its order. */
function layoutOfModel(spec: ModelSpec, { names }: Draws): Layout {
  const model = compileModel(spec);
  const other = model.names.find((name, k) => names[k] !== name);
  if (other !== undefined || names.length !== model.names.length) {
    throw new NutmixError(
      other === undefined
        ? `the draws have ${names.length} columns, the model has ${model.names.length}: they do not belong to this model`
        : `the draws have no "${other}" where the model has it: they do not belong to this model`,
    );
  }
  return new Layout(model);
}
