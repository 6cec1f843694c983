/**
 * The collapsed system of a model with one grouping factor, level by level and without a factor in memory.
 *
 * With A = ZᵀWZ and B = ZᵀW·(border) of a level, M = ΛᵀAΛ + I, N = ΛM⁻¹ and G = NΛᵀ, eliminating the level takes BᵀGB from the
 * cross products D of the border. A function Σ log|M| + h(D) with ∂h/∂D = V then has, with C = BVBᵀ, the derivative
 *
 *     ∂/∂Λ = 2 Σ [A − (I − AG)C]·N.
 *
 * (Differentials of Bates, Mächler, Bolker & Walker 2015, eq. 17–18; V is the inverse for the integrated columns of the border
 * and ttᵀ/σ² for the residual tᵀDt.)
 */

import { choleskyInPlace } from "../linalg/dense-cholesky.ts";
import * as Elementary from "../numeric/elementary.ts";
import type { BlockedMatrix } from "./cross-products.ts";
import { addPairGradient, eliminatePairs } from "./pair-levels.ts";
import type { Structure } from "./structure.ts";

/** Blocks up to this size are worth it: the work per level grows with the cube, without the blocking of the general path. */
const LARGEST = 4;

export interface OneFactor {
  readonly levels: number;
  /** p: columns per level. */
  readonly size: number;
  readonly border: number;
  readonly integrated: number;
  /** Per level A (p × p), then Bᵀ (border × p), row-major. */
  readonly levelsOfA: Float64Array;
  /** D₀, border × border, lower triangle. */
  readonly borderOfA: Float64Array;
  /** D, then its Cholesky factor. */
  readonly d: Float64Array;
  /** Per level N and G, p × p each. */
  readonly n: Float64Array;
  readonly g: Float64Array;
  /** (−β, −held, 1). */
  readonly t: Float64Array;
  /** Dt: its elements from `integrated` on are −½ the derivative of the residual with respect to the held coefficients. */
  readonly slope: Float64Array;
  /** Inverse of the integrated part of D. */
  readonly inverse: Float64Array;
  readonly scratch: Float64Array;
}

/** undefined when the system has several factors, or levels with many columns. */
export function oneFactor(structure: Structure, a: BlockedMatrix, integrated: number): OneFactor | undefined {
  const { blocks, sparseBlocks, border } = structure;
  const [block] = blocks;
  if (blocks.length !== 1 || sparseBlocks !== 1 || block!.size > LARGEST) return undefined;
  const { levels, size } = block!;
  return {
    levels,
    size,
    border,
    integrated,
    levelsOfA: a.sparse,
    borderOfA: a.dense,
    d: new Float64Array(border * border),
    n: new Float64Array(levels * size * size),
    g: new Float64Array(levels * size * size),
    t: new Float64Array(border),
    slope: new Float64Array(border),
    inverse: new Float64Array(integrated * integrated),
    scratch: new Float64Array(4 * size * size + size * border),
  };
}

/**
 * Σ log|M| + log|D of the integrated columns|, and the residual tᵀDt, for coefficients held at `held`; undefined when D is not
 * positive definite. Afterwards n, g, t and `slope` = Dt belong to these arguments.
 */
export function oneFactorValue(
  system: OneFactor,
  lambda: Float64Array,
  held: ArrayLike<number>,
): { logDeterminants: number; residual: number } | undefined {
  const { border: b, integrated, d, t } = system;
  d.set(system.borderOfA);
  let logDeterminants = system.size === 2 ? eliminatePairs(system, lambda) : eliminateLevels(system, lambda);
  if (choleskyInPlace(d, b, b) >= 0) return undefined;
  for (let i = 0; i < integrated; i++) logDeterminants += 2 * Elementary.log(d[i * b + i]!);
  let residual = 0;
  t.fill(0);
  // Lᵀ(0, −held, 1): its last elements give the residual, and L⁻ᵀ of them is t.
  for (let i = integrated; i < b; i++) {
    const v = i === b - 1 ? 1 : -held[i - integrated]!;
    for (let j = integrated; j <= i; j++) t[j]! += d[i * b + j]! * v;
  }
  for (let i = integrated; i < b; i++) residual += t[i]! * t[i]!;
  for (let i = b - 1; i >= 0; i--) {
    const solved = t[i]! / d[i * b + i]!;
    t[i] = solved;
    for (let k = 0; k < i; k++) t[k]! -= d[i * b + k]! * solved;
  }
  multiplyByFactor(system, t, system.slope);
  return { logDeterminants, residual };
}

