/**
 * The inverse metric from draws *and* their gradients: the normal that is nearest to the posterior in Fisher divergence
 * (Seyboldt, Carlson & Carpenter 2026, "Preconditioning Hamiltonian Monte Carlo by minimizing Fisher divergence",
 * arXiv:2603.18845).
 *
 * For a normal the gradient is linear in the draws, so that a few draws determine its covariance, wherever they lie and
 * however far they still drift. With a diagonal the solution is sqrt(var(q_i) / var(∂_i log p)). Without that restriction
 * it is the geometric mean of the covariance of the draws and the inverse covariance of the gradients, here in the
 * coordinates that the diagonal solution has scaled, in all directions or in the leading ones of either.
 */

import { dot } from "../linalg/orthonormalise.ts";
import { symmetricEigen } from "../linalg/small-matrices.ts";
import * as Elementary from "../numeric/elementary.ts";
import type { MetricChoice } from "./chain-types.ts";
import type { DrawWindow } from "./draw-window.ts";
import { geometricMean } from "./geometric-mean.ts";
import { leadingDirections, orthonormalBasis } from "./leading-directions.ts";

/** Up to this dimension `auto` looks at all directions. */
const fewDimensions = 50;
/** Directions looked at in more dimensions: this many leading ones of the draws, and of the gradients. */
const rank = 10;
/** Fewer draws than this say nothing about correlations. */
const leastDraws = 10;
/** Eigenvalues between 1/cutoff and cutoff are not worth their noise (and, many of them, not their cost). */
const cutoff = 1.5;
/**
 * Variance added to draws and gradients in every direction, times dimension / draws and at most 1: the noise of few draws
 * counts for nothing, and what was hardly seen keeps the diagonal solution.
 */
const ridgeRate = 0.1;
/** Bounds of a variance that is believed. */
const smallest = 1e-20;
const largest = 1e20;

/**
 * The inverse metric in the form of `metricOf`. `variances` are those used so far; those about which the window says
 * something are overwritten. The window has two draws or more.
 */
export function estimateInverseMetric(
  window: DrawWindow,
  choice: MetricChoice,
  variances: Float64Array,
): Float64Array {
  estimateVariances(window, variances);
  const n = window.dimension;
  if (choice === "diag" || n < 2 || window.count < leastDraws) return variances.slice();
  const everything = choice === "dense" || (choice === "auto" && n <= fewDimensions) || 2 * rank >= n;
  const correlations = estimateCorrelations(window, variances, everything, choice === "dense" ? 1 : cutoff);
  if (correlations === undefined) return variances.slice();
  // A product with k vectors is dearer than one with a square matrix from k = n / 2 on.
  const asMatrix = choice === "dense" || (choice === "auto" && 2 * correlations.values.length >= n);
  return asMatrix ? matrixForm(variances, correlations) : lowRankForm(variances, correlations);
}

/** I + V(Λ − I)Vᵀ: the inverse metric of the scaled coordinates. */
interface Correlations {
  readonly values: readonly number[];
  readonly vectors: readonly Float64Array[];
}

/** Undefined when the diagonal is good enough. */
function estimateCorrelations(
  window: DrawWindow,
  variances: Float64Array,
  everything: boolean,
  beyond: number,
): Correlations | undefined {
  const { count, dimension: n } = window;
  const draws = scaled(window.positions, window, variances, -0.5);
  const gradients = scaled(window.gradients, window, variances, 0.5);
  const basis = everything
    ? unitVectors(n)
    : orthonormalBasis([
        ...leadingDirections(draws, count, n, rank),
        ...leadingDirections(gradients, count, n, rank),
      ]);
  const mean = geometricMean(
    covarianceAlong(basis, gradients, count),
    covarianceAlong(basis, draws, count),
    basis.length,
  );
  if (mean === undefined) return undefined;
  const { values, vectors } = symmetricEigen(mean, basis.length);
  const strength = (k: number) => Math.abs(Elementary.log(values[k]!));
  const kept = values
    .flatMap((_, k) => (strength(k) > Elementary.log(beyond) ? [k] : []))
    .sort((a, b) => strength(b) - strength(a))
    .slice(0, everything ? n : 2 * rank);
  if (kept.length === 0) return undefined;
  return {
    values: kept.map((k) => values[k]!),
    vectors: kept.map((k) => combination(vectors[k]!, basis)),
  };
}

