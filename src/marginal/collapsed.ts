/**
 * The same system with a border of three parts: columns whose flat-prior coefficients are integrated out, columns whose
 * coefficients are held at given values, and the response. What is left is
 * −2 log ∫∫ p(y | β, b) db dβ = (n − p)·log 2πσ² + log|M_u| + log|Xᵀ V⁻¹ X| + (vᵀCv)/σ², v = (−held, 1),
 * with C the Schur complement of the held columns and the response (Lindley & Smith 1972; as REML, Harville 1974).
 */
import { dot, orthonormalise, solveUpper } from "../linalg/orthonormalise.ts";
import { type BlockedMatrix, blockedMatrix, crossProducts } from "./cross-products.ts";
import { emptyFactor, type Factor, factorise, logPivots, solveBackward } from "./factor.ts";
import { quadraticGradient, traceGradient } from "./gradient.ts";
import { applyFactors, type RelativeFactors } from "./relative-factors.ts";
import { emptySelectedInverse, type SelectedInverse, selectedInverse } from "./selected-inverse.ts";
import { type GroupBlock, makeStructure, type Structure } from "./structure.ts";

export interface CollapsedSystem {
  readonly structure: Structure;
  /** Number of integrated and of held coefficients. */
  readonly integrated: number;
  readonly held: number;
  readonly a: BlockedMatrix;
  readonly factor: Factor;
  readonly selected: SelectedInverse;
  /** X = QR of the integrated columns, and Qᵀ of the held columns and the response (a column each). */
  readonly r: Float64Array;
  readonly projections: readonly Float64Array[];
  /** 2·Σ log R_jj. */
  readonly logR: number;
}

/** Columns are rows × count, column-major; `x` of full column rank. */
export function collapsedSystem(
  rows: number,
  blocks: readonly GroupBlock[],
  x: Float64Array,
  held: Float64Array,
  y: Float64Array,
): CollapsedSystem {
  const p = x.length / rows;
  const e = held.length / rows;
  const border = new Float64Array(rows * (p + e + 1));
  border.set(x);
  border.set(held, rows * p);
  border.set(y, rows * (p + e));
  const r = orthonormalise(border.subarray(0, rows * p), rows, p);
  const projections = Array.from({ length: e + 1 }, (_, k) => {
    const own = border.subarray(rows * (p + k), rows * (p + k + 1));
    const projection = new Float64Array(p);
    for (let pass = 0; pass < 2; pass++) {
      for (let j = 0; j < p; j++) {
        const q = border.subarray(j * rows, (j + 1) * rows);
        const along = dot(q, own);
        projection[j]! += along;
        for (let i = 0; i < rows; i++) own[i]! -= along * q[i]!;
      }
    }
    return projection;
  });
  const structure = makeStructure(rows, blocks, p + e + 1);
  const a = blockedMatrix(structure);
  crossProducts(structure, border, undefined, a);
  const factor = emptyFactor(structure);
  let logR = 0;
  for (let j = 0; j < p; j++) logR += 2 * Math.log(r[j * p + j]!);
  return {
    structure,
    integrated: p,
    held: e,
    a,
    factor,
    selected: emptySelectedInverse(factor),
    r,
    projections,
    logR,
  };
}

export interface CollapsedValue {
  /** log|M_u| + log|XᵀV⁻¹X|. */
  readonly logDeterminants: number;
  /** vᵀCv. */
  readonly residual: number;
  /** Cv: its first elements are −½ the derivative of `residual` with respect to the held coefficients. */
  readonly slope: Float64Array;
}

/** undefined when the system is not positive definite. */
export function collapsedValue(
  system: CollapsedSystem,
  lambda: RelativeFactors,
  held: ArrayLike<number>,
): CollapsedValue | undefined {
  const { factor, a, integrated, logR } = system;
  if (factorise(factor, a, lambda) >= 0) return undefined;
  const { effects, border } = logPivots(factor);
  let logDeterminants = effects + logR;
  for (let j = 0; j < integrated; j++) logDeterminants += border[j]!;
  const w = heldProduct(system, held);
  const { denseSize: m } = system.structure;
  const k = system.held + 1;
  const from = m - k;
  const slope = new Float64Array(k);
  let residual = 0;
  for (let i = 0; i < k; i++) {
    residual += w[i]! * w[i]!;
    for (let j = 0; j <= i; j++) slope[i]! += factor.values.dense[(from + i) * m + from + j]! * w[j]!;
  }
  return { logDeterminants, residual, slope };
}

/** Lᵀv for the last block of L, v = (−held, 1). */
function heldProduct({ structure, factor, held: e }: CollapsedSystem, held: ArrayLike<number>): Float64Array {
  const { denseSize: m } = structure;
  const from = m - e - 1;
  const w = new Float64Array(e + 1);
  for (let i = 0; i <= e; i++) {
    const v = i === e ? 1 : -held[i]!;
    for (let j = 0; j <= i; j++) w[j]! += factor.values.dense[(from + i) * m + from + j]! * v;
  }
  return w;
}

/** After `collapsedValue`: derivatives of logDeterminants + residual/σ² with respect to each λ. */
export function collapsedGradient(
  system: CollapsedSystem,
  lambda: RelativeFactors,
  held: ArrayLike<number>,
  sigma2: number,
): Float64Array[] {
  const { structure, factor, a, integrated, selected } = system;
  const weights = new Float64Array(structure.border).fill(1, 0, integrated);
  selectedInverse(factor, weights, selected);
  const gradient = traceGradient(structure, a, selected.values, lambda);
  const t = new Float64Array(structure.effects + structure.border);
  t.set(heldProduct(system, held), structure.effects + integrated);
  solveBackward(factor, t);
  quadraticGradient(structure, a, t, lambda).forEach((own, f) => {
    const total = gradient[f]!;
    for (let i = 0; i < own.length; i++) total[i]! += own[i]! / sigma2;
  });
  return gradient;
}

export interface ConditionalDraw {
  /** Group-level effects b = Λu in the order of elimination. */
  readonly b: Float64Array;
  /** Integrated coefficients. */
  readonly beta: Float64Array;
}

/** After `collapsedValue`: a draw of what was integrated out, from its exact normal distribution given the rest. */
export function conditionalDraw(
  system: CollapsedSystem,
  lambda: RelativeFactors,
  held: ArrayLike<number>,
  sigma: number,
  normal: () => number,
): ConditionalDraw {
  const { structure, factor, integrated: p, r, projections } = system;
  const { effects } = structure;
  const t = new Float64Array(effects + structure.border);
  // Lᵀt = (σz, …): the mean from the held part, L⁻ᵀ·σz around it. t holds (−u, −β, −held, 1).
  for (let i = 0; i < effects + p; i++) t[i] = sigma * normal();
  t.set(heldProduct(system, held), effects + p);
  solveBackward(factor, t);
  const b = t.subarray(0, effects).map((value) => -value);
  applyFactors(structure, lambda, b);
  const beta = Float64Array.from({ length: p }, (_, j) => {
    let value = projections.at(-1)![j]! - t[effects + j]!;
    for (let k = 0; k < projections.length - 1; k++) value -= projections[k]![j]! * held[k]!;
    return value;
  });
  solveUpper(r, p, beta);
  return { b, beta };
}
