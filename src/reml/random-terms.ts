/** What a fit says of each group-level term. */
import type { BlockedMatrix } from "../marginal/cross-products.ts";
import { applyFactors, type RelativeFactors } from "../marginal/relative-factors.ts";
import type { Structure } from "../marginal/structure.ts";
import type { RandomLayout } from "./random-layout.ts";
import type { RandomTerm } from "./random-term.ts";

/** For each term its relative factor in units free of the columns' scale, for the check of singularity. */
export function scaledFactors(layout: RandomLayout, lambda: RelativeFactors): Float64Array[] {
  return layout.terms.map(({ block, from, names, shared }, t) => {
    const k = names.length;
    if (shared !== undefined) {
      const at = layout.theta.findIndex(({ term }) => term === t);
      return Float64Array.of(lambda[block]![from * (layout.blocks[block]!.size + 1)]! * layout.scale[at]!);
    }
    const scale = names.map(
      (_, j) =>
        layout.scale[
          layout.theta.findIndex(({ term, row, column }) => term === t && row === from + j && column === row)
        ]!,
    );
    return termFactor(lambda[block]!, layout.blocks[block]!.size, from, k).map(
      (value, at) => value * scale[Math.floor(at / k)]!,
    );
  });
}

function termFactor(lambda: Float64Array, size: number, from: number, k: number): Float64Array {
  const factor = new Float64Array(k * k);
  for (let i = 0; i < k; i++) {
    for (let j = 0; j <= i; j++) factor[i * k + j] = lambda[(from + i) * size + from + j]!;
  }
  return factor;
}

/**
 * Covariances, conditional modes and conditional covariances by term.
 * @param u spherical effects in the order of elimination.
 * @param s selected inverse of the effects alone.
 * @param sigma2 what all of them are relative to; 1 when Λ is absolute.
 */
export function randomTerms(
  layout: RandomLayout,
  structure: Structure,
  lambda: RelativeFactors,
  u: Float64Array,
  s: BlockedMatrix,
  sigma2: number,
): RandomTerm[] {
  const b = u.slice();
  applyFactors(structure, lambda, b);
  const { sparseBlocks, sparseColumns, firstNode, firstColumn, valueStart, denseSize: m } = structure;
  return layout.terms.map((layoutTerm) => {
    const { group, names, levels, block, from, shared } = layoutTerm;
    const { size } = layout.blocks[block]!;
    if (shared !== undefined) {
      const sd = lambda[block]![from * (size + 1)]!;
      const first = firstColumn[block]!;
      const at = (k: number): number => first + Math.floor(k / shared) * size + from + (k % shared);
      return {
        group,
        smooth: true,
        names,
        levels,
        covariance: Float64Array.of(sd * sd * sigma2),
        effects: Float64Array.from(levels, (_, k) => b[at(k)]!),
        conditionalCovariance: Float64Array.from(
          levels,
          (_, k) => sd * sd * sigma2 * ownInverse(structure, s, block, at(k)),
        ),
      };
    }
    const k = names.length;
    const factor = termFactor(lambda[block]!, size, from, k);
    const effects = new Float64Array(levels.length * k);
    const conditional = new Float64Array(levels.length * k * k);
    const rows = lambda[block]!.subarray(from * size, (from + k) * size);
    for (let level = 0; level < levels.length; level++) {
      const column = firstColumn[block]! + level * size;
      for (let j = 0; j < k; j++) effects[j * levels.length + level] = b[column + from + j]!;
      const sparse = block < sparseBlocks;
      const at = sparse ? valueStart[firstNode[block]! + level]! : (column - sparseColumns) * (m + 1);
      const own = congruent(rows, k, size, sparse ? s.sparse : s.dense, at, sparse ? size : m);
      conditional.set(
        own.map((value) => value * sigma2),
        level * k * k,
      );
    }
    return {
      group,
      names,
      levels,
      covariance: selfProduct(factor, k).map((value) => value * sigma2),
      effects,
      conditionalCovariance: conditional,
    };
  });
}

/** Diagonal element of the selected inverse at a column of a block. */
export function ownInverse(structure: Structure, s: BlockedMatrix, block: number, column: number): number {
  const { sparseBlocks, sparseColumns, firstColumn, firstNode, valueStart, denseSize: m } = structure;
  if (block >= sparseBlocks) return s.dense[(column - sparseColumns) * (m + 1)]!;
  const { size } = structure.blocks[block]!;
  const within = column - firstColumn[block]!;
  const node = firstNode[block]! + Math.floor(within / size);
  return s.sparse[valueStart[node]! + (within % size) * (size + 1)]!;
}

/** Rows·S·Rowsᵀ for k rows of `size` and a symmetric block of S. */
function congruent(
  rows: Float64Array,
  k: number,
  size: number,
  s: Float64Array,
  at: number,
  stride: number,
): Float64Array {
  const out = new Float64Array(k * k);
  for (let i = 0; i < k; i++) {
    for (let j = 0; j < k; j++) {
      let sum = 0;
      for (let h = 0; h < size; h++) {
        for (let g = 0; g < size; g++)
          sum += rows[i * size + h]! * s[at + h * stride + g]! * rows[j * size + g]!;
      }
      out[j * k + i] = sum;
    }
  }
  return out;
}

function selfProduct(factor: Float64Array, k: number): Float64Array {
  const out = new Float64Array(k * k);
  for (let i = 0; i < k; i++) {
    for (let j = 0; j < k; j++) {
      let sum = 0;
      for (let h = 0; h < k; h++) sum += factor[i * k + h]! * factor[j * k + h]!;
      out[j * k + i] = sum;
    }
  }
  return out;
}
