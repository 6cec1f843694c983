/**
 * Derivatives with respect to the relative covariance factors: from df = tr(S·dM) with M = ΛᵀZᵀWZΛ + I,
 * ∂f/∂λ of a block is 2·Σ over its levels of (A·Λ·S), and from vᵀ·dM·v likewise with S = vvᵀ.
 */
import { type BlockedMatrix, multiply } from "./cross-products.ts";
import { applyFactors, type RelativeFactors } from "./relative-factors.ts";
import type { Structure } from "./structure.ts";

/** Per block a size × size row-major matrix; all elements are filled, also those that λ does not have. */
export function traceGradient(
  structure: Structure,
  a: BlockedMatrix,
  s: BlockedMatrix,
  lambda: RelativeFactors,
): Float64Array[] {
  const gradient = lambda.map((l) => new Float64Array(l.length));
  addTraceGradient(structure, a, s, lambda, gradient);
  return gradient;
}

/** The same, added to what is there. */
export function addTraceGradient(
  structure: Structure,
  a: BlockedMatrix,
  s: BlockedMatrix,
  lambda: RelativeFactors,
  gradient: readonly Float64Array[],
): void {
  sparseGradient(structure, a.sparse, s.sparse, lambda, gradient);
  denseGradient(structure, a.dense, s.dense, lambda, gradient);
}

/** S += factor·ttᵀ on the pattern; of the dense block the lower triangle. */
export function addOuterProduct(
  structure: Structure,
  t: Float64Array,
  factor: number,
  { sparse, dense }: BlockedMatrix,
): void {
  const { blocks, sparseBlocks, sparseColumns, firstNode, firstColumn, rowStart, rowIndex, valueStart } =
    structure;
  for (let f = 0; f < sparseBlocks; f++) {
    const p = blocks[f]!.size;
    for (let node = firstNode[f]!; node < firstNode[f + 1]!; node++) {
      const column = firstColumn[f]! + (node - firstNode[f]!) * p;
      let at = valueStart[node]!;
      for (let j = 0; j < p; j++) {
        const tj = factor * t[column + j]!;
        for (let k = 0; k < p; k++) sparse[at++]! += tj * t[column + k]!;
      }
      for (let r = rowStart[node]!; r < rowStart[node + 1]!; r++) {
        const tr = factor * t[rowIndex[r]!]!;
        for (let k = 0; k < p; k++) sparse[at++]! += tr * t[column + k]!;
      }
    }
  }
  const m = structure.denseSize;
  for (let i = 0; i < m; i++) {
    const ti = factor * t[sparseColumns + i]!;
    for (let j = 0; j <= i; j++) dense[i * m + j]! += ti * t[sparseColumns + j]!;
  }
}

function sparseGradient(
  structure: Structure,
  a: Float64Array,
  s: Float64Array,
  lambda: RelativeFactors,
  gradient: readonly Float64Array[],
): void {
  const { blocks, firstNode, firstColumn, effects, rowStart, rowIndex, valueStart, sparseBlocks } = structure;
  const sides = sidesOf(structure, lambda, gradient);
  for (let f = 0; f < sparseBlocks; f++) {
    const p = blocks[f]!.size;
    const l = lambda[f]!;
    const own = gradient[f]!;
    for (let node = firstNode[f]!; node < firstNode[f + 1]!; node++) {
      let at = valueStart[node]!;
      addOwn(a, s, at, p, p, l, own);
      at += p * p;
      let g = f;
      for (let r = rowStart[node]!; r < rowStart[node + 1]!; ) {
        const row = rowIndex[r]!;
        if (row >= effects) {
          for (let i = at; i < valueStart[node + 1]!; i += p) {
            for (let j = 0; j < p; j++) {
              const value = 2 * a[i + j]!;
              for (let k = 0; k < p; k++) own[j * p + k]! += value * s[i + k]!;
            }
          }
          break;
        }
        while (row >= firstColumn[g + 1]!) g++;
        const q = blocks[g]!.size;
        addPair(a, s, at, p, sides[g]!, sides[f]!);
        at += q * p;
        r += q;
      }
    }
  }
}

