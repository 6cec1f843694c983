/**
 * Adaptive Gauss–Hermite quadrature of the marginal likelihood for one scalar group-level effect (Pinheiro & Bates 1995,
 * section 2.3; Liu & Pierce 1994): nodes centred at the mode of each level and scaled by its curvature.
 */
import { symmetricEigen } from "../../linalg/small-matrices.ts";
import type { Objective } from "../minimise.ts";
import { factoriseWeights } from "./mode.ts";
import { type LaplaceProblem, modeAt } from "./laplace.ts";
import { fullDerivatives, rowLogLikelihoods } from "./rows.ts";

export interface HermiteRule {
  readonly nodes: readonly number[];
  /** Logarithms of weight × exp(node²). */
  readonly logWeights: readonly number[];
}

/** Nodes are the eigenvalues of the Jacobi matrix (Golub & Welsch 1969), weight function exp(−x²). */
export function hermiteRule(count: number): HermiteRule {
  const jacobi = new Float64Array(count * count);
  for (let i = 1; i < count; i++) {
    jacobi[i * count + i - 1] = Math.sqrt(i / 2);
    jacobi[(i - 1) * count + i] = Math.sqrt(i / 2);
  }
  const { values, vectors } = symmetricEigen(jacobi, count);
  return {
    nodes: values,
    logWeights: values.map((x, k) => Math.log(Math.sqrt(Math.PI)) + 2 * Math.log(Math.abs(vectors[k]![0]!)) + x * x),
  };
}

/** −2 log-likelihood at (θ, coefficients); +Infinity where the mode does not exist. */
export function quadrature(problem: LaplaceProblem, rule: HermiteRule, parameters: Float64Array): number {
  const { structure, rows, work } = problem;
  const mode = modeAt(problem, parameters);
  if (mode === undefined) return Infinity;
  const { lambda, u, eta, others } = mode;
  fullDerivatives(rows, eta, others, work);
  if (!factoriseWeights(problem, lambda, work.weight)) return Infinity;
  const { index, columns, levels } = structure.blocks[0]!;
  const scale = lambda[0]![0]!;
  const n = rows.n;
  // Curvature of each level: its own pivot, since levels do not meet.
  const spread = Float64Array.from(
    { length: levels },
    (_, level) => 1 / problem.factor.values.sparse[structure.valueStart[level]!]!,
  );
  const terms = rule.nodes.map((node) => {
    const moved = eta.slice();
    for (let i = 0; i < n; i++) {
      const level = index[i]!;
      moved[i]! += scale * columns[i]! * Math.SQRT2 * node * spread[level]!;
    }
    const byLevel = new Float64Array(levels);
    rowValues(problem, moved, others, byLevel);
    for (let level = 0; level < levels; level++) {
      const at = u[level]! + Math.SQRT2 * node * spread[level]!;
      byLevel[level]! -= (at * at) / 2;
    }
    return byLevel;
  });
  let logLik = 0;
  for (let level = 0; level < levels; level++) {
    let most = -Infinity;
    for (let k = 0; k < terms.length; k++) most = Math.max(most, terms[k]![level]! + rule.logWeights[k]!);
    let sum = 0;
    for (let k = 0; k < terms.length; k++) sum += Math.exp(terms[k]![level]! + rule.logWeights[k]! - most);
    // ∫ exp(f) du/√(2π) ≈ √2·spread/√(2π)·Σ
    logLik += most + Math.log(sum) + Math.log(spread[level]!) - 0.5 * Math.log(Math.PI);
  }
  return Number.isNaN(logLik) ? Infinity : -2 * logLik;
}

function rowValues(
  { rows, structure }: LaplaceProblem,
  eta: Float64Array,
  others: Parameters<typeof fullDerivatives>[2],
  byLevel: Float64Array,
): void {
  const values = rowLogLikelihoods(rows, eta, others);
  const { index } = structure.blocks[0]!;
  for (let i = 0; i < values.length; i++) byLevel[index[i]!]! += values[i]!;
}

/** Central differences: the nodes move with the parameters, and there are few of them. */
export function quadratureObjective(
  value: (x: Float64Array) => number,
): Objective {
  return (x, gradient) => {
    const moved = x.slice();
    for (let i = 0; i < x.length; i++) {
      const h = 1e-4 * Math.max(1, Math.abs(x[i]!));
      moved[i] = x[i]! + h;
      const up = value(moved);
      moved[i] = x[i]! - h;
      gradient[i] = (up - value(moved)) / (2 * h);
      moved[i] = x[i]!;
    }
    return value(x);
  };
}
