/**
 * The conditional mode of the spherical effects u: penalised iteratively reweighted least squares (Bates et al. 2015's
 * companion, lme4's vignette "Computational methods for mixed models", section on PIRLS), as Newton's method with halved steps.
 */
import { type BlockedMatrix, crossProducts } from "../../marginal/cross-products.ts";
import { type Factor, factorise, solveBackward, solveForward } from "../../marginal/factor.ts";
import {
  applyFactors,
  applyTransposedFactors,
  type RelativeFactors,
} from "../../marginal/relative-factors.ts";
import { addRandomPart, transposedRandomPart } from "../../marginal/row-products.ts";
import type { Structure } from "../../marginal/structure.ts";
import {
  logLikelihood,
  type OtherPredictors,
  type RowDerivatives,
  type RowModel,
  shortDerivatives,
} from "./rows.ts";

export interface ModeProblem {
  readonly structure: Structure;
  readonly a: BlockedMatrix;
  readonly factor: Factor;
  readonly rows: RowModel;
  /** Passes over the rows so far. */
  passes: number;
}

export interface Mode {
  readonly u: Float64Array;
  /** Linear predictor of mu at the mode. */
  readonly eta: Float64Array;
  /** Σ log-likelihood − uᵀu/2. */
  readonly penalised: number;
}

const NOTHING = new Float64Array(0);
const MAX_STEPS = 100;

/** undefined when no mode is found: a row is impossible whatever the effects, or the curvature is not positive. */
export function findMode(
  problem: ModeProblem,
  lambda: RelativeFactors,
  fixedEta: Float64Array,
  others: OtherPredictors,
  start: Float64Array,
  work: RowDerivatives,
): Mode | undefined {
  const { structure, rows } = problem;
  const etaAt = (u: Float64Array): Float64Array => {
    const b = u.slice();
    applyFactors(structure, lambda, b);
    const eta = fixedEta.slice();
    addRandomPart(structure, b, eta);
    return eta;
  };
  const objective = (value: number, u: Float64Array): number => value - squares(u) / 2;
  problem.passes++;
  let u = start.slice();
  let eta = etaAt(u);
  let value = objective(shortDerivatives(rows, eta, others, work), u);
  if (!(value > -Infinity)) {
    u = new Float64Array(structure.effects);
    eta = fixedEta.slice();
    value = objective(shortDerivatives(rows, eta, others, work), u);
    if (!(value > -Infinity)) return undefined;
  }
  for (let step = 0; step < MAX_STEPS; step++) {
    if (!factoriseWeights(problem, lambda, work.weight)) {
      // Not log-concave here: a step by the rows that are is still uphill.
      if (
        !factoriseWeights(
          problem,
          lambda,
          work.weight.map((w) => Math.max(w, 0)),
        )
      )
        return undefined;
    }
    const gradient = new Float64Array(structure.effects);
    transposedRandomPart(structure, work.score, gradient);
    applyTransposedFactors(structure, lambda, gradient);
    for (let k = 0; k < gradient.length; k++) gradient[k]! -= u[k]!;
    const direction = gradient.slice();
    solveForward(problem.factor, direction);
    const decrement = squares(direction);
    solveBackward(problem.factor, direction);
    let length = 1;
    let moved = false;
    for (let half = 0; half < 30; half++, length /= 2) {
      const candidate = u.map((uk, k) => uk + length * direction[k]!);
      const at = etaAt(candidate);
      problem.passes++;
      const likelihood =
        half === 0 ? shortDerivatives(rows, at, others, work) : logLikelihood(rows, at, others);
      const reached = objective(likelihood, candidate);
      if (!(reached >= value - 1e-12 * Math.abs(value))) continue;
      if (half > 0) shortDerivatives(rows, at, others, work);
      u = candidate;
      eta = at;
      value = reached;
      moved = true;
      break;
    }
    // A full step from a decrement this small leaves an error of its square.
    if (moved && length === 1 && decrement < 1e-10) return { u, eta, penalised: value };
    if (!moved) return decrement < 1e-6 ? { u, eta, penalised: value } : undefined;
  }
  return undefined;
}

/** Factorises ΛᵀZᵀWZΛ + I; false when it is not positive definite. */
export function factoriseWeights(
  { structure, a, factor }: ModeProblem,
  lambda: RelativeFactors,
  weights: Float64Array,
): boolean {
  crossProducts(structure, NOTHING, weights, a);
  return factorise(factor, a, lambda) < 0 && Number.isFinite(factor.values.sparse.reduce(add, 0));
}

const add = (sum: number, value: number): number => sum + value;

function squares(x: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i]! * x[i]!;
  return sum;
}