/** The part of `addTraceGradient` that belongs to the dense block. */
export function denseGradient(
  structure: Structure,
  a: Float64Array,
  s: Float64Array,
  lambda: RelativeFactors,
  gradient: readonly Float64Array[],
): void {
  const { blocks, sparseBlocks, sparseColumns, firstColumn, denseSize: m, border } = structure;
  const sides = sidesOf(structure, lambda, gradient);
  const from = (g: number, level: number): number =>
    firstColumn[g]! - sparseColumns + level * blocks[g]!.size;
  for (let g = sparseBlocks; g < blocks.length; g++) {
    const q = blocks[g]!.size;
    for (let level = 0; level < blocks[g]!.levels; level++) {
      const row = from(g, level);
      addOwn(a, s, row * m + row, m, q, lambda[g]!, gradient[g]!);
      for (let f = sparseBlocks; f < g; f++) {
        for (let other = 0; other < blocks[f]!.levels; other++) {
          addPair(a, s, row * m + from(f, other), m, sides[g]!, sides[f]!);
        }
      }
    }
    for (let b = m - border; b < m; b++) {
      for (let level = 0; level < blocks[g]!.levels; level++) {
        const at = b * m + from(g, level);
        for (let j = 0; j < q; j++) {
          for (let k = 0; k < q; k++) gradient[g]![j * q + k]! += 2 * a[at + j]! * s[at + k]!;
        }
      }
    }
  }
}

/** 2·A·λ·S of a diagonal block; only the lower triangles of A and S are read. */
function addOwn(
  a: Float64Array,
  s: Float64Array,
  at: number,
  stride: number,
  p: number,
  lambda: Float64Array,
  gradient: Float64Array,
): void {
  if (p === 1) {
    gradient[0]! += 2 * a[at]! * lambda[0]! * s[at]!;
    return;
  }
  for (let i = 0; i < p; i++) {
    for (let j = 0; j < p; j++) {
      let value = 0;
      for (let h = j; h < p; h++) value += lower(a, at, stride, i, h) * lambda[h * p + j]!;
      value *= 2;
      for (let k = 0; k < p; k++) gradient[i * p + k]! += value * lower(s, at, stride, j, k);
    }
  }
}

function lower(x: Float64Array, at: number, stride: number, i: number, j: number): number {
  return i >= j ? x[at + i * stride + j]! : x[at + j * stride + i]!;
}

/** One of the two factors that meet in a block. */
interface Side {
  readonly size: number;
  readonly lambda: Float64Array;
  readonly gradient: Float64Array;
}

function sidesOf(
  { blocks }: Structure,
  lambda: RelativeFactors,
  gradient: readonly Float64Array[],
): readonly Side[] {
  return blocks.map(({ size }, f) => ({ size, lambda: lambda[f]!, gradient: gradient[f]! }));
}

/** For M_ts = λ_tᵀ·A·λ_s (q × p): 2·Aᵀλ_t·S to the gradient of s, 2·A·λ_s·Sᵀ to that of t. */
function addPair(
  a: Float64Array,
  s: Float64Array,
  at: number,
  stride: number,
  { size: q, lambda: lambdaT, gradient: gradientT }: Side,
  { size: p, lambda: lambdaS, gradient: gradientS }: Side,
): void {
  if (p === 1 && q === 1) {
    const value = 2 * a[at]! * s[at]!;
    gradientS[0]! += value * lambdaT[0]!;
    gradientT[0]! += value * lambdaS[0]!;
    return;
  }
  for (let i = 0; i < q; i++) {
    for (let j = 0; j < p; j++) {
      const value = 2 * a[at + i * stride + j]!;
      if (value === 0) continue;
      // (λ_t·S)_ik and (λ_s·Sᵀ)_jk
      for (let k = 0; k < p; k++) {
        let sum = 0;
        for (let h = 0; h <= i; h++) sum += lambdaT[i * q + h]! * s[at + h * stride + k]!;
        gradientS[j * p + k]! += value * sum;
      }
      for (let k = 0; k < q; k++) {
        let sum = 0;
        for (let h = 0; h <= j; h++) sum += lambdaS[j * p + h]! * s[at + k * stride + h]!;
        gradientT[i * q + k]! += value * sum;
      }
    }
  }
}

/** The derivative of vᵀ·M·v at fixed v (over all columns, effects spherical): per block 2·Σ (A·Λv)·vᵀ. */
export function quadraticGradient(
  structure: Structure,
  a: BlockedMatrix,
  v: Float64Array,
  lambda: RelativeFactors,
): Float64Array[] {
  const x = v.slice();
  applyFactors(structure, lambda, x);
  const product = new Float64Array(v.length);
  multiply(structure, a, x, product);
  return structure.blocks.map(({ levels, size: p }, f) => {
    const gradient = new Float64Array(p * p);
    for (let level = 0; level < levels; level++) {
      const at = structure.firstColumn[f]! + level * p;
      for (let j = 0; j < p; j++) {
        for (let k = 0; k < p; k++) gradient[j * p + k]! += 2 * product[at + j]! * v[at + k]!;
      }
    }
    return gradient;
  });
}
