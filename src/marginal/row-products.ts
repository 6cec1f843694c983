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
 * For each row tᵢ = (Λᵀzᵢ, borderᵢ) the elements of S·tᵢ where tᵢ itself has elements, S a selected inverse. Column-major,
 * n × width: the columns of the blocks in order, then those of the border. `border` is n × structure.border, column-major; a
 * shorter one leaves out the last columns. Returned with the rows' own elements in the same layout.
 */
export function rowProducts(
  structure: Structure,
  s: BlockedMatrix,
  lambda: RelativeFactors,
  border: Float64Array,
): { readonly elements: Float64Array; readonly products: Float64Array; readonly width: number } {
  const { rows: n, blocks, sparseBlocks, sparseColumns, denseSize: m, effects } = structure;
  const used = border.length / n;
  const widths = blocks.map(({ size }) => size);
  const width = widths.reduce((sum, size) => sum + size, 0) + used;
  const elements = new Float64Array(n * width);
  let before = 0;
  blocks.forEach(({ size, columns }, f) => {
    const l = lambda[f]!;
    for (let k = 0; k < size; k++) {
      const into = (before + k) * n;
      for (let j = k; j < size; j++) {
        const factor = l[j * size + k]!;
        for (let i = 0; i < n; i++) elements[into + i]! += columns[j * n + i]! * factor;
      }
    }
    before += size;
  });
  elements.set(border, before * n);
  const products = new Float64Array(n * width);
  // Where the elements of a row stand among all columns.
  const where = new Int32Array(width);
  const locate = (i: number): void => {
    let at = 0;
    blocks.forEach(({ size, index }, f) => {
      const first = structure.firstColumn[f]! + index[i]! * size;
      for (let k = 0; k < size; k++) where[at++] = first + k;
    });
    for (let k = 0; k < used; k++) where[at++] = effects + k;
  };
  const denseFrom = widths.slice(0, sparseBlocks).reduce((sum, size) => sum + size, 0);
  for (let i = 0; i < n; i++) {
    locate(i);
    for (let a = denseFrom; a < width; a++) {
      const row = (where[a]! - sparseColumns) * m - sparseColumns;
      products[a * n + i]! += s.dense[row + where[a]!]! * elements[a * n + i]!;
      for (let b = denseFrom; b < a; b++) {
        const value = s.dense[row + where[b]!]!;
        products[a * n + i]! += value * elements[b * n + i]!;
        products[b * n + i]! += value * elements[a * n + i]!;
      }
    }
  }
  const rows = { locate, where, elements, products, width };
  let first = 0;
  for (let f = 0; f < sparseBlocks; f++) {
    addSparse(structure, f, first, s.sparse, rows);
    first += widths[f]!;
  }
  return { elements, products, width };
}

/** For each row tᵢᵀ·S·tᵢ: its leverage. Arguments as for `rowProducts`. */
export function rowQuadratics(
  structure: Structure,
  s: BlockedMatrix,
  lambda: RelativeFactors,
  border: Float64Array,
): Float64Array {
  const { rows: n } = structure;
  const { elements, products } = rowProducts(structure, s, lambda, border);
  const out = new Float64Array(n);
  for (let at = 0; at < elements.length; at += n) {
    for (let i = 0; i < n; i++) out[i]! += elements[at + i]! * products[at + i]!;
  }
  return out;
}

/** Rows of T: after `locate(i)`, `where` holds the columns of row i. */
interface LocatedRows {
  readonly locate: (i: number) => void;
  readonly where: Int32Array;
  readonly elements: Float64Array;
  readonly products: Float64Array;
  /** Elements per row. */
  readonly width: number;
}

function addSparse(
  structure: Structure,
  f: number,
  before: number,
  s: Float64Array,
  { locate, where, elements, products, width }: LocatedRows,
): void {
  const { rows: n } = structure;
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
      locate(i);
      for (let a = 0; a < p; a++) {
        let sum = 0;
        for (let b = 0; b < p; b++) sum += s[own + a * p + b]! * elements[(before + b) * n + i]!;
        products[(before + a) * n + i]! += sum;
      }
      for (let c = before + p; c < width; c++) {
        const row = below + position[where[c]!]! * p;
        const element = elements[c * n + i]!;
        let along = 0;
        for (let k = 0; k < p; k++) {
          along += s[row + k]! * elements[(before + k) * n + i]!;
          products[(before + k) * n + i]! += s[row + k]! * element;
        }
        products[c * n + i]! += along;
      }
    }
  }
}