/** Takes all levels from D; returns Σ log|M|. */
function eliminateLevels(system: OneFactor, lambda: Float64Array): number {
  const { levels, size: p, border: b, levelsOfA: a, d, n, g, scratch } = system;
  const stride = p * p + p * b;
  const square = p * p;
  // Products of few determinants neither over- nor underflow.
  let logDeterminants = 0;
  let determinants = 1;
  for (let level = 0, at = 0, own = 0; level < levels; level++, at += stride, own += square) {
    determinants *=
      p === 1 ? scalarLevel(a, at, lambda, n, g, own) : denseLevel(a, at, lambda, p, n, g, own, scratch);
    if (determinants > 1e100) {
      logDeterminants += Elementary.log(determinants);
      determinants = 1;
    }
    const below = at + square;
    if (p === 1) {
      const weight = g[own]!;
      for (let i = 0; i < b; i++) {
        const scaled = weight * a[below + i]!;
        for (let j = 0; j <= i; j++) d[i * b + j]! -= scaled * a[below + j]!;
      }
      continue;
    }
    for (let i = 0; i < b; i++) {
      // Row i of BᵀG.
      for (let k = 0; k < p; k++) {
        let sum = 0;
        for (let l = 0; l < p; l++) sum += a[below + i * p + l]! * g[own + l * p + k]!;
        scratch[k] = sum;
      }
      for (let j = 0; j <= i; j++) {
        let sum = 0;
        for (let k = 0; k < p; k++) sum += scratch[k]! * a[below + j * p + k]!;
        d[i * b + j]! -= sum;
      }
    }
  }
  return logDeterminants + Elementary.log(determinants);
}

/** N and G of a level with one column; returns |M|. */
function scalarLevel(
  a: Float64Array,
  at: number,
  lambda: Float64Array,
  n: Float64Array,
  g: Float64Array,
  own: number,
): number {
  const l = lambda[0]!;
  const m = 1 + l * l * a[at]!;
  n[own] = l / m;
  g[own] = (l * l) / m;
  return m;
}

/** N and G of a level; returns |M|. */
function denseLevel(
  a: Float64Array,
  at: number,
  lambda: Float64Array,
  p: number,
  n: Float64Array,
  g: Float64Array,
  own: number,
  scratch: Float64Array,
): number {
  const square = p * p;
  // AΛ, then M = ΛᵀAΛ + I, factorised in place.
  const al = 0;
  const m = square;
  for (let i = 0; i < p; i++) {
    for (let k = 0; k < p; k++) {
      let sum = 0;
      for (let j = k; j < p; j++) sum += a[at + i * p + j]! * lambda[j * p + k]!;
      scratch[al + i * p + k] = sum;
    }
  }
  let determinant = 1;
  for (let i = 0; i < p; i++) {
    for (let k = 0; k <= i; k++) {
      let sum = i === k ? 1 : 0;
      for (let j = i; j < p; j++) sum += lambda[j * p + i]! * scratch[al + j * p + k]!;
      for (let j = 0; j < k; j++) sum -= scratch[m + i * p + j]! * scratch[m + k * p + j]!;
      if (i === k) {
        determinant *= sum;
        scratch[m + i * p + i] = Math.sqrt(sum);
      } else scratch[m + i * p + k] = sum / scratch[m + k * p + k]!;
    }
  }
  // Rows of N = ΛM⁻¹: two triangular solutions each; then G = NΛᵀ.
  for (let i = 0; i < p; i++) {
    const row = own + i * p;
    for (let k = 0; k < p; k++) {
      let sum = k <= i ? lambda[i * p + k]! : 0;
      for (let j = 0; j < k; j++) sum -= scratch[m + k * p + j]! * n[row + j]!;
      n[row + k] = sum / scratch[m + k * p + k]!;
    }
    for (let k = p - 1; k >= 0; k--) {
      let sum = n[row + k]!;
      for (let j = k + 1; j < p; j++) sum -= scratch[m + j * p + k]! * n[row + j]!;
      n[row + k] = sum / scratch[m + k * p + k]!;
    }
    for (let j = 0; j < p; j++) {
      let sum = 0;
      for (let k = 0; k <= j; k++) sum += n[row + k]! * lambda[j * p + k]!;
      g[row + j] = sum;
    }
  }
  return determinant;
}

