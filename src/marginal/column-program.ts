/**
 * The elimination of the sparse nodes as a list: for every column the places of its entries, and for every pair of its entries
 * the place that their product is subtracted from. Nothing is looked up in an evaluation, whatever is nested in what and however
 * many columns a level has; places are in `BlockedMatrix.all`, so that rows of sparse and of dense columns are alike.
 */
import type { BlockedMatrix } from "./cross-products.ts";

import { blockOf, type Structure } from "./structure.ts";

export interface ColumnProgram {
  /** By column of the sparse nodes the place of its pivot; its entries and its pairs begin at `start` and `pairStart`. */
  readonly pivot: Int32Array;
  readonly start: Int32Array;
  readonly pairStart: Int32Array;
  /** By entry its place, and its row among all columns. */
  readonly entry: Int32Array;
  readonly row: Int32Array;
  /** By pair (e, q ≤ e) of a column's entries, e by e, the place of (row of e, row of q). */
  readonly target: Int32Array;
  /** 1/pivot of every column, of the latest elimination. */
  readonly inverse: Float64Array;
  /** L_e/pivot and the adjoints of a column's entries. */
  readonly ratios: Float64Array;
  readonly bars: Float64Array;
}

/** Pairs beyond which the list is not worth its memory. */
const MOST_PAIRS = 8e6;

/** Undefined when the list would be too long. */
export function columnProgram(structure: Structure): ColumnProgram | undefined {
  const { blocks, firstNode, firstColumn, rowStart, rowIndex, valueStart, sparseColumns } = structure;
  const nodes = rowStart.length - 1;
  let entries = 0;
  let pairs = 0;
  let longest = 0;
  for (let node = 0; node < nodes; node++) {
    const p = blocks[blockOf(node, firstNode)]!.size;
    for (let k = 0; k < p; k++) {
      const count = p - 1 - k + rowStart[node + 1]! - rowStart[node]!;
      entries += count;
      pairs += (count * (count + 1)) / 2;
      longest = Math.max(longest, count);
    }
  }
  if (pairs > MOST_PAIRS) return undefined;
  const program = {
    pivot: new Int32Array(sparseColumns),
    start: new Int32Array(sparseColumns + 1),
    pairStart: new Int32Array(sparseColumns + 1),
    entry: new Int32Array(entries),
    row: new Int32Array(entries),
    target: new Int32Array(pairs),
    inverse: new Float64Array(sparseColumns),
    ratios: new Float64Array(longest),
    bars: new Float64Array(longest),
  };
  const place = placeOf(structure);
  let e = 0;
  let t = 0;
  for (let node = 0; node < nodes; node++) {
    const f = blockOf(node, firstNode);
    const p = blocks[f]!.size;
    const own = valueStart[node]!;
    const first = firstColumn[f]! + (node - firstNode[f]!) * p;
    for (let k = 0; k < p; k++) {
      const column = first + k;
      program.pivot[column] = own + k * p + k;
      program.start[column] = e;
      program.pairStart[column] = t;
      const from = e;
      for (let j = k + 1; j < p; j++) {
        program.row[e] = first + j;
        program.entry[e++] = own + j * p + k;
      }
      for (let r = rowStart[node]!; r < rowStart[node + 1]!; r++) {
        program.row[e] = rowIndex[r]!;
        program.entry[e++] = own + p * p + (r - rowStart[node]!) * p + k;
      }
      // By the column of the pair, so that a node's rows are laid out once.
      for (let q = from; q < e; q++) {
        place.open(program.row[q]!);
        for (let i = q; i < e; i++) {
          const at = i - from;
          program.target[t + (at * (at + 1)) / 2 + q - from] = place.of(program.row[i]!);
        }
      }
      t += ((e - from) * (e - from + 1)) / 2;
    }
  }
  program.start[sparseColumns] = e;
  program.pairStart[sparseColumns] = t;
  return program;
}

