/**
 * The linear mixed model y = Xβ + Zb + e, b ~ N(0, σ²ΛΛᵀ), e ~ N(0, σ²I), with b and β integrated or profiled out:
 * everything about it that the relative covariance factors Λ decide. Rows of unequal variance or correlated residuals are
 * whitened by the caller.
 */

import { dot, orthonormalise, solveUpper } from "../linalg/orthonormalise.ts";
import * as Elementary from "../numeric/elementary.ts";
import { type BlockedMatrix, blockedMatrix, crossProducts } from "./cross-products.ts";
import { emptyFactor, type Factor, factorise, logPivots, responseRow, solveBackward } from "./factor.ts";
import { quadraticGradient, traceGradient } from "./gradient.ts";
import { applyFactors, type RelativeFactors } from "./relative-factors.ts";
import { rowProducts } from "./row-products.ts";
import { emptySelectedInverse, type SelectedInverse, selectedInverse } from "./selected-inverse.ts";
import { type GroupBlock, makeStructure, type Structure } from "./structure.ts";

export interface GaussianSystem {
  readonly structure: Structure;
  readonly rows: number;
  /** Number of population-level coefficients. */
  readonly p: number;
  /** X = QR; the border holds Q and the residual of y from its projection on Q. */
  readonly r: Float64Array;
  /** Q and the residual of y: rows × (p + 1), column-major. */
  readonly border: Float64Array;
  /** Q: rows × p, column-major. */
  readonly q: Float64Array;
  /** Qᵀy: what the projection took away. */
  readonly projection: Float64Array;
  readonly a: BlockedMatrix;
  readonly factor: Factor;
  selected?: SelectedInverse;
}

/**
 * `blocks` by decreasing number of effects; x is n × p, column-major, of full column rank. `like`: a system with the same levels
 * in the same rows, whose memory is taken over: it is not to be used again.
 */
export function gaussianSystem(
  rows: number,
  blocks: readonly GroupBlock[],
  x: Float64Array,
  p: number,
  y: Float64Array,
  like?: GaussianSystem,
): GaussianSystem {
  const border = new Float64Array(rows * (p + 1));
  border.set(x);
  const r = orthonormalise(border.subarray(0, rows * p), rows, p);
  const response = border.subarray(rows * p);
  response.set(y);
  const projection = new Float64Array(p);
  for (let pass = 0; pass < 2; pass++) {
    for (let j = 0; j < p; j++) {
      const q = border.subarray(j * rows, (j + 1) * rows);
      const along = dot(q, response);
      projection[j]! += along;
      for (let i = 0; i < rows; i++) response[i]! -= along * q[i]!;
    }
  }
  const structure = like === undefined ? makeStructure(rows, blocks, p + 1) : { ...like.structure, blocks };
  const a = like?.a ?? blockedMatrix(structure);
  crossProducts(structure, border, undefined, a);
  return {
    structure,
    rows,
    p,
    r,
    border,
    q: border.subarray(0, rows * p),
    projection,
    a,
    factor: like?.factor ?? emptyFactor(structure),
    ...(like?.selected && { selected: like.selected }),
  };
}

/** What the criteria are made of, at given relative covariance factors. */
export interface Evaluation {
  /** log |ΛᵀZᵀZΛ + I|. */
  readonly logDeterminant: number;
  /** log |Xᵀ V⁻¹ X|, V = ZΛΛᵀZᵀ + I. */
  readonly logDeterminantX: number;
  /** (y − Xβ̂)ᵀV⁻¹(y − Xβ̂), the penalised residual sum of squares. */
  readonly residual: number;
}

/**
 * Factorises the system; undefined when the residual sum of squares is not positive (the model fits exactly) or the
 * population-level design is deficient.
 */
export function evaluate(system: GaussianSystem, lambda: RelativeFactors): Evaluation | undefined {
  const { factor, a, p, r } = system;
  if (factorise(factor, a, lambda) >= 0) return undefined;
  const { effects, border } = logPivots(factor);
  let logDeterminantX = 0;
  for (let j = 0; j < p; j++) logDeterminantX += border[j]! + 2 * Elementary.log(r[j * p + j]!);
  return { logDeterminant: effects, logDeterminantX, residual: Elementary.exp(border[p]!) };
}

/**
 * After `evaluate`: the derivative of logDeterminant + x·logDeterminantX + y·log(residual) with respect to each λ.
 */
export function criterionGradient(
  system: GaussianSystem,
  lambda: RelativeFactors,
  x: number,
  y: number,
): Float64Array[] {
  const weights = new Float64Array(system.p + 1).fill(x);
  weights[system.p] = y;
  return traceGradient(system.structure, system.a, inverseBlocks(system, weights), lambda);
}

