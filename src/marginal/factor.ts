/**
 * Cholesky factor L of M = [ΛᵀZᵀWZΛ + I, ΛᵀZᵀWB; BᵀWZΛ, BᵀWB] (Bates et al. 2015, eq. 17–18, with the response as the last
 * column of the border, so that its pivot is the penalised residual norm), and solutions with it.
 */

import { choleskyInPlace } from "../linalg/dense-cholesky.ts";
import * as Elementary from "../numeric/elementary.ts";
import {
  backwardColumns,
  type ColumnProgram,
  columnProgram,
  eliminateColumns,
  forwardColumns,
  loadScalars,
  type ScalarKinds,
  scalarKinds,
} from "./column-program.ts";
import { type BlockedMatrix, blockedMatrix } from "./cross-products.ts";
import type { RelativeFactors } from "./relative-factors.ts";
import { blockOf, type Structure } from "./structure.ts";

export interface Factor {
  readonly structure: Structure;
  /** L, in the layout of the structure. */
  readonly values: BlockedMatrix;
  readonly work: FactorWork;
  /** The elimination as a list, for factors that `factoriseAndSolve` makes so often that it is worth its memory. */
  readonly listed?: ListedElimination | undefined;
}

export interface ListedElimination {
  readonly columns: ColumnProgram;
  readonly kinds: ScalarKinds | undefined;
}

/** Buffers made once, so that a factorisation allocates nothing. */
export interface FactorWork {
  /** Two blocks of two levels. */
  readonly scratch: Float64Array;
  /** Where a row stands among those of a node. */
  readonly position: Int32Array;
  /** The rows of any node. */
  readonly rows: Float64Array;
}

export function emptyFactor(structure: Structure): Factor {
  const { blocks, effects, border, valueStart } = structure;
  const widest = blocks.reduce((most, { size }) => Math.max(most, size), 1);
  let longest = 0;
  for (let node = 0; node + 1 < valueStart.length; node++) {
    longest = Math.max(longest, valueStart[node + 1]! - valueStart[node]!);
  }
  return {
    structure,
    values: blockedMatrix(structure),
    work: {
      scratch: new Float64Array(widest * widest),
      position: new Int32Array(effects + border),
      rows: new Float64Array(longest),
    },
  };
}

/** With the elimination as a list, where that is not too long. */
export function listedFactor(structure: Structure): Factor {
  const columns = columnProgram(structure);
  const factor = emptyFactor(structure);
  return columns === undefined ? factor : { ...factor, listed: { columns, kinds: scalarKinds(structure) } };
}

/** `factorise`, and x ← L⁻¹x on the way. */
export function factoriseAndSolve(
  factor: Factor,
  a: BlockedMatrix,
  lambda: RelativeFactors,
  x: Float64Array,
): number {
  const { structure, values, work, listed } = factor;
  if (listed === undefined) {
    const failed = factorise(factor, a, lambda);
    if (failed < 0) solveForward(factor, x);
    return failed;
  }
  if (listed.kinds !== undefined) loadScalars(listed.kinds, listed.columns, a, lambda, values);
  else loadSparse(structure, a.sparse, lambda, values.sparse, work.scratch);
  loadDense(structure, a.dense, lambda, values.dense);
  eliminateColumns(listed.columns, values, x);
  const failed = choleskyInPlace(values.dense, structure.denseSize, structure.denseSize);
  if (failed >= 0) return structure.sparseColumns + failed;
  denseForward(structure, values.dense, x, structure.border);
  return -1;
}

/** Index of the column whose pivot is not positive (of the border when the design is deficient), or −1. */
export function factorise(factor: Factor, a: BlockedMatrix, lambda: RelativeFactors): number {
  const { structure, values, work } = factor;
  loadSparse(structure, a.sparse, lambda, values.sparse, work.scratch);
  loadDense(structure, a.dense, lambda, values.dense);
  eliminateNodes(structure, values, work.position);
  const failed = choleskyInPlace(values.dense, structure.denseSize, structure.denseSize);
  return failed < 0 ? -1 : structure.sparseColumns + failed;
}