function estimateVariances(
  { positions, gradients, count, dimension }: DrawWindow,
  variances: Float64Array,
): void {
  for (let i = 0; i < dimension; i++) {
    const ofDraws = sumOfSquares(positions, i, count, dimension);
    const variance = Math.sqrt(ofDraws / sumOfSquares(gradients, i, count, dimension));
    if (variance > smallest && variance < largest) variances[i] = variance;
  }
}

/** Of column `i` about its mean, by Welford's recurrence. */
function sumOfSquares(rows: Float64Array, i: number, count: number, stride: number): number {
  let mean = 0;
  let sum = 0;
  for (let k = 0, at = i; k < count; k++, at += stride) {
    const difference = rows[at]! - mean;
    mean += difference / (k + 1);
    sum += difference * (rows[at]! - mean);
  }
  return sum;
}

/** Column by column minus its mean, times variance ** power. */
function scaled(
  rows: Float64Array,
  { count, dimension }: DrawWindow,
  variances: Float64Array,
  power: number,
): Float64Array {
  const out = new Float64Array(count * dimension);
  for (let i = 0; i < dimension; i++) {
    const scale = Elementary.pow(variances[i]!, power);
    let mean = 0;
    for (let k = 0; k < count; k++) mean += rows[k * dimension + i]! / count;
    for (let k = 0; k < count; k++) out[k * dimension + i] = scale * (rows[k * dimension + i]! - mean);
  }
  return out;
}

function unitVectors(n: number): Float64Array[] {
  return Array.from({ length: n }, (_, i) => new Float64Array(n).fill(1, i, i + 1));
}

/** Second moments of the rows in the coordinates of `basis`, plus the ridge. */
function covarianceAlong(basis: readonly Float64Array[], rows: Float64Array, count: number): Float64Array {
  const size = basis.length;
  const n = basis[0]!.length;
  const covariance = new Float64Array(size * size);
  const x = new Float64Array(size);
  for (let k = 0; k < count; k++) {
    const row = rows.subarray(k * n, (k + 1) * n);
    for (let i = 0; i < size; i++) x[i] = dot(basis[i]!, row);
    for (let i = 0, at = 0; i < size; i++) {
      for (let j = 0; j < size; j++, at++) covariance[at]! += (x[i]! * x[j]!) / count;
    }
  }
  const ridge = Math.min(1, (ridgeRate * n) / count);
  for (let i = 0; i < size; i++) covariance[i * size + i]! += ridge;
  return covariance;
}

function combination(weights: Float64Array, basis: readonly Float64Array[]): Float64Array {
  const out = new Float64Array(basis[0]!.length);
  basis.forEach((vector, k) => {
    for (let i = 0; i < out.length; i++) out[i]! += weights[k]! * vector[i]!;
  });
  return out;
}

function lowRankForm(variances: Float64Array, { values, vectors }: Correlations): Float64Array {
  const n = variances.length;
  const inverse = new Float64Array(n + values.length * (n + 1));
  inverse.set(variances);
  inverse.set(values, n);
  vectors.forEach((vector, k) => {
    inverse.set(vector, n + values.length + k * n);
  });
  return inverse;
}

function matrixForm(variances: Float64Array, { values, vectors }: Correlations): Float64Array {
  const n = variances.length;
  const sd = variances.map(Math.sqrt);
  const inverse = new Float64Array(n * n);
  for (let i = 0; i < n; i++) inverse[i * n + i] = variances[i]!;
  vectors.forEach((vector, k) => {
    for (let i = 0, at = 0; i < n; i++) {
      const factor = (values[k]! - 1) * sd[i]! * vector[i]!;
      for (let j = 0; j < n; j++, at++) inverse[at]! += factor * sd[j]! * vector[j]!;
    }
  });
  return inverse;
}