/** After `evaluate`: S = L⁻ᵀ diag(1, w) L⁻¹ on the pattern; valid until the next call. */
export function inverseBlocks(system: GaussianSystem, borderWeights: Float64Array): BlockedMatrix {
  system.selected ??= emptySelectedInverse(system.factor);
  selectedInverse(system.factor, borderWeights, system.selected);
  return system.selected.values;
}

/** After `evaluate`: the derivative of `residual` with respect to each λ. */
export function residualGradient(system: GaussianSystem, lambda: RelativeFactors): Float64Array[] {
  const { structure, factor, p } = system;
  const v = new Float64Array(structure.effects + p + 1);
  const { dense } = factor.values;
  const m = structure.denseSize;
  v[v.length - 1] = dense[m * m - 1]!;
  // With L's last pivot in the last place the solution is the pivot times (−u, −β, 1)/pivot: residual·vᵀdMv = d residual.
  solveBackward(factor, v);
  return quadraticGradient(structure, system.a, v, lambda);
}

/**
 * After `evaluate`: the derivative of logDeterminant + x·logDeterminantX + y·log(residual) with respect to the elements of
 * (Z, Q, e), e the residual of y from its projection on Q, beside these elements themselves. Column-major, n × width, the
 * columns of the blocks in order, then p + 1. Q and e stand for X and y up to a linear map.
 */
export function columnAdjoints(
  system: GaussianSystem,
  lambda: RelativeFactors,
  x: number,
  y: number,
): { readonly columns: Float64Array; readonly adjoint: Float64Array; readonly width: number } {
  const weights = new Float64Array(system.p + 1).fill(x);
  weights[system.p] = y;
  const { structure, rows: n, border } = system;
  const { products, width } = rowProducts(structure, inverseBlocks(system, weights), lambda, border);
  const columns = new Float64Array(n * width);
  const adjoint = new Float64Array(n * width);
  let before = 0;
  structure.blocks.forEach(({ size, columns: own }, f) => {
    columns.set(own, before * n);
    const l = lambda[f]!;
    for (let j = 0; j < size; j++) {
      const into = (before + j) * n;
      for (let k = 0; k <= j; k++) {
        const factor = 2 * l[j * size + k]!;
        for (let i = 0; i < n; i++) adjoint[into + i]! += factor * products[(before + k) * n + i]!;
      }
    }
    before += size;
  });
  columns.set(border, before * n);
  for (let at = before * n; at < n * width; at++) adjoint[at] = 2 * products[at]!;
  return { columns, adjoint, width };
}

export interface Solution {
  /** Population-level coefficients. */
  readonly beta: Float64Array;
  /** Group-level effects b = Λu (order of elimination), and the spherical u. */
  readonly b: Float64Array;
  readonly u: Float64Array;
}

/** After `evaluate`: the solution of Henderson's mixed-model equations. */
export function solve(system: GaussianSystem, lambda: RelativeFactors): Solution {
  const { structure, factor, p, r, projection } = system;
  const x = new Float64Array(structure.effects + p + 1);
  responseRow(factor, x);
  solveBackward(factor, x, p);
  const u = x.slice(0, structure.effects);
  const b = x.slice(0, structure.effects);
  applyFactors(structure, lambda, b);
  const beta = projection.map((value, j) => value + x[structure.effects + j]!);
  solveUpper(r, p, beta);
  return { beta, b, u };
}

/** After `evaluate`: (XᵀV⁻¹X)⁻¹, p × p; times σ² the covariance of the estimated coefficients. */
export function unscaledCovariance({ structure, factor, p, r }: GaussianSystem): Float64Array {
  const m = structure.denseSize;
  const from = m - p - 1;
  const { dense } = factor.values;
  // Columns of K = R⁻¹·L_XX⁻ᵀ; the covariance is K·Kᵀ.
  const covariance = new Float64Array(p * p);
  const column = new Float64Array(p);
  for (let j = 0; j < p; j++) {
    column.fill(0);
    column[j] = 1 / dense[(from + j) * m + from + j]!;
    for (let i = j - 1; i >= 0; i--) {
      let sum = 0;
      for (let k = i + 1; k <= j; k++) sum -= dense[(from + k) * m + from + i]! * column[k]!;
      column[i] = sum / dense[(from + i) * m + from + i]!;
    }
    solveUpper(r, p, column);
    for (let a = 0; a < p; a++) {
      for (let b = 0; b < p; b++) covariance[b * p + a]! += column[a]! * column[b]!;
    }
  }
  return covariance;
}