function loadSparse(
  structure: Structure,
  a: Float64Array,
  lambda: RelativeFactors,
  out: Float64Array,
  scratch: Float64Array,
): void {
  const { blocks, firstNode, firstColumn, effects, rowStart, rowIndex, valueStart, sparseBlocks } = structure;
  for (let f = 0; f < sparseBlocks; f++) {
    const p = blocks[f]!.size;
    const own = lambda[f]!;
    for (let node = firstNode[f]!; node < firstNode[f + 1]!; node++) {
      let at = valueStart[node]!;
      congruence(a, at, p, own, p, own, scratch, out);
      for (let k = 0; k < p; k++) out[at + k * p + k]! += 1;
      at += p * p;
      let g = f;
      let r = rowStart[node]!;
      const end = rowStart[node + 1]!;
      while (r < end) {
        const row = rowIndex[r]!;
        if (row >= effects) {
          timesLower(a, at, end - r, own, p, out);
          break;
        }
        while (row >= firstColumn[g + 1]!) g++;
        const q = blocks[g]!.size;
        congruence(a, at, q, lambda[g]!, p, own, scratch, out);
        at += q * p;
        r += q;
      }
    }
  }
}

/** out = λ_tᵀ·A·λ_s for a q × p block at `at`; `left` is λ_t, `right` λ_s. */
function congruence(
  a: Float64Array,
  at: number,
  q: number,
  left: Float64Array,
  p: number,
  right: Float64Array,
  scratch: Float64Array,
  out: Float64Array,
): void {
  if (p === 1 && q === 1) {
    out[at] = a[at]! * left[0]! * right[0]!;
    return;
  }
  for (let i = 0; i < q; i++) {
    for (let k = 0; k < p; k++) {
      let sum = 0;
      for (let j = k; j < p; j++) sum += a[at + i * p + j]! * right[j * p + k]!;
      scratch[i * p + k] = sum;
    }
  }
  for (let i = 0; i < q; i++) {
    for (let k = 0; k < p; k++) {
      let sum = 0;
      for (let j = i; j < q; j++) sum += left[j * q + i]! * scratch[j * p + k]!;
      out[at + i * p + k] = sum;
    }
  }
}

/** out = A·λ for `count` rows of p. */
function timesLower(
  a: Float64Array,
  at: number,
  count: number,
  lambda: Float64Array,
  p: number,
  out: Float64Array,
): void {
  for (let i = at; i < at + count * p; i += p) {
    for (let k = 0; k < p; k++) {
      let sum = 0;
      for (let j = k; j < p; j++) sum += a[i + j]! * lambda[j * p + k]!;
      out[i + k] = sum;
    }
  }
}

function loadDense(structure: Structure, a: Float64Array, lambda: RelativeFactors, out: Float64Array): void {
  const { blocks, sparseBlocks, sparseColumns, firstColumn, denseSize: m } = structure;
  // A·Λ by columns of blocks, then Λᵀ·(A·Λ) by rows of blocks; the lower triangle of each own block is enough.
  out.set(a);
  for (let f = sparseBlocks; f < blocks.length; f++) {
    const { levels, size: p } = blocks[f]!;
    const l = lambda[f]!;
    for (let level = 0; level < levels; level++) {
      const from = firstColumn[f]! - sparseColumns + level * p;
      symmetrise(out, from, p, m);
      for (let i = from; i < m; i++) {
        const row = i * m + from;
        for (let k = 0; k < p; k++) {
          let sum = 0;
          for (let j = k; j < p; j++) sum += out[row + j]! * l[j * p + k]!;
          out[row + k] = sum;
        }
      }
      for (let k = 0; k < p; k++) {
        const row = (from + k) * m;
        for (let j = 0; j < from + p; j++) {
          let sum = 0;
          for (let i = k; i < p; i++) sum += l[i * p + k]! * out[(from + i) * m + j]!;
          out[row + j] = sum;
        }
      }
      for (let k = 0; k < p; k++) out[(from + k) * m + from + k]! += 1;
    }
  }
}