/** Where (row, column) is kept, column by column. */
function placeOf(structure: Structure) {
  const { blocks, firstNode, firstColumn, rowStart, rowIndex, valueStart, sparseColumns } = structure;
  const { denseSize: m, effects, border } = structure;
  const sparseLength = valueStart.at(-1)!;
  const position = new Int32Array(effects + border);
  let column = 0;
  let laidOut = -1;
  let first = 0;
  let size = 1;
  let own = 0;
  return {
    open(wanted: number): void {
      column = wanted;
      if (column >= sparseColumns) return;
      let f = 0;
      while (column >= firstColumn[f + 1]!) f++;
      size = blocks[f]!.size;
      const level = Math.floor((column - firstColumn[f]!) / size);
      const node = firstNode[f]! + level;
      first = firstColumn[f]! + level * size;
      own = valueStart[node]!;
      if (node === laidOut) return;
      laidOut = node;
      for (let r = rowStart[node]!; r < rowStart[node + 1]!; r++)
        position[rowIndex[r]!] = r - rowStart[node]!;
    },
    of(row: number): number {
      if (column >= sparseColumns) return sparseLength + (row - sparseColumns) * m + column - sparseColumns;
      return row < first + size
        ? own + (row - first) * size + column - first
        : own + size * size + position[row]! * size + column - first;
    },
  };
}

/** Eliminates the sparse columns of M in place, and with them x ← L⁻¹x as `forwardColumns` does. */
export function eliminateColumns(
  { pivot, start, entry, row, target, inverse: inverses }: ColumnProgram,
  { all }: BlockedMatrix,
  x: Float64Array,
): void {
  let t = 0;
  for (let column = 0; column < pivot.length; column++) {
    const root = Math.sqrt(all[pivot[column]!]!);
    all[pivot[column]!] = root;
    const inverse = 1 / root;
    inverses[column] = inverse;
    const solved = x[column]! * inverse;
    x[column] = solved;
    const from = start[column]!;
    const end = start[column + 1]!;
    for (let e = from; e < end; e++) {
      const value = all[entry[e]!]! * inverse;
      all[entry[e]!] = value;
      x[row[e]!]! -= value * solved;
      for (let q = from; q <= e; q++) all[target[t++]!]! -= value * all[entry[q]!]!;
    }
  }
}

/** x ← L⁻¹x for the sparse columns: their part of later rows is subtracted from these. */
export function forwardColumns(
  { inverse, start, entry, row }: ColumnProgram,
  { all }: BlockedMatrix,
  x: Float64Array,
): void {
  for (let column = 0; column < inverse.length; column++) {
    const value = x[column]! * inverse[column]!;
    x[column] = value;
    for (let e = start[column]!; e < start[column + 1]!; e++) x[row[e]!]! -= all[entry[e]!]! * value;
  }
}

/** x ← L⁻ᵀx for the sparse columns, where later ones are solved for. */
export function backwardColumns(
  { inverse, start, entry, row }: ColumnProgram,
  { all }: BlockedMatrix,
  x: Float64Array,
): void {
  for (let column = inverse.length - 1; column >= 0; column--) {
    let sum = x[column]!;
    for (let e = start[column]!; e < start[column + 1]!; e++) sum -= all[entry[e]!]! * x[row[e]!]!;
    x[column] = sum * inverse[column]!;
  }
}

/**
 * The reverse sweep of `eliminateColumns` (see reverse-factor.ts): S of the sparse columns, lower triangles of own blocks alone.
 * On the way it solves a = L⁻ᵀt, whose dense part is given.
 */
