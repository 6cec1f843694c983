/** A = [Z B]ᵀW[Z B] on the pattern of the factor: everything that the criterion needs to know of the rows of data. */
import { blockOf, type Structure } from "./structure.ts";

/** Values in the layout of a `Structure`: sparse nodes, then the dense block (row-major, lower triangle). */
export interface BlockedMatrix {
  /** Both parts, one after the other. */
  readonly all: Float64Array;
  readonly sparse: Float64Array;
  readonly dense: Float64Array;
}

export function blockedMatrix(structure: Structure): BlockedMatrix {
  const sparse = structure.valueStart.at(-1)!;
  const all = new Float64Array(sparse + structure.denseSize ** 2);
  return { all, sparse: all.subarray(0, sparse), dense: all.subarray(sparse) };
}

/**
 * Accumulates the cross products of the group-level columns Z and the border B (n × border, column-major), rows weighted by
 * `weights` when given. Work: rows × (columns per row)².
 */
export function crossProducts(
  structure: Structure,
  border: Float64Array,
  weights: Float64Array | undefined,
  into: BlockedMatrix,
): void {
  into.sparse.fill(0);
  into.dense.fill(0);
  for (let f = 0; f < structure.sparseBlocks; f++) sparseBlock(structure, f, border, weights, into);
  denseBlock(structure, border, weights, into.dense);
}

function sparseBlock(
  structure: Structure,
  f: number,
  border: Float64Array,
  weights: Float64Array | undefined,
  { sparse }: BlockedMatrix,
): void {
  const { rows: n, blocks, firstNode, firstColumn, rowStart, rowIndex, valueStart } = structure;
  const { levels, size, columns } = blocks[f]!;
  const { rows, start } = structure.sorted[f]!;
  const later = blocks.slice(f + 1);
  // Where the rows of a later node lie among those of the node at hand.
  const position = new Int32Array(structure.effects);
  for (let level = 0; level < levels; level++) {
    const node = firstNode[f]! + level;
    const own = valueStart[node]!;
    const below = own + size * size;
    const count = rowStart[node + 1]! - rowStart[node]!;
    for (let r = 0; r < count - structure.border; r++) position[rowIndex[rowStart[node]! + r]!] = r;
    const borderAt = below + (count - structure.border) * size;
    for (let at = start[level]!; at < start[level + 1]!; at++) {
      const i = rows[at]!;
      const weight = weights === undefined ? 1 : weights[i]!;
      for (let k = 0; k < size; k++) {
        const z = weight * columns[k * n + i]!;
        if (z === 0) continue;
        for (let j = k; j < size; j++) sparse[own + j * size + k]! += z * columns[j * n + i]!;
        for (let g = 0; g < later.length; g++) {
          const other = later[g]!;
          const column = firstColumn[f + 1 + g]! + other.index[i]! * other.size;
          const to = below + position[column]! * size + k;
          for (let j = 0; j < other.size; j++) sparse[to + j * size]! += z * other.columns[j * n + i]!;
        }
        for (let j = 0; j < structure.border; j++) {
          sparse[borderAt + j * size + k]! += z * border[j * n + i]!;
        }
      }
    }
    for (let k = 0; k < size; k++) {
      for (let j = k + 1; j < size; j++) sparse[own + k * size + j] = sparse[own + j * size + k]!;
    }
  }
}

function denseBlock(
  structure: Structure,
  border: Float64Array,
  weights: Float64Array | undefined,
  dense: Float64Array,
): void {
  const { rows: n, blocks, sparseBlocks, sparseColumns, denseSize } = structure;
  const later = blocks.slice(sparseBlocks);
  const borderFrom = denseSize - structure.border;
  // The columns of the dense block in which a row of data is not zero, and their values.
  const width = later.reduce((sum, { size }) => sum + size, 0) + structure.border;
  const where = new Int32Array(width);
  const values = new Float64Array(width);
  for (let i = 0; i < n; i++) {
    let filled = 0;
    later.forEach(({ index, size, columns }, g) => {
      const from = structure.firstColumn[sparseBlocks + g]! - sparseColumns + index[i]! * size;
      for (let k = 0; k < size; k++) {
        where[filled] = from + k;
        values[filled++] = columns[k * n + i]!;
      }
    });
    for (let k = 0; k < structure.border; k++) {
      where[filled] = borderFrom + k;
      values[filled++] = border[k * n + i]!;
    }
    const weight = weights === undefined ? 1 : weights[i]!;
    for (let a = 0; a < width; a++) {
      const value = weight * values[a]!;
      if (value === 0) continue;
      const row = where[a]! * denseSize;
      for (let b = 0; b <= a; b++) dense[row + where[b]!]! += value * values[b]!;
    }
  }
}

/** A·x for a vector over all columns (effects in order of elimination, then the border). */
export function multiply(structure: Structure, a: BlockedMatrix, x: Float64Array, out: Float64Array): void {
  const { blocks, firstNode, firstColumn, rowStart, rowIndex, valueStart, denseSize, sparseColumns } =
    structure;
  out.fill(0);
  const nodes = rowStart.length - 1;
  for (let node = 0; node < nodes; node++) {
    const f = blockOf(node, firstNode);
    const { size } = blocks[f]!;
    const column = firstColumn[f]! + (node - firstNode[f]!) * size;
    let at = valueStart[node]!;
    for (let j = 0; j < size; j++) {
      for (let k = 0; k < size; k++) out[column + j]! += a.sparse[at++]! * x[column + k]!;
    }
    for (let r = rowStart[node]!; r < rowStart[node + 1]!; r++) {
      const row = rowIndex[r]!;
      for (let k = 0; k < size; k++) {
        const value = a.sparse[at++]!;
        out[row]! += value * x[column + k]!;
        out[column + k]! += value * x[row]!;
      }
    }
  }
  for (let i = 0; i < denseSize; i++) {
    let sum = a.dense[i * denseSize + i]! * x[sparseColumns + i]!;
    const xi = x[sparseColumns + i]!;
    for (let j = 0; j < i; j++) {
      const value = a.dense[i * denseSize + j]!;
      sum += value * x[sparseColumns + j]!;
      out[sparseColumns + j]! += value * xi;
    }
    out[sparseColumns + i]! += sum;
  }
}