function symmetrise(a: Float64Array, from: number, p: number, m: number): void {
  for (let k = 0; k < p; k++) {
    for (let j = k + 1; j < p; j++) a[(from + k) * m + from + j] = a[(from + j) * m + from + k]!;
  }
}

function eliminateNodes(structure: Structure, { sparse, dense }: BlockedMatrix, position: Int32Array): void {
  const { blocks, firstNode, firstColumn, rowStart, rowIndex, valueStart } = structure;
  const { sparseBlocks, sparseColumns, denseSize: m } = structure;
  if (sparseBlocks === 1 && blocks[0]!.size === 1) {
    eliminateScalars(structure, sparse, dense);
    return;
  }
  for (let f = 0; f < sparseBlocks; f++) {
    const p = blocks[f]!.size;
    for (let node = firstNode[f]!; node < firstNode[f + 1]!; node++) {
      const own = valueStart[node]!;
      const below = own + p * p;
      const from = rowStart[node]!;
      const count = rowStart[node + 1]! - from;
      smallCholesky(sparse, own, p);
      for (let r = 0; r < count; r++) solveLowerTransposed(sparse, below + r * p, own, p);
      let target = -1;
      for (let r = 0; r < count; r++) {
        const column = rowIndex[from + r]!;
        if (column >= sparseColumns) {
          const to = column - sparseColumns;
          for (let s = r; s < count; s++) {
            const row = rowIndex[from + s]! - sparseColumns;
            dense[row * m + to]! -= product(sparse, below + r * p, below + s * p, p);
          }
          continue;
        }
        const g = blockOfColumn(column, firstColumn);
        const q = blocks[g]!.size;
        const level = Math.floor((column - firstColumn[g]!) / q);
        const other = firstNode[g]! + level;
        if (other !== target) {
          target = other;
          for (let s = rowStart[other]!; s < rowStart[other + 1]!; s++) {
            position[rowIndex[s]!] = s - rowStart[other]!;
          }
        }
        const firstOwn = firstColumn[g]! + level * q;
        const start = valueStart[other]!;
        for (let s = r; s < count; s++) {
          const row = rowIndex[from + s]!;
          const at = row < firstOwn + q ? start + (row - firstOwn) * q : start + q * q + position[row]! * q;
          sparse[at + column - firstOwn]! -= product(sparse, below + r * p, below + s * p, p);
        }
      }
    }
  }
}

/** The commonest case, one column per level and nothing sparse after it, without the bookkeeping. */
function eliminateScalars(
  { rowStart, rowIndex, valueStart, sparseColumns, denseSize: m }: Structure,
  sparse: Float64Array,
  dense: Float64Array,
): void {
  for (let node = 0; node < rowStart.length - 1; node++) {
    const own = valueStart[node]!;
    const pivot = Math.sqrt(sparse[own]!);
    sparse[own] = pivot;
    const inverse = 1 / pivot;
    const from = rowStart[node]!;
    const count = rowStart[node + 1]! - from;
    const first = own + 1;
    for (let r = 0; r < count; r++) sparse[first + r]! *= inverse;
    for (let s = 0; s < count; s++) {
      const value = sparse[first + s]!;
      const row = (rowIndex[from + s]! - sparseColumns) * m - sparseColumns;
      for (let r = 0; r <= s; r++) dense[row + rowIndex[from + r]!]! -= value * sparse[first + r]!;
    }
  }
}

export function blockOfColumn(column: number, firstColumn: Int32Array): number {
  let f = 0;
  while (column >= firstColumn[f + 1]!) f++;
  return f;
}

function product(x: Float64Array, i: number, j: number, p: number): number {
  if (p === 1) return x[i]! * x[j]!;
  let sum = 0;
  for (let k = 0; k < p; k++) sum += x[i + k]! * x[j + k]!;
  return sum;
}

