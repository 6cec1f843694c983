/**
 * Adaptive Gauss–Hermite quadrature of the marginal likelihood for one scalar group-level effect (Pinheiro & Bates 1995,
 * section 2.3; Liu & Pierce 1994): nodes centred at the mode of each level and scaled by its curvature.
 */

import { symmetricEigen } from "../../linalg/small-matrices.ts";
import * as Elementary from "../../numeric/elementary.ts";
import { addCoefficientGradient } from "./components.ts";
import { type LaplaceProblem, modeAt } from "./laplace.ts";
import { factoriseWeights } from "./mode.ts";
import {
  emptyDerivatives,
  firstDerivatives,
  fullDerivatives,
  type OtherPredictors,
  type RowDerivatives,
} from "./rows.ts";

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
    logWeights: values.map(
      (x, k) => Elementary.log(Math.sqrt(Math.PI)) + 2 * Elementary.log(Math.abs(vectors[k]![0]!)) + x * x,
    ),
  };
}

/**
 * −2 log-likelihood at (θ, coefficients) and its exact gradient: nodes move with the mode û and the spread H^(−1/2) of each
 * level, whose derivatives follow from those of the mode. +Infinity where the mode does not exist.
 */
export function quadrature(
  problem: LaplaceProblem,
  rule: HermiteRule,
  parameters: Float64Array,
  gradient: Float64Array,
): number {
  const { structure, rows, work, layout } = problem;
  const mode = modeAt(problem, parameters);
  if (mode === undefined) return Infinity;
  const { lambda, u, eta, others } = mode;
  fullDerivatives(rows, eta, others, work);
  if (!factoriseWeights(problem, lambda, work.weight)) return Infinity;
  const { index, columns, levels } = structure.blocks[0]!;
  const scale = lambda[0]![0]!;
  const n = rows.n;
  // Levels do not meet: the pivot of each is √H.
  const spread = Float64Array.from(
    { length: levels },
    (_, level) => 1 / problem.factor.values.sparse[structure.valueStart[level]!]!,
  );
  const atNodes = rule.nodes.map((node) => nodeValues(problem, node, eta, others, u, scale, spread));
  const { logLik, shares } = integrate(atNodes, rule, spread);
  if (Number.isNaN(logLik)) return Infinity;

  // Per level: what moves with the mode, and with log H.
  const byMode = new Float64Array(levels);
  const byLogCurvature = new Float64Array(levels).fill(-0.5);
  const scores = new Float64Array(n);
  const otherScores = work.others.map(() => new Float64Array(n));
  let byScale = 0;
  atNodes.forEach(({ derivatives, slopes, positions }, k) => {
    const share = shares[k]!;
    for (let level = 0; level < levels; level++) {
      const weighted = share[level]! * slopes[level]!;
      byMode[level]! += weighted;
      byLogCurvature[level]! -= 0.5 * weighted * Math.SQRT2 * rule.nodes[k]! * spread[level]!;
    }
    for (let i = 0; i < n; i++) {
      const level = index[i]!;
      const weighted = share[level]! * derivatives.score[i]!;
      scores[i]! += weighted;
      byScale += weighted * columns[i]! * positions[level]!;
      for (let j = 0; j < otherScores.length; j++) {
        otherScores[j]![i]! += share[level]! * derivatives.others[j]!.score[i]!;
      }
    }
  });

  const leverage = columns.map((z, i) => (scale * z * spread[index[i]!]!) ** 2);
  const byEta = work.third.map((third, i) => -byLogCurvature[index[i]!]! * leverage[i]! * third);
  const scoreSum = new Float64Array(levels);
  const weightSum = new Float64Array(levels);
  for (let i = 0; i < n; i++) {
    const level = index[i]!;
    byMode[level]! += byEta[i]! * scale * columns[i]!;
    scoreSum[level]! += columns[i]! * work.score[i]!;
    weightSum[level]! += columns[i]! ** 2 * work.weight[i]!;
  }
  const along = columns.map((z, i) => byMode[index[i]!]! * spread[index[i]!]! ** 2 * scale * z);
  for (let level = 0; level < levels; level++) {
    const inverse = spread[level]! ** 2;
    byScale += byLogCurvature[level]! * 2 * scale * weightSum[level]! * inverse;
    byScale += byMode[level]! * inverse * (scoreSum[level]! - scale * weightSum[level]! * u[level]!);
  }
  for (let i = 0; i < n; i++) byScale += byEta[i]! * columns[i]! * u[index[i]!]!;

  gradient.fill(0);
  gradient[0] = -2 * byScale;
  const k = layout.theta.length;
  const [mu, ...rest] = rows.components.all;
  const ownRows = scores.map((value, i) => -2 * (value + byEta[i]! - work.weight[i]! * along[i]!));
  addCoefficientGradient(mu!, ownRows, gradient, k);
  rest.forEach((component, j) => {
    const { cross, third } = work.others[j]!;
    const byRow = otherScores[j]!.map(
      (value, i) =>
        -2 * (value - byLogCurvature[index[i]!]! * leverage[i]! * third[i]! + cross[i]! * along[i]!),
    );
    addCoefficientGradient(component, byRow, gradient, k);
  });
  return -2 * logLik;
}

