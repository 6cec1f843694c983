/** The profiled deviance as a function of θ and of the parameters of a residual structure, with its exact gradient. */
import { columnAdjoints, evaluate } from "../../marginal/gaussian.ts";
import type { ResidualData } from "../../residuals/structured-rows.ts";
import type { Whitening } from "../../residuals/whitening.ts";
import { devianceObjective, residualRows } from "../criterion.ts";
import { type LinearModel, profiledOf } from "../linear-model.ts";
import type { Objective } from "../minimise.ts";
import { relativeFactors } from "../random-layout.ts";
import { whitenedModel } from "./whitened-model.ts";

export interface StructuredCriterion {
  /** Of x = (θ in units of the columns' scale, free parameters). */
  readonly objective: Objective;
  thetaOf(x: Float64Array): Float64Array;
  freeOf(x: Float64Array): Float64Array;
  point(theta: Float64Array, free: Float64Array): Float64Array;
}

export function structuredCriterion(
  base: LinearModel,
  data: ResidualData,
  whitening: Whitening,
): StructuredCriterion {
  const { scale } = base.layout;
  const k = scale.length;
  const thetaOf = (x: Float64Array): Float64Array => x.subarray(0, k).map((value, i) => value / scale[i]!);
  let like: LinearModel | undefined;
  const objective: Objective = (x, gradient) => {
    const free = x.slice(k);
    const model = whitenedModel(base, data, free, whitening, like);
    if (model === undefined) return Infinity;
    like = model;
    const theta = thetaOf(x);
    const byTheta = gradient.subarray(0, k);
    const profiled = profiledOf(model);
    const value = devianceObjective(profiled)(theta, byTheta);
    if (!Number.isFinite(value)) return Infinity;
    for (let i = 0; i < k; i++) byTheta[i]! /= scale[i]!;
    gradient.fill(0, k);
    addStructureGradient(model, whitening, theta, free, residualRows(profiled), gradient.subarray(k));
    return value;
  };
  return {
    objective,
    thetaOf,
    freeOf: (x) => x.slice(k),
    point: (theta, free) => Float64Array.from([...theta.map((value, i) => value * scale[i]!), ...free]),
  };
}

/**
 * After the system of a whitened model was factorised at θ: adds the derivative of logDeterminant + log|XᵀV⁻¹X| (REML) +
 * weight·log(residual) + log|R| with respect to the structure's parameters.
 */
export function addStructureGradient(
  { system, layout, reml }: LinearModel,
  whitening: Whitening,
  theta: Float64Array,
  free: Float64Array,
  weight: number,
  gradient: Float64Array,
): void {
  if (whitening.size === 0) return;
  const { columns, adjoint, width } = columnAdjoints(
    system,
    relativeFactors(layout, theta),
    reml ? 1 : 0,
    weight,
  );
  whitening.pullback(free, columns, adjoint, width, gradient);
}

/** The structure's factorisation at a point, for what follows from it; undefined outside the domain. */
export function structuredModelAt(
  base: LinearModel,
  data: ResidualData,
  whitening: Whitening,
  theta: Float64Array,
  free: Float64Array,
  like?: LinearModel,
): { readonly model: LinearModel; readonly parts: NonNullable<ReturnType<typeof evaluate>> } | undefined {
  const model = whitenedModel(base, data, free, whitening, like);
  const parts = model && evaluate(model.system, relativeFactors(model.layout, theta));
  return parts && { model: model!, parts };
}