/** The lower Cholesky factor of a p × p row-major block, in place; above the diagonal zeros. */
function smallCholesky(a: Float64Array, at: number, p: number): void {
  for (let i = 0; i < p; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[at + i * p + j]!;
      for (let k = 0; k < j; k++) sum -= a[at + i * p + k]! * a[at + j * p + k]!;
      a[at + i * p + j] = i === j ? Math.sqrt(sum) : sum / a[at + j * p + j]!;
    }
    for (let j = i + 1; j < p; j++) a[at + i * p + j] = 0;
  }
}

/** x ← x·L⁻ᵀ for a row of p. */
function solveLowerTransposed(x: Float64Array, at: number, l: number, p: number): void {
  for (let j = 0; j < p; j++) {
    let sum = x[at + j]!;
    for (let k = 0; k < j; k++) sum -= x[at + k]! * x[l + j * p + k]!;
    x[at + j] = sum / x[l + j * p + j]!;
  }
}

/** log of the product of the squared pivots: of the group-level part, and of each column of the border. */
export function logPivots(factor: Factor): { effects: number; border: Float64Array } {
  const { structure, values } = factor;
  const { border, denseSize: m } = structure;
  const from = m - border;
  const own = new Float64Array(border);
  for (let k = 0; k < border; k++) own[k] = 2 * Elementary.log(values.dense[(from + k) * (m + 1)]!);
  return { effects: logPivotsUntil(factor, 0), border: own };
}

/** The sum over the effects and the first `count` columns of the border. */
export function logPivotsUntil({ structure, values }: Factor, count: number): number {
  const { blocks, firstNode, valueStart, sparseBlocks, denseSize: m } = structure;
  let sum = 0;
  // Logarithms of products: a product of few pivots neither over- nor underflows.
  let product = 1;
  for (let f = 0; f < sparseBlocks; f++) {
    const p = blocks[f]!.size;
    for (let node = firstNode[f]!; node < firstNode[f + 1]!; node++) {
      for (let k = 0; k < p; k++) {
        product *= values.sparse[valueStart[node]! + k * p + k]!;
        if (product > 1e100 || product < 1e-100) {
          sum += Elementary.log(product);
          product = 1;
        }
      }
    }
  }
  sum += Elementary.log(product);
  const end = m - structure.border + count;
  for (let i = 0; i < end; i++) sum += Elementary.log(values.dense[i * (m + 1)]!);
  return 2 * sum;
}

/** x ← L⁻¹x over all columns (effects, then border). */
export function solveForward(
  { structure, values, listed }: Factor,
  x: Float64Array,
  border = structure.border,
): void {
  if (listed !== undefined) {
    forwardColumns(listed.columns, values, x);
    denseForward(structure, values.dense, x, border);
    return;
  }
  const { blocks, firstNode, firstColumn, rowStart, rowIndex, valueStart } = structure;
  const { sparse, dense } = values;
  for (let node = 0; node < rowStart.length - 1; node++) {
    const f = blockOf(node, firstNode);
    const p = blocks[f]!.size;
    const column = firstColumn[f]! + (node - firstNode[f]!) * p;
    let at = valueStart[node]!;
    for (let j = 0; j < p; j++) {
      let sum = x[column + j]!;
      for (let k = 0; k < j; k++) sum -= sparse[at + j * p + k]! * x[column + k]!;
      x[column + j] = sum / sparse[at + j * p + j]!;
    }
    at += p * p;
    for (let r = rowStart[node]!; r < rowStart[node + 1]!; r++, at += p) {
      for (let k = 0; k < p; k++) x[rowIndex[r]!]! -= sparse[at + k]! * x[column + k]!;
    }
  }
  denseForward(structure, dense, x, border);
}

function denseForward(structure: Structure, dense: Float64Array, x: Float64Array, border: number): void {
  const { sparseColumns, denseSize: m } = structure;
  for (let i = 0; i < m - structure.border + border; i++) {
    let sum = x[sparseColumns + i]!;
    for (let k = 0; k < i; k++) sum -= dense[i * m + k]! * x[sparseColumns + k]!;
    x[sparseColumns + i] = sum / dense[i * m + i]!;
  }
}

