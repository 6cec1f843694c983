/**
 * S = L⁻ᵀ·diag(w)·L⁻¹ on the pattern of L, where w is 1 for every effect and given for the border (Takahashi, Fagan & Chen
 * 1973; Erisman & Tinney 1975, here with weights). For f = Σ w·log(pivot²) it is the derivative: df = tr(S·dM).
 */
import { inverseTransposed, weightedInverse } from "../linalg/dense-cholesky.ts";
import { type BlockedMatrix, blockedMatrix } from "./cross-products.ts";
import type { Factor } from "./factor.ts";
import { subtractRowsProduct } from "./subtract-rows-product.ts";

export interface SelectedInverse {
  /** Own blocks and rows of the sparse nodes; of the dense block both triangles. */
  readonly values: BlockedMatrix;
  readonly transposed: Float64Array;
  readonly weights: Float64Array;
}

export function emptySelectedInverse({ structure }: Factor): SelectedInverse {
  const { denseSize } = structure;
  return {
    values: blockedMatrix(structure),
    transposed: new Float64Array(denseSize ** 2),
    weights: new Float64Array(denseSize),
  };
}

export function selectedInverse(factor: Factor, borderWeights: Float64Array, into: SelectedInverse): void {
  const { structure, values } = factor;
  const { denseSize: m, border } = structure;
  const { weights } = into;
  weights.fill(1);
  weights.set(borderWeights, m - border);
  inverseTransposed(values.dense, into.transposed, m, m);
  weightedInverse(into.transposed, weights, into.values.dense, m, m);
  if (structure.sparseBlocks === 1 && structure.blocks[0]!.size === 1) {
    backwardScalars(factor, into.values);
    return;
  }
  for (let f = structure.sparseBlocks - 1; f >= 0; f--) backwardBlock(factor, f, into.values);
}

/** The commonest case, one column per level and nothing sparse after it, without the bookkeeping. */
function backwardScalars({ structure, values, work }: Factor, s: BlockedMatrix): void {
  const { rowStart, rowIndex, valueStart, sparseColumns, denseSize: m } = structure;
  const l = values.sparse;
  const g = work.rows;
  for (let node = 0; node < rowStart.length - 1; node++) {
    const own = valueStart[node]!;
    const inverse = 1 / l[own]!;
    const from = rowStart[node]!;
    const count = rowStart[node + 1]! - from;
    const first = own + 1;
    for (let r = 0; r < count; r++) g[r] = l[first + r]! * inverse;
    let corner = inverse * inverse;
    for (let r = 0; r < count; r++) {
      const row = (rowIndex[from + r]! - sparseColumns) * m - sparseColumns;
      let sum = 0;
      for (let t = 0; t < count; t++) sum += s.dense[row + rowIndex[from + t]!]! * g[t]!;
      s.sparse[first + r] = -sum;
      corner += g[r]! * sum;
    }
    s.sparse[own] = corner;
  }
}

function backwardBlock(factor: Factor, f: number, s: BlockedMatrix): void {
  const { structure, values } = factor;
  const { blocks, firstNode, rowStart, valueStart } = structure;
  const p = blocks[f]!.size;
  const l = values.sparse;
  const { position, rows: g, scratch: inverse } = factor.work;
  for (let node = firstNode[f + 1]! - 1; node >= firstNode[f]!; node--) {
    const own = valueStart[node]!;
    const below = own + p * p;
    const from = rowStart[node]!;
    const count = rowStart[node + 1]! - from;
    // G = L_rows · L_own⁻¹
    for (let r = 0; r < count; r++) {
      for (let k = p - 1; k >= 0; k--) {
        let sum = l[below + r * p + k]!;
        for (let j = k + 1; j < p; j++) sum -= g[r * p + j]! * l[own + j * p + k]!;
        g[r * p + k] = sum / l[own + k * p + k]!;
      }
    }
    s.sparse.fill(0, own, valueStart[node + 1]!);
    // S_rows = −S_(rows, rows)·G
    subtractRowsProduct(structure, node, p, g, s, position);
    // S_own = L_own⁻ᵀ·L_own⁻¹ − Gᵀ·S_rows
    invertLower(l, own, p, inverse);
    for (let j = 0; j < p; j++) {
      for (let k = 0; k <= j; k++) {
        let sum = 0;
        for (let i = j; i < p; i++) sum += inverse[i * p + j]! * inverse[i * p + k]!;
        for (let r = 0; r < count; r++) sum -= g[r * p + j]! * s.sparse[below + r * p + k]!;
        s.sparse[own + j * p + k] = sum;
        s.sparse[own + k * p + j] = sum;
      }
    }
  }
}

function invertLower(l: Float64Array, at: number, p: number, out: Float64Array): void {
  for (let j = 0; j < p; j++) {
    for (let i = 0; i < p; i++) {
      if (i < j) {
        out[i * p + j] = 0;
        continue;
      }
      let sum = i === j ? 1 : 0;
      for (let k = j; k < i; k++) sum -= l[at + i * p + k]! * out[k * p + j]!;
      out[i * p + j] = sum / l[at + i * p + i]!;
    }
  }
}