/**
 * After `oneFactorValue`: the derivative of logDeterminants + residual/σ² with respect to Λ (p × p, all elements) into
 * `gradient`.
 */
export function oneFactorGradient(system: OneFactor, sigma2: number, gradient: Float64Array): void {
  const { levels, size: p, border: b, integrated, levelsOfA: a, n, g, t, scratch, inverse } = system;
  invertIntegrated(system);
  gradient.fill(0);
  if (p === 2) {
    addPairGradient(system, sigma2, gradient);
    return;
  }
  const square = p * p;
  const stride = square + p * b;
  const [c, q, column] = [0, square, 2 * square];
  for (let level = 0, at = 0, own = 0; level < levels; level++, at += stride, own += square) {
    const below = at + square;
    // C = BVBᵀ: Bt·(Bt)ᵀ/σ² and B_x·D⁻¹·B_xᵀ.
    for (let k = 0; k < p; k++) {
      let sum = 0;
      for (let i = 0; i < b; i++) sum += a[below + i * p + k]! * t[i]!;
      scratch[column + k] = sum;
    }
    for (let k = 0; k < p; k++) {
      for (let l = 0; l < p; l++) {
        scratch[c + k * p + l] = (scratch[column + k]! * scratch[column + l]!) / sigma2;
      }
    }
    for (let i = 0; i < integrated; i++) {
      for (let k = 0; k < p; k++) {
        let sum = 0;
        for (let j = 0; j < integrated; j++) sum += inverse[i * integrated + j]! * a[below + j * p + k]!;
        for (let l = 0; l < p; l++) scratch[c + l * p + k]! += a[below + i * p + l]! * sum;
      }
    }
    if (p === 1) {
      const own1 = a[at]!;
      gradient[0]! += 2 * (own1 - (1 - own1 * g[own]!) * scratch[c]!) * n[own]!;
      continue;
    }
    // Q = A + AGC − C, then gradient += 2QN.
    for (let i = 0; i < p; i++) {
      for (let k = 0; k < p; k++) {
        let sum = 0;
        for (let j = 0; j < p; j++) sum += a[at + i * p + j]! * g[own + j * p + k]!;
        scratch[column + k] = sum;
      }
      for (let k = 0; k < p; k++) {
        let sum = a[at + i * p + k]! - scratch[c + i * p + k]!;
        for (let j = 0; j < p; j++) sum += scratch[column + j]! * scratch[c + j * p + k]!;
        scratch[q + k] = sum;
      }
      for (let k = 0; k < p; k++) {
        let sum = 0;
        for (let j = 0; j < p; j++) sum += scratch[q + j]! * n[own + j * p + k]!;
        gradient[i * p + k]! += 2 * sum;
      }
    }
  }
}

/** out = LLᵀx = Dx. */
function multiplyByFactor({ d, border: b }: OneFactor, x: Float64Array, out: Float64Array): void {
  out.fill(0, 0, b);
  for (let j = 0; j < b; j++) {
    let sum = 0;
    for (let i = j; i < b; i++) sum += d[i * b + j]! * x[i]!;
    for (let i = j; i < b; i++) out[i]! += d[i * b + j]! * sum;
  }
}

/** D⁻¹ of the integrated columns, from L: column by column. */
function invertIntegrated({ d, border: b, integrated: p, inverse }: OneFactor): void {
  for (let k = 0; k < p; k++) {
    for (let i = 0; i < p; i++) {
      let sum = i === k ? 1 : 0;
      for (let j = 0; j < i; j++) sum -= d[i * b + j]! * inverse[j * p + k]!;
      inverse[i * p + k] = sum / d[i * b + i]!;
    }
    for (let i = p - 1; i >= 0; i--) {
      let sum = inverse[i * p + k]!;
      for (let j = i + 1; j < p; j++) sum -= d[j * b + i]! * inverse[j * p + k]!;
      inverse[i * p + k] = sum / d[i * b + i]!;
    }
  }
}
