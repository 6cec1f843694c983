/** Products with the rows of a selected inverse on the factor's own pattern. */
import type { BlockedMatrix } from "./cross-products.ts";
import { blockOfColumn } from "./factor.ts";
import type { Structure } from "./structure.ts";

/**
 * S_rows −= S_(rows, rows)·G for the rows below the own p × p block of a sparse node, each pair of rows read once; G is
 * count × p. What stands in S of later nodes and of the dense block must be there already.
 * @param position scratch, one entry per column
 */
export function subtractRowsProduct(
  structure: Structure,
  node: number,
  p: number,
  g: Float64Array,
  s: BlockedMatrix,
  position: Int32Array,
): void {
  const {
    blocks,
    firstNode,
    firstColumn,
    rowStart,
    rowIndex,
    valueStart,
    sparseColumns,
    denseSize: m,
  } = structure;
  const from = rowStart[node]!;
  const count = rowStart[node + 1]! - from;
  const below = valueStart[node]! + p * p;
  let target = -1;
  for (let r = 0; r < count; r++) {
    const column = rowIndex[from + r]!;
    if (column >= sparseColumns) {
      const row = (column - sparseColumns) * m - sparseColumns;
      for (let k = 0; k < p; k++) {
        let sum = 0;
        for (let q = r + 1; q < count; q++) {
          const value = s.dense[row + rowIndex[from + q]!]!;
          sum += value * g[q * p + k]!;
          s.sparse[below + q * p + k]! -= value * g[r * p + k]!;
        }
        s.sparse[below + r * p + k]! -= sum + s.dense[row + column]! * g[r * p + k]!;
      }
      continue;
    }
    const h = blockOfColumn(column, firstColumn);
    const q = blocks[h]!.size;
    const level = Math.floor((column - firstColumn[h]!) / q);
    const other = firstNode[h]! + level;
    if (other !== target) {
      target = other;
      for (let i = rowStart[other]!; i < rowStart[other + 1]!; i++) {
        position[rowIndex[i]!] = i - rowStart[other]!;
      }
    }
    const firstOwn = firstColumn[h]! + level * q;
    const start = valueStart[other]! + column - firstOwn;
    for (let i = r; i < count; i++) {
      const row = rowIndex[from + i]!;
      const value =
        s.sparse[row < firstOwn + q ? start + (row - firstOwn) * q : start + q * q + position[row]! * q]!;
      for (let k = 0; k < p; k++) {
        s.sparse[below + r * p + k]! -= value * g[i * p + k]!;
        if (i > r) s.sparse[below + i * p + k]! -= value * g[r * p + k]!;
      }
    }
  }
}
