/** From starting values to the optimum of the profiled deviance over θ. */
import { SettingsError } from "../errors.ts";
import { evaluate } from "../marginal/gaussian.ts";
import { numbers, type OptionTable, oneOf, whole } from "../options.ts";
import { averageInformation } from "./average-information.ts";
import { devianceObjective, type Profiled, residualRows } from "./criterion.ts";
import { emSteps } from "./em.ts";
import { largest, type Minimum, minimise, type Objective } from "./minimise.ts";
import { newton } from "./newton.ts";
import { type RandomLayout, relativeFactors } from "./random-layout.ts";
import { startingTheta } from "./start.ts";

export type ThetaAlgorithm = "quasi-newton" | "newton" | "average-information";

export interface ThetaOptions {
  /**
   * How steps are chosen, all with the exact gradient: BFGS updates on top of the average information (default),
   * the Hessian by differences of the gradient, or the average information alone.
   */
  readonly algorithm?: ThetaAlgorithm;
  /** Steps of expectation-maximisation before that; default 0. */
  readonly emSteps?: number;
  /** Starting values of θ; default by moments. */
  readonly start?: ArrayLike<number>;
}

export const thetaOptions = {
  algorithm: oneOf("quasi-newton", "newton", "average-information"),
  emSteps: whole(0),
  start: numbers(),
} satisfies OptionTable<ThetaOptions>;

export interface ThetaOptimum {
  readonly theta: Float64Array;
  readonly criterion: number;
  readonly evaluations: number;
  /** Largest element of the gradient with respect to θ in units free of the columns' scale. */
  readonly gradient: number;
  readonly converged: boolean;
  /** Why it is not, where more is known than the gradient. */
  readonly problem?: string;
}

const TOLERANCE = 1e-6;

/** Steps of EM before Newton's method when the default algorithm did not converge. */
const RESCUE_EM = 20;

/**
 * The deviance is even in each column of Λ, so that no bounds are needed: signs are turned afterwards. Where the default algorithm
 * does not converge (columns far from their mean make long curved valleys), EM and Newton's method are tried from the same start.
 */
export function optimiseTheta(profiled: Profiled, options: ThetaOptions): ThetaOptimum {
  const first = searchTheta(profiled, options);
  if (first.converged || options.algorithm !== undefined) return first;
  let best = first;
  let { evaluations } = first;
  for (const start of [options.start, first.theta]) {
    const found = searchTheta(profiled, {
      algorithm: "newton",
      ...(start && { start }),
      emSteps: start === first.theta ? 0 : RESCUE_EM,
    });
    evaluations += found.evaluations;
    const lower = found.criterion < best.criterion - 1e-8 * (1 + Math.abs(best.criterion));
    const noWorse = found.criterion <= best.criterion + 1e-8 * (1 + Math.abs(best.criterion));
    if (lower || (found.converged && noWorse)) best = found;
  }
  return { ...best, evaluations };
}

function searchTheta(profiled: Profiled, options: ThetaOptions): ThetaOptimum {
  const { layout } = profiled;
  const scale = layout.scale;
  const k = layout.theta.length;
  const unscaled = devianceObjective(profiled);
  const objective: Objective = (x, gradient) => {
    const value = unscaled(
      x.map((xi, i) => xi / scale[i]!),
      gradient,
    );
    for (let i = 0; i < k; i++) gradient[i]! /= scale[i]!;
    return value;
  };
  if (k === 0) {
    const theta = new Float64Array(0);
    return { theta, criterion: objective(theta, theta), evaluations: 1, gradient: 0, converged: true };
  }
  const begin = emSteps(profiled, startOf(profiled, options), options.emSteps ?? 0);
  // Rounding in the gradient grows with the number of rows.
  const gradientTolerance = TOLERANCE * Math.max(1, profiled.system.rows / 1e5);
  const search = (from: Float64Array): Minimum =>
    options.algorithm === "newton"
      ? newton(objective, from, { gradientTolerance })
      : minimise(objective, from, {
          gradientTolerance,
          curvature: informationOf(profiled),
          updates: options.algorithm !== "average-information",
        });
  let best = search(begin.map((value, i) => value * scale[i]!));
  let evaluations = best.evaluations;
  for (const from of boundaryRestarts(profiled, best)) {
    const gradient = new Float64Array(k);
    evaluations++;
    if (!(objective(from, gradient) < best.value - 1e-9 * Math.abs(best.value))) continue;
    const again = search(from);
    evaluations += again.evaluations;
    if (again.value < best.value) best = again;
  }
  const theta = turnSigns(
    layout,
    best.x.map((value, i) => value / scale[i]!),
  );
  const steepest = largest(best.gradient);
  return {
    theta,
    criterion: best.value,
    evaluations,
    gradient: steepest,
    converged: steepest <= 100 * gradientTolerance,
  };
}

function startOf({ system, layout }: Profiled, { start }: ThetaOptions): Float64Array {
  if (start === undefined) return startingTheta(system, layout);
  const given = Float64Array.from(start);
  if (given.length !== layout.theta.length || given.some((value) => !Number.isFinite(value))) {
    throw new SettingsError(
      `start has ${given.length} values; θ has ${layout.theta.length} finite ones: ${layout.theta.map(({ name }) => name).join(", ")}`,
    );
  }
  return given;
}

function informationOf(profiled: Profiled): (x: Float64Array) => Float64Array | undefined {
  const { system, layout } = profiled;
  return (x) => {
    const lambda = relativeFactors(
      layout,
      x.map((value, i) => value / layout.scale[i]!),
    );
    const parts = evaluate(system, lambda);
    if (parts === undefined) return undefined;
    const matrix = averageInformation(system, layout, lambda, parts.residual, residualRows(profiled));
    const k = x.length;
    for (let i = 0; i < k; i++) {
      for (let j = 0; j < k; j++) matrix[i * k + j]! /= layout.scale[i]! * layout.scale[j]!;
    }
    return matrix;
  };
}

/** Zero is a stationary point of every diagonal element: points away from those that ended there. */
function boundaryRestarts({ layout }: Profiled, { x }: Minimum): Float64Array[] {
  return layout.theta.flatMap(({ row, column }, k) => {
    if (row !== column || Math.abs(x[k]!) > 1e-2) return [];
    const from = x.slice();
    from[k] = 0.1;
    return [from];
  });
}

/** Columns of Λ with a negative diagonal change sign; what is zero to working accuracy becomes zero. */
export function turnSigns(layout: RandomLayout, theta: Float64Array): Float64Array {
  const sign = new Map(
    layout.theta.flatMap(({ block, row, column }, k) =>
      row === column && theta[k]! < 0 ? [[`${block}:${column}`, -1] as const] : [],
    ),
  );
  return theta.map((value, k) => {
    const { block, row, column } = layout.theta[k]!;
    if (row === column && Math.abs(value) * layout.scale[k]! < 1e-6) return 0;
    return value * (sign.get(`${block}:${column}`) ?? 1);
  });
}
