/**
 * The reverse sweep through a Cholesky factorisation on the factor's own pattern (Murray 2016, "Differentiation of the
 * Cholesky decomposition", arXiv:1602.07527, here node by node as the factor was made).
 *
 * For a function f with ∂f/∂L = −tril(v·tᵀ + a·xᵀ) − diag(1/L), where w = Lᵀv and t = Lᵀa, the sweep gives the symmetric S with
 * df = tr(S·dM) on the pattern of L. That is the derivative of tᵀL⁻¹… of everything that transported coordinates need
 * (transport.ts), and its products are formed where they are used, so that L̄ itself is never stored.
 */
import { inverseTransposed, timesTransposed } from "../linalg/dense-cholesky.ts";
import { reverseColumns } from "./column-program.ts";
import { type BlockedMatrix, blockedMatrix } from "./cross-products.ts";
import type { Factor } from "./factor.ts";
import { subtractRowsProduct } from "./subtract-rows-product.ts";

/** Vectors over all columns (effects in order of elimination, then the border). */
export interface FactorAdjoint {
  readonly v: Float64Array;
  readonly t: Float64Array;
  readonly a: Float64Array;
  readonly x: Float64Array;
  /** Lᵀv. */
  readonly w: Float64Array;
}

export interface ReverseFactor {
  /** S: own blocks (their lower triangles) and rows of the sparse nodes; of the dense block both triangles. */
  readonly values: BlockedMatrix;
  /** L⁻ᵀ of the dense block, and L⁻ᵀ·P. */
  readonly transposed: Float64Array;
  readonly product: Float64Array;
  /** Three blocks of one level. */
  readonly scratch: Float64Array;
}

export function emptyReverse({ structure }: Factor): ReverseFactor {
  const { denseSize, blocks } = structure;
  const widest = blocks.reduce((most, { size }) => Math.max(most, size), 1);
  return {
    values: blockedMatrix(structure),
    transposed: new Float64Array(denseSize ** 2),
    product: new Float64Array(denseSize ** 2),
    scratch: new Float64Array(3 * widest * widest),
  };
}

/** Overwrites `into.values` with S. */
export function reverseFactor(factor: Factor, adjoint: FactorAdjoint, into: ReverseFactor): void {
  const { structure, listed } = factor;
  reverseDense(factor, adjoint, into);
  if (listed !== undefined) {
    reverseColumns(listed.columns, factor.values, adjoint, into.values);
    return;
  }
  if (structure.sparseBlocks === 1 && structure.blocks[0]!.size === 1) {
    reverseScalars(factor, adjoint, into.values);
    return;
  }
  for (let f = structure.sparseBlocks - 1; f >= 0; f--) reverseBlock(factor, f, adjoint, into);
}

/**
 * S = L⁻ᵀ·P·L⁻¹ with P = ½(Φ + Φᵀ), Φ the lower triangle of LᵀL̄ with its diagonal halved: −(w_i t_j + t_i x_j) below the
 * diagonal. P is a sum of products of vectors on either side of its diagonal, so that L⁻ᵀ·P needs running sums alone.
 */
function reverseDense(
  { structure, values }: Factor,
  { w, t, x }: FactorAdjoint,
  { transposed: u, product: y, values: s }: ReverseFactor,
): void {
  const { denseSize: m, sparseColumns: from } = structure;
  inverseTransposed(values.dense, u, m, m);
  for (let i = 0; i < m; i++) {
    const row = i * m;
    let afterW = 0;
    let afterT = 0;
    for (let k = i; k < m; k++) {
      afterW += u[row + k]! * w[from + k]!;
      afterT += u[row + k]! * t[from + k]!;
    }
    for (let j = 0; j < i; j++) y[row + j] = -0.5 * (afterW * t[from + j]! + afterT * x[from + j]!);
    let beforeT = 0;
    let beforeX = 0;
    for (let j = i; j < m; j++) {
      const own = u[row + j]!;
      const wj = w[from + j]!;
      const tj = t[from + j]!;
      const xj = x[from + j]!;
      afterW -= own * wj;
      afterT -= own * tj;
      y[row + j] =
        -0.5 * (afterW * tj + afterT * xj + beforeT * wj + beforeX * tj + own * ((wj + xj) * tj + 1));
      beforeT += own * tj;
      beforeX += own * xj;
    }
  }
  timesTransposed(y, u, s.dense, m, m);
}

