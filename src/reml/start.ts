/**
 * Starting values of θ by moments: for a column z of a group-level term and residuals e of ordinary least squares,
 * E (zᵀe)² ≈ s²·zᵀz + τ²·((zᵀz)² − zᵀz·z̄²) level by level, one term at a time (in the spirit of Henderson 1953, method I;
 * Rao 1971's MINQUE with zero weights).
 */
import type { GaussianSystem } from "../marginal/gaussian.ts";
import type { RandomLayout } from "./random-layout.ts";

/** Between these a start is informative: 0 would be a stationary point, large values are far from most optima. */
const LEAST = 0.05;
const MOST = 5;

export function startingTheta({ structure, a, rows }: GaussianSystem, layout: RandomLayout): Float64Array {
  const { blocks, sparseBlocks, sparseColumns, firstNode, valueStart, denseSize: m } = structure;
  const total = a.dense[m * m - 1]! / rows;
  const variances = layout.theta.map(({ block, row, column, repeats }, k) => {
    if (row !== column) return 0;
    const { levels, size } = blocks[block]!;
    const meanSquare = layout.scale[k]! ** 2 / repeats;
    let excess = 0;
    let information = 0;
    for (let at = 0; at < levels * repeats; at++) {
      const level = Math.floor(at / repeats);
      const own = row + (at % repeats);
      let zz: number;
      let ze: number;
      if (block < sparseBlocks) {
        const node = firstNode[block]! + level;
        zz = a.sparse[valueStart[node]! + own * size + own]!;
        ze = a.sparse[valueStart[node + 1]! - size + own]!;
      } else {
        const place = structure.firstColumn[block]! - sparseColumns + level * size + own;
        zz = a.dense[place * m + place]!;
        ze = a.dense[(m - 1) * m + place]!;
      }
      excess += ze * ze - total * zz;
      // Of a group-level column part of its sum of squares is its mean's; the columns of a smooth are near zero on average.
      information += repeats > 1 ? zz * zz : zz * Math.max(0, zz - meanSquare);
    }
    return information > 0 ? Math.max(0, excess / information) : 0;
  });
  const explained = variances.reduce((sum, value, k) => sum + value * layout.scale[k]! ** 2, 0);
  const residual = Math.max(total - explained, 0.2 * total);
  return Float64Array.from(layout.theta, ({ row, column }, k) => {
    if (row !== column) return 0;
    const share = Math.sqrt((variances[k]! * layout.scale[k]! ** 2) / residual);
    return Math.min(MOST, Math.max(LEAST, share)) / layout.scale[k]!;
  });
}
