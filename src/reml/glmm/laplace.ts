/**
 * −2 × Laplace's approximation of the marginal log-likelihood (Tierney & Kadane 1986; Pinheiro & Bates 1995), with the exact
 * Hessian at the mode and with its exact gradient through the mode (Kristensen, Nielsen, Berg, Skaug & Bell 2016, eq. 4–6).
 */
import { logPivots, solveBackward, solveForward } from "../../marginal/factor.ts";
import { traceGradient } from "../../marginal/gradient.ts";
import {
  applyFactors,
  applyTransposedFactors,
  type RelativeFactors,
} from "../../marginal/relative-factors.ts";
import { addRandomPart, rowQuadratics, transposedRandomPart } from "../../marginal/row-products.ts";
import {
  emptySelectedInverse,
  type SelectedInverse,
  selectedInverse,
} from "../../marginal/selected-inverse.ts";
import { type RandomLayout, relativeFactors, thetaGradient } from "../random-layout.ts";
import { addCoefficientGradient, linearPredictor } from "./components.ts";
import { factoriseWeights, findMode, type Mode, type ModeProblem } from "./mode.ts";
import { emptyDerivatives, fullDerivatives, type OtherPredictors, type RowDerivatives } from "./rows.ts";

export interface LaplaceProblem extends ModeProblem {
  readonly layout: RandomLayout;
  readonly work: RowDerivatives;
  readonly selected: SelectedInverse;
  /** The last mode found: where the next search begins. */
  last: Float64Array;
}

export function laplaceProblem(problem: ModeProblem, layout: RandomLayout): LaplaceProblem {
  return {
    ...problem,
    layout,
    work: emptyDerivatives(problem.rows),
    selected: emptySelectedInverse(problem.factor),
    last: new Float64Array(problem.structure.effects),
  };
}

export interface ModeAt extends Mode {
  readonly lambda: RelativeFactors;
  readonly others: OtherPredictors;
}

/** The mode at parameters (θ, coefficients); undefined where none exists. */
export function modeAt(problem: LaplaceProblem, parameters: Float64Array): ModeAt | undefined {
  const { layout, rows, work } = problem;
  const k = layout.theta.length;
  const lambda = relativeFactors(layout, parameters.subarray(0, k));
  const beta = parameters.subarray(k);
  const etas = rows.components.all.map((component) => linearPredictor(component, rows.n, beta));
  const others = etas.slice(1);
  const mode = findMode(problem, lambda, etas[0]!, others, problem.last, work);
  if (mode === undefined) return undefined;
  problem.last = mode.u;
  return { ...mode, lambda, others };
}

/** Value, and gradient with respect to (θ, coefficients); +Infinity where the mode does not exist. */
export function laplace(problem: LaplaceProblem, parameters: Float64Array, gradient: Float64Array): number {
  const { structure, layout, rows, work, factor, selected, a } = problem;
  const mode = modeAt(problem, parameters);
  if (mode === undefined) return Infinity;
  const { lambda, u } = mode;
  fullDerivatives(rows, mode.eta, mode.others, work);
  if (!factoriseWeights(problem, lambda, work.weight)) return Infinity;
  const value = -2 * mode.penalised + logPivots(factor).effects;
  if (Number.isNaN(value)) return Infinity;

  selectedInverse(factor, new Float64Array(0), selected);
  const leverage = rowQuadratics(structure, selected.values, lambda, new Float64Array(0));
  // ∂ log|M| / ∂η by row, carried back to the effects, and what it does through the mode: v = M⁻¹ΛᵀZᵀ(∂ log|M|/∂η).
  const byEta = work.third.map((third, i) => -leverage[i]! * third);
  const v = new Float64Array(structure.effects);
  transposedRandomPart(structure, byEta, v);
  applyTransposedFactors(structure, lambda, v);
  solveForward(factor, v);
  solveBackward(factor, v);
  const carried = v.slice();
  applyFactors(structure, lambda, carried);
  const along = new Float64Array(rows.n);
  addRandomPart(structure, carried, along);

  gradient.fill(0);
  const k = layout.theta.length;
  const ownRows = byEta.map((value_, i) => value_ - 2 * work.score[i]! - work.weight[i]! * along[i]!);
  const [mu, ...rest] = rows.components.all;
  addCoefficientGradient(mu!, ownRows, gradient, k);
  rest.forEach((component, j) => {
    const { score, cross, third } = work.others[j]!;
    const byRow = score.map((s, i) => -2 * s - leverage[i]! * third[i]! + cross[i]! * along[i]!);
    addCoefficientGradient(component, byRow, gradient, k);
  });

  const byFactor = traceGradient(structure, a, selected.values, lambda);
  const ownEffects = new Float64Array(structure.effects);
  const scores = new Float64Array(structure.effects);
  transposedRandomPart(structure, ownRows, ownEffects);
  transposedRandomPart(structure, work.score, scores);
  structure.blocks.forEach(({ levels, size: p }, f) => {
    const out = byFactor[f]!;
    for (let level = 0; level < levels; level++) {
      const at = structure.firstColumn[f]! + level * p;
      for (let i = 0; i < p; i++) {
        for (let j = 0; j < p; j++) {
          out[i * p + j]! += ownEffects[at + i]! * u[at + j]! + scores[at + i]! * v[at + j]!;
        }
      }
    }
  });
  gradient.set(thetaGradient(layout, byFactor));
  return value;
}