interface NodeValues {
  /** Log of the integrand per level. */
  readonly values: Float64Array;
  /** Its derivative in u. */
  readonly slopes: Float64Array;
  /** u of the node. */
  readonly positions: Float64Array;
  readonly derivatives: RowDerivatives;
}

function nodeValues(
  { rows, structure }: LaplaceProblem,
  node: number,
  eta: Float64Array,
  others: OtherPredictors,
  u: Float64Array,
  scale: number,
  spread: Float64Array,
): NodeValues {
  const { index, columns, levels } = structure.blocks[0]!;
  const shift = spread.map((own) => Math.SQRT2 * node * own);
  const positions = shift.map((own, level) => u[level]! + own);
  const moved = eta.map((value, i) => value + scale * columns[i]! * shift[index[i]!]!);
  const derivatives = emptyDerivatives(rows);
  const logLik = firstDerivatives(rows, moved, others, derivatives);
  const values = new Float64Array(levels);
  const slopes = new Float64Array(levels);
  for (let i = 0; i < rows.n; i++) {
    values[index[i]!]! += logLik[i]!;
    slopes[index[i]!]! += derivatives.score[i]! * scale * columns[i]!;
  }
  for (let level = 0; level < levels; level++) {
    values[level]! -= positions[level]! ** 2 / 2;
    slopes[level]! -= positions[level]!;
  }
  return { values, slopes, positions, derivatives };
}

/** log Σₖ of each level, summed, and the share that each node has in its level's integral. */
function integrate(
  atNodes: readonly NodeValues[],
  { logWeights }: HermiteRule,
  spread: Float64Array,
): { readonly logLik: number; readonly shares: readonly Float64Array[] } {
  const shares = atNodes.map(() => new Float64Array(spread.length));
  let logLik = 0;
  for (let level = 0; level < spread.length; level++) {
    let most = -Infinity;
    atNodes.forEach(({ values }, k) => (most = Math.max(most, values[level]! + logWeights[k]!)));
    let sum = 0;
    atNodes.forEach(({ values }, k) => {
      shares[k]![level] = Elementary.exp(values[level]! + logWeights[k]! - most);
      sum += shares[k]![level]!;
    });
    for (const share of shares) share[level]! /= sum;
    // ∫ exp(f) du / √(2π) ≈ √2·spread/√(2π) · Σ
    logLik += most + Elementary.log(sum) + Elementary.log(spread[level]!) - 0.5 * Elementary.log(Math.PI);
  }
  return { logLik, shares };
}