export function reverseColumns(
  { pivot, inverse: inverses, start, pairStart, entry, row, target, ratios, bars }: ColumnProgram,
  { all: l }: BlockedMatrix,
  { v, t, a, x }: { v: Float64Array; t: Float64Array; a: Float64Array; x: Float64Array },
  { all: s }: BlockedMatrix,
): void {
  for (let column = pivot.length - 1; column >= 0; column--) {
    const inverse = inverses[column]!;
    const from = start[column]!;
    const count = start[column + 1]! - from;
    const tc = t[column]!;
    let solved = tc;
    const xc = x[column]!;
    const half = -0.5 * inverse;
    for (let e = 0; e < count; e++) {
      const value = l[entry[from + e]!]!;
      ratios[e] = value * inverse;
      const at = row[from + e]!;
      const along = a[at]!;
      solved -= value * along;
      bars[e] = half * (v[at]! * tc + along * xc);
    }
    let pair = pairStart[column]!;
    for (let e = 0; e < count; e++) {
      const ratio = ratios[e]!;
      let sum = 0;
      for (let q = 0; q < e; q++) {
        const value = s[target[pair++]!]!;
        sum += value * ratios[q]!;
        bars[q]! -= value * ratio;
      }
      bars[e]! -= sum + s[target[pair++]!]! * ratio;
    }
    solved *= inverse;
    a[column] = solved;
    let pivotBar = -v[column]! * tc - solved * xc - inverse;
    for (let e = 0; e < count; e++) {
      const bar = bars[e]!;
      s[entry[from + e]!] = bar;
      pivotBar -= 2 * bar * l[entry[from + e]!]!;
    }
    s[pivot[column]!] = 0.5 * inverse * pivotBar;
  }
}

/** Where every level has one column: entries of the sparse nodes by the pair of blocks that they belong to. */
export interface ScalarKinds {
  /** f·(blocks + 1) + g for an entry of block f in a row of block g; the border counts as one more block. */
  readonly kind: Uint8Array;
  readonly scale: Float64Array;
}

/** Undefined where a level has several columns, or blocks are too many to be numbered. */
export function scalarKinds(structure: Structure): ScalarKinds | undefined {
  const { blocks, firstNode, firstColumn, effects, rowStart, rowIndex, valueStart } = structure;
  const width = blocks.length + 1;
  if (width * width > 256 || blocks.some(({ size }) => size > 1)) return undefined;
  const kind = new Uint8Array(valueStart.at(-1)!);
  for (let node = 0; node < rowStart.length - 1; node++) {
    const f = blockOf(node, firstNode);
    let at = valueStart[node]!;
    kind[at++] = f * width + f;
    let g = f;
    for (let r = rowStart[node]!; r < rowStart[node + 1]!; r++) {
      const row = rowIndex[r]!;
      if (row >= effects) g = blocks.length;
      else while (row >= firstColumn[g + 1]!) g++;
      kind[at++] = f * width + g;
    }
  }
  return { kind, scale: new Float64Array(width * width) };
}

/** The sparse part of M from A and one λ per block; pivots' 1 is added by `pivot`. */
export function loadScalars(
  { kind, scale }: ScalarKinds,
  { pivot }: ColumnProgram,
  a: BlockedMatrix,
  lambda: readonly Float64Array[],
  into: BlockedMatrix,
): void {
  const width = lambda.length + 1;
  for (let f = 0; f < lambda.length; f++) {
    for (let g = 0; g < width; g++) {
      scale[f * width + g] = lambda[f]![0]! * (g < lambda.length ? lambda[g]![0]! : 1);
    }
  }
  const from = a.sparse;
  const to = into.sparse;
  for (let i = 0; i < kind.length; i++) to[i] = from[i]! * scale[kind[i]!]!;
  for (let column = 0; column < pivot.length; column++) to[pivot[column]!]! += 1;
}

/** `addTraceGradient` of the sparse part. */
export function addScalarGradient(
  { kind, scale: sums }: ScalarKinds,
  a: BlockedMatrix,
  s: BlockedMatrix,
  lambda: readonly Float64Array[],
  gradient: readonly Float64Array[],
): void {
  const width = lambda.length + 1;
  sums.fill(0);
  const x = a.sparse;
  const y = s.sparse;
  for (let i = 0; i < kind.length; i++) sums[kind[i]!]! += x[i]! * y[i]!;
  for (let f = 0; f < lambda.length; f++) {
    for (let g = f; g < width; g++) {
      const value = 2 * sums[f * width + g]!;
      if (g < lambda.length) {
        gradient[f]![0]! += value * lambda[g]![0]!;
        if (g !== f) gradient[g]![0]! += value * lambda[f]![0]!;
      } else gradient[f]![0]! += value;
    }
  }
}
