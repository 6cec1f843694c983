/** The profiled (restricted) deviance of a linear mixed model as a function of θ (Bates et al. 2015, eq. 34 and 41). */

import {
  criterionGradient,
  type Evaluation,
  evaluate,
  type GaussianSystem,
  residualGradient,
} from "../marginal/gaussian.ts";
import * as Elementary from "../numeric/elementary.ts";
import type { Objective } from "./minimise.ts";
import { type RandomLayout, relativeFactors, thetaGradient } from "./random-layout.ts";

export interface Profiled {
  readonly system: GaussianSystem;
  readonly layout: RandomLayout;
  readonly reml: boolean;
  /** log-determinant of what the rows were whitened with: −2 log-likelihood = criterion of the whitened rows + this. */
  readonly logScale: number;
}

/** n − p under REML, n under ML. */
export function residualRows({ system, reml }: Profiled): number {
  return system.rows - (reml ? system.p : 0);
}

/** −2 log (restricted) likelihood, σ profiled out. */
export function profiledDeviance(profiled: Profiled, parts: Evaluation): number {
  const n = residualRows(profiled);
  const { logDeterminant, logDeterminantX, residual } = parts;
  return (
    logDeterminant +
    (profiled.reml ? logDeterminantX : 0) +
    n * (1 + Elementary.log((2 * Math.PI * residual) / n)) +
    profiled.logScale
  );
}

/** −2 log (restricted) likelihood at a given σ. */
export function devianceAt(profiled: Profiled, parts: Evaluation, sigma: number): number {
  const n = residualRows(profiled);
  const { logDeterminant, logDeterminantX, residual } = parts;
  return (
    logDeterminant +
    (profiled.reml ? logDeterminantX : 0) +
    n * Elementary.log(2 * Math.PI * sigma * sigma) +
    residual / (sigma * sigma) +
    profiled.logScale
  );
}

/** Value and exact gradient of the profiled deviance at θ; +Infinity where the system cannot be factorised. */
export function devianceObjective(profiled: Profiled): Objective {
  const { system, layout, reml } = profiled;
  return (theta, gradient) => {
    const lambda = relativeFactors(layout, theta);
    const parts = evaluate(system, lambda);
    if (parts === undefined) return Infinity;
    gradient.set(
      thetaGradient(layout, criterionGradient(system, lambda, reml ? 1 : 0, residualRows(profiled))),
    );
    return profiledDeviance(profiled, parts);
  };
}

/** Gradient with respect to θ of the deviance at a fixed σ, and of the penalised residual sum of squares. */
export function gradientsAt(
  profiled: Profiled,
  theta: Float64Array,
  sigma: number,
):
  | { readonly parts: Evaluation; readonly deviance: Float64Array; readonly residual: Float64Array }
  | undefined {
  const { system, layout, reml } = profiled;
  const lambda = relativeFactors(layout, theta);
  const parts = evaluate(system, lambda);
  if (parts === undefined) return undefined;
  const residual = thetaGradient(layout, residualGradient(system, lambda));
  const determinants = thetaGradient(layout, criterionGradient(system, lambda, reml ? 1 : 0, 0));
  return {
    parts,
    residual,
    deviance: determinants.map((value, k) => value + residual[k]! / (sigma * sigma)),
  };
}
