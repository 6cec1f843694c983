/** From a call of `s()` or `t2()` and the data to plain data, and from there to columns for any rows. */
import { DataError, didYouMean } from "../../errors.ts";
import { basisNames, isBasisName } from "./bases.ts";
import { type FactorSmoothState, factorSmoothParts, learnFactorSmooth } from "./factor-smooth.ts";
import { learnOneBasis, type OneBasisState, oneBasisParts } from "./one-basis.ts";
import { learnRandomEffect, type RandomEffectState, randomEffectParts } from "./random-effect.ts";
import type { SmoothCall, SmoothPart, SmoothVariables } from "./smooth.ts";
import { learnTensor, type TensorState, tensorParts } from "./tensor.ts";
import { levelsOf } from "./variables.ts";

export type SmoothState = OneBasisState | RandomEffectState | FactorSmoothState | TensorState;

/** @throws DataError for an unknown basis, too few distinct values, or variables of the wrong kind. */
export function learnSmooth(call: SmoothCall, variables: SmoothVariables): SmoothState {
  if (call.kind === "t2") return learnTensor(call, variables);
  const name = call.bs[0] ?? "tp";
  if (name === "re") return learnRandomEffect(call, variables);
  if (name === "fs") {
    // A lone factor is a random effect, numbers alone are a smooth of the basis in xt.
    const factors = call.variables.filter((one) => levelsOf(variables, one, call.label) !== undefined);
    if (factors.length === 1 && call.variables.length === 1) return learnRandomEffect(call, variables);
    return learnFactorSmooth(call, variables);
  }
  if (!isBasisName(name)) {
    const known = [...basisNames, "re", "fs"];
    throw new DataError(
      `${call.label} has no basis "${name}"${didYouMean(name, known)} (bases: ${known.join(", ")})`,
    );
  }
  return learnOneBasis(call, name, variables);
}

/** The same columns for any rows: those of the fit, a part of them, new ones. */
export function smoothParts(state: SmoothState, variables: SmoothVariables): SmoothPart[] {
  switch (state.kind) {
    case "one-basis":
      return oneBasisParts(state, variables);
    case "random-effect":
      return randomEffectParts(state, variables);
    case "factor-smooth":
      return factorSmoothParts(state, variables);
    case "tensor":
      return tensorParts(state, variables);
  }
}