/** The commonest case, one column per level and nothing sparse after it, without the bookkeeping. */
function reverseScalars(
  { structure, values, work }: Factor,
  { v, t, a, x }: FactorAdjoint,
  s: BlockedMatrix,
): void {
  const { rowStart, rowIndex, valueStart, sparseColumns, denseSize: m } = structure;
  const l = values.sparse;
  const g = work.rows;
  for (let node = 0; node < rowStart.length - 1; node++) {
    const own = valueStart[node]!;
    const inverse = 1 / l[own]!;
    const from = rowStart[node]!;
    const count = rowStart[node + 1]! - from;
    const first = own + 1;
    const tn = t[node]!;
    const xn = x[node]!;
    let pivotBar = -v[node]! * tn - a[node]! * xn - inverse;
    for (let r = 0; r < count; r++) g[r] = l[first + r]! * inverse;
    for (let r = 0; r < count; r++) {
      const column = rowIndex[from + r]!;
      const row = (column - sparseColumns) * m - sparseColumns;
      let sum = 0;
      for (let q = 0; q < count; q++) sum += s.dense[row + rowIndex[from + q]!]! * g[q]!;
      const bar = -0.5 * inverse * (v[column]! * tn + a[column]! * xn) - sum;
      s.sparse[first + r] = bar;
      pivotBar -= 2 * bar * l[first + r]!;
    }
    s.sparse[own] = 0.5 * inverse * pivotBar;
  }
}

function reverseBlock(
  factor: Factor,
  f: number,
  { v, t, a, x }: FactorAdjoint,
  { values: s, scratch }: ReverseFactor,
): void {
  const { structure, values } = factor;
  const { blocks, firstNode, firstColumn, rowStart, rowIndex, valueStart } = structure;
  const p = blocks[f]!.size;
  const l = values.sparse;
  const { position, rows: g } = factor.work;
  for (let node = firstNode[f + 1]! - 1; node >= firstNode[f]!; node--) {
    const own = valueStart[node]!;
    const below = own + p * p;
    const from = rowStart[node]!;
    const count = rowStart[node + 1]! - from;
    const at = firstColumn[f]! + (node - firstNode[f]!) * p;
    // S_rows = ½·L̄_rows·L_own⁻¹ − S_(rows, rows)·G with G = L_rows·L_own⁻¹.
    for (let r = 0; r < count; r++) {
      const column = rowIndex[from + r]!;
      const to = below + r * p;
      for (let k = 0; k < p; k++) {
        g[r * p + k] = l[to + k]!;
        s.sparse[to + k] = -0.5 * (v[column]! * t[at + k]! + a[column]! * x[at + k]!);
      }
      timesInverse(g, r * p, l, own, p);
      timesInverse(s.sparse, to, l, own, p);
    }
    subtractRowsProduct(structure, node, p, g, s, position);
    if (p === 1) {
      let bar = -v[at]! * t[at]! - a[at]! * x[at]! - 1 / l[own]!;
      for (let r = 0; r < count; r++) bar -= 2 * s.sparse[below + r]! * l[below + r]!;
      s.sparse[own] = (0.5 * bar) / l[own]!;
      continue;
    }
    // L̄_own − 2·S_rowsᵀ·L_rows, its lower triangle.
    const bar = scratch;
    for (let j = 0; j < p; j++) {
      for (let k = 0; k <= j; k++) {
        let sum = -v[at + j]! * t[at + k]! - a[at + j]! * x[at + k]!;
        if (j === k) sum -= 1 / l[own + j * p + j]!;
        for (let r = 0; r < count; r++) sum -= 2 * s.sparse[below + r * p + j]! * l[below + r * p + k]!;
        bar[j * p + k] = sum;
      }
    }
    reverseSmall(l, own, p, scratch, s.sparse);
  }
}

/** x ← x·L⁻¹ for a row of p. */
function timesInverse(x: Float64Array, at: number, l: Float64Array, own: number, p: number): void {
  for (let k = p - 1; k >= 0; k--) {
    let sum = x[at + k]!;
    for (let j = k + 1; j < p; j++) sum -= x[at + j]! * l[own + j * p + k]!;
    x[at + k] = sum / l[own + k * p + k]!;
  }
}

/** S_own = L⁻ᵀ·½(Φ + Φᵀ)·L⁻¹ with Φ from LᵀL̄; `scratch` begins with L̄. */
function reverseSmall(
  l: Float64Array,
  own: number,
  p: number,
  scratch: Float64Array,
  out: Float64Array,
): void {
  const phi = p * p;
  for (let i = 0; i < p; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = i; k < p; k++) sum += l[own + k * p + i]! * scratch[k * p + j]!;
      scratch[phi + i * p + j] = scratch[phi + j * p + i] = 0.5 * sum;
    }
  }
  // Rows of P·L⁻¹, then (P·L⁻¹)ᵀ·L⁻¹, which is symmetric.
  for (let i = 0; i < p; i++) timesInverse(scratch, phi + i * p, l, own, p);
  const turned = 2 * p * p;
  for (let i = 0; i < p; i++) {
    for (let j = 0; j < p; j++) scratch[turned + j * p + i] = scratch[phi + i * p + j]!;
  }
  for (let j = 0; j < p; j++) timesInverse(scratch, turned + j * p, l, own, p);
  for (let i = 0; i < p; i++) {
    for (let j = 0; j < p; j++) out[own + i * p + j] = scratch[turned + i * p + j]!;
  }
}