/** x ← L⁻ᵀx over the effects and the first `border` columns of the border; later elements are taken as 0. */
export function solveBackward(
  { structure, values, listed }: Factor,
  x: Float64Array,
  border = structure.border,
): void {
  const { blocks, firstNode, firstColumn, effects, rowStart, rowIndex, valueStart } = structure;
  const { sparse } = values;
  denseBackward({ structure, values }, x, border);
  if (listed !== undefined && border === structure.border) {
    backwardColumns(listed.columns, values, x);
    return;
  }
  for (let node = rowStart.length - 2; node >= 0; node--) {
    const f = blockOf(node, firstNode);
    const p = blocks[f]!.size;
    const column = firstColumn[f]! + (node - firstNode[f]!) * p;
    const own = valueStart[node]!;
    let at = own + p * p;
    for (let r = rowStart[node]!; r < rowStart[node + 1]!; r++, at += p) {
      const row = rowIndex[r]!;
      if (row >= effects + border) break;
      for (let k = 0; k < p; k++) x[column + k]! -= sparse[at + k]! * x[row]!;
    }
    for (let k = p - 1; k >= 0; k--) {
      let sum = x[column + k]!;
      for (let j = k + 1; j < p; j++) sum -= sparse[own + j * p + k]! * x[column + j]!;
      x[column + k] = sum / sparse[own + k * p + k]!;
    }
  }
}

/** x ← L⁻ᵀx for the dense block alone. */
export function denseBackward(
  { structure, values }: Pick<Factor, "structure" | "values">,
  x: Float64Array,
  border = structure.border,
): void {
  const { dense } = values;
  const { sparseColumns, denseSize: m } = structure;
  for (let i = m - structure.border + border - 1; i >= 0; i--) {
    const value = x[sparseColumns + i]! / dense[i * m + i]!;
    x[sparseColumns + i] = value;
    for (let k = 0; k < i; k++) x[sparseColumns + k]! -= dense[i * m + k]! * value;
  }
}

/** The last row of L without its pivot: L⁻¹ of the cross products with the response. */
export function responseRow({ structure, values }: Factor, out: Float64Array): void {
  const { blocks, firstNode, firstColumn, effects, rowStart, valueStart, denseSize: m } = structure;
  for (let node = 0; node < rowStart.length - 1; node++) {
    const f = blockOf(node, firstNode);
    const p = blocks[f]!.size;
    const column = firstColumn[f]! + (node - firstNode[f]!) * p;
    const last = valueStart[node + 1]! - p;
    for (let k = 0; k < p; k++) out[column + k] = values.sparse[last + k]!;
  }
  out.set(values.dense.subarray((m - 1) * m, m * m - 1), structure.sparseColumns);
  out[effects + structure.border - 1] = 0;
}

/** out = Lᵀx over all columns. */
export function timesTransposedFactor(
  { structure, values }: Factor,
  x: Float64Array,
  out: Float64Array,
): void {
  const { blocks, firstNode, firstColumn, rowStart, rowIndex, valueStart } = structure;
  const { sparseColumns, denseSize: m } = structure;
  const { sparse, dense } = values;
  for (let node = 0; node < rowStart.length - 1; node++) {
    const f = blockOf(node, firstNode);
    const p = blocks[f]!.size;
    const column = firstColumn[f]! + (node - firstNode[f]!) * p;
    const own = valueStart[node]!;
    for (let k = 0; k < p; k++) {
      let sum = 0;
      for (let j = k; j < p; j++) sum += sparse[own + j * p + k]! * x[column + j]!;
      let at = own + p * p + k;
      for (let r = rowStart[node]!; r < rowStart[node + 1]!; r++, at += p)
        sum += sparse[at]! * x[rowIndex[r]!]!;
      out[column + k] = sum;
    }
  }
  for (let k = 0; k < m; k++) {
    let sum = 0;
    for (let i = k; i < m; i++) sum += dense[i * m + k]! * x[sparseColumns + i]!;
    out[sparseColumns + k] = sum;
  }
}
