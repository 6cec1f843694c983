/** Products with the rows of Z, and the quadratic forms of rows in a selected inverse. */
import type { BlockedMatrix } from "./cross-products.ts";
import type { RelativeFactors } from "./relative-factors.ts";
import type { Structure } from "./structure.ts";

/** into[i] += zᵢᵀb for effects b in the order of elimination. */
export function addRandomPart(structure: Structure, b: Float64Array, into: Float64Array): void {
  const { rows: n } = structure;
  structure.blocks.forEach(({ size, index, columns }, f) => {
    const first = structure.firstColumn[f]!;
    for (let k = 0; k < size; k++) {
      for (let i = 0; i < n; i++) into[i]! += columns[k * n + i]! * b[first + index[i]! * size + k]!;
    }
  });
}

/** Zᵀr into the effects of `out`, which is overwritten. */
export function transposedRandomPart(structure: Structure, r: Float64Array, out: Float64Array): void {
  const { rows: n } = structure;
  out.fill(0);
  structure.blocks.forEach(({ size, index, columns }, f) => {
    const first = structure.firstColumn[f]!;
    for (let k = 0; k < size; k++) {
      for (let i = 0; i < n; i++) out[first + index[i]! * size + k]! += columns[k * n + i]! * r[i]!;
    }
  });
}

/**
 * For each row tᵢᵀ·S·tᵢ with t = (Λᵀzᵢ, borderᵢ) and S a selected inverse: the leverage of the row. `border` is
 * n × structure.border, column-major; a shorter one leaves out the last columns.
 */
export function rowQuadratics(
  structure: Structure,
  s: BlockedMatrix,
  lambda: RelativeFactors,
  border: Float64Array,
): Float64Array {
  const { rows: n, blocks, sparseBlocks, sparseColumns, denseSize: m, effects } = structure;
  const out = new Float64Array(n);
  const used = border.length / n;
  const widths = blocks.map(({ size }) => size);
  const total = widths.reduce((sum, size) => sum + size, 0) + used;
  const where = new Int32Array(total);
  const values = new Float64Array(total);
  const fill = (i: number): void => {
    let at = 0;
    blocks.forEach(({ size, index, columns }, f) => {
      const first = structure.firstColumn[f]! + index[i]! * size;
      const l = lambda[f]!;
      for (let k = 0; k < size; k++) {
        let sum = 0;
        for (let j = k; j < size; j++) sum += columns[j * n + i]! * l[j * size + k]!;
        where[at] = first + k;
        values[at++] = sum;
      }
    });
    for (let k = 0; k < used; k++) {
      where[at] = effects + k;
      values[at++] = border[k * n + i]!;
    }
  };
  const denseFrom = widths.slice(0, sparseBlocks).reduce((sum, size) => sum + size, 0);
  for (let i = 0; i < n; i++) {
    fill(i);
    let sum = 0;
    for (let a = denseFrom; a < total; a++) {
      const row = (where[a]! - sparseColumns) * m - sparseColumns;
      sum += s.dense[row + where[a]!]! * values[a]! * values[a]!;
      for (let b = denseFrom; b < a; b++) sum += 2 * s.dense[row + where[b]!]! * values[a]! * values[b]!;
    }
    out[i] = sum;
  }
  let before = 0;
  for (let f = 0; f < sparseBlocks; f++) {
    addSparse(structure, f, before, s.sparse, fill, where, values, total, out);
    before += widths[f]!;
  }
  return out;
}

function addSparse(
  structure: Structure,
  f: number,
  before: number,
  s: Float64Array,
  fill: (i: number) => void,
  where: Int32Array,
  values: Float64Array,
  total: number,
  out: Float64Array,
): void {
  const { levels, size: p } = structure.blocks[f]!;
  const { rows, start } = structure.sorted[f]!;
  const position = new Int32Array(structure.effects + structure.border);
  for (let level = 0; level < levels; level++) {
    const node = structure.firstNode[f]! + level;
    const own = structure.valueStart[node]!;
    const below = own + p * p;
    const from = structure.rowStart[node]!;
    for (let r = from; r < structure.rowStart[node + 1]!; r++) position[structure.rowIndex[r]!] = r - from;
    for (let at = start[level]!; at < start[level + 1]!; at++) {
      const i = rows[at]!;
      fill(i);
      let sum = 0;
      for (let a = 0; a < p; a++) {
        for (let b = 0; b < p; b++) sum += s[own + a * p + b]! * values[before + a]! * values[before + b]!;
      }
      for (let c = before + p; c < total; c++) {
        const row = below + position[where[c]!]! * p;
        let along = 0;
        for (let k = 0; k < p; k++) along += s[row + k]! * values[before + k]!;
        sum += 2 * along * values[c]!;
      }
      out[i]! += sum;
    }
  }
}
