/**
 * The same system with a border of three parts: columns whose flat-prior coefficients are integrated out, columns whose
 * coefficients are held at given values, and the response. What is left is
 * −2 log ∫∫ p(y | β, b) db dβ = (n − p)·log 2πσ² + log|M_u| + log|Xᵀ V⁻¹ X| + (vᵀCv)/σ², v = (−held, 1),
 * with C the Schur complement of the held columns and the response (Lindley & Smith 1972; as REML, Harville 1974).
 */

import { dot, orthonormalise, solveUpper } from "../linalg/orthonormalise.ts";
import * as Elementary from "../numeric/elementary.ts";
import { type BlockedMatrix, blockedMatrix, crossProducts } from "./cross-products.ts";
import { emptyFactor, type Factor, factorise, logPivotsUntil, solveBackward } from "./factor.ts";
import { addOuterProduct, addTraceGradient } from "./gradient.ts";
import { type OneFactor, oneFactor, oneFactorGradient, oneFactorValue } from "./one-factor.ts";
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
  readonly work: CollapsedWork;
  /** The way of models with one grouping factor, which needs no factor of the whole system. */
  readonly one: OneFactor | undefined;
}

/** Buffers of an evaluation. */
interface CollapsedWork {
  /** Lᵀv of the last block, and Cv. */
  readonly product: Float64Array;
  readonly slope: Float64Array;
  /** (−u, −β, −held, 1). */
  readonly solution: Float64Array;
  readonly borderWeights: Float64Array;
  readonly gradient: readonly Float64Array[];
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
  for (let j = 0; j < p; j++) logR += 2 * Elementary.log(r[j * p + j]!);
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
    one: oneFactor(structure, a, p),
    work: {
      product: new Float64Array(e + 1),
      slope: new Float64Array(e + 1),
      solution: new Float64Array(structure.effects + structure.border),
      borderWeights: new Float64Array(structure.border).fill(1, 0, p),
      gradient: blocks.map(({ size }) => new Float64Array(size * size)),
    },
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

/**
 * What the density needs; undefined when the system is not positive definite. `slope` is valid until the next call.
 * `collapsedGradient` belongs to the latest call.
 */
export function collapsedValue(
  system: CollapsedSystem,
  lambda: RelativeFactors,
  held: ArrayLike<number>,
): CollapsedValue | undefined {
  const { one, logR } = system;
  if (one === undefined) return factoriseCollapsed(system, lambda, held);
  const value = oneFactorValue(one, lambda[0]!, held);
  return (
    value && {
      logDeterminants: value.logDeterminants + logR,
      residual: value.residual,
      slope: one.slope.subarray(one.integrated),
    }
  );
}

/** The same by a factor of the whole system, which conditional draws start from. */
export function factoriseCollapsed(
  system: CollapsedSystem,
  lambda: RelativeFactors,
  held: ArrayLike<number>,
): CollapsedValue | undefined {
  const { factor, a, integrated, logR, work } = system;
  if (factorise(factor, a, lambda) >= 0) return undefined;
  const logDeterminants = logPivotsUntil(factor, integrated) + logR;
  const { product: w, slope } = work;
  heldProduct(system, held, w);
  const { denseSize: m } = system.structure;
  const k = system.held + 1;
  const from = m - k;
  let residual = 0;
  for (let i = 0; i < k; i++) {
    residual += w[i]! * w[i]!;
    let sum = 0;
    for (let j = 0; j <= i; j++) sum += factor.values.dense[(from + i) * m + from + j]! * w[j]!;
    slope[i] = sum;
  }
  return { logDeterminants, residual, slope };
}

/** Lᵀv for the last block of L, v = (−held, 1). */
function heldProduct(
  { structure, factor, held: e }: CollapsedSystem,
  held: ArrayLike<number>,
  out: Float64Array,
): void {
  const { denseSize: m } = structure;
  const from = m - e - 1;
  out.fill(0);
  for (let i = 0; i <= e; i++) {
    const v = i === e ? 1 : -held[i]!;
    for (let j = 0; j <= i; j++) out[j]! += factor.values.dense[(from + i) * m + from + j]! * v;
  }
}

/**
 * After `collapsedValue`: derivatives of logDeterminants + residual/σ² with respect to each λ; valid until the next call.
 * d residual = tᵀ·dM·t with t = (−u, −β, −held, 1), so the outer product joins the selected inverse.
 */
export function collapsedGradient(
  system: CollapsedSystem,
  lambda: RelativeFactors,
  held: ArrayLike<number>,
  sigma2: number,
): readonly Float64Array[] {
  const { structure, factor, a, integrated, selected, work, one } = system;
  if (one !== undefined) {
    oneFactorGradient(one, sigma2, work.gradient[0]!);
    return work.gradient;
  }
  selectedInverse(factor, work.borderWeights, selected);
  const t = work.solution;
  t.fill(0);
  heldProduct(system, held, work.product);
  t.set(work.product, structure.effects + integrated);
  solveBackward(factor, t);
  addOuterProduct(structure, t, 1 / sigma2, selected.values);
  for (const own of work.gradient) own.fill(0);
  addTraceGradient(structure, a, selected.values, lambda, work.gradient);
  return work.gradient;
}

export interface ConditionalDraw {
  /** Group-level effects b = Λu in the order of elimination. */
  readonly b: Float64Array;
  /** Integrated coefficients. */
  readonly beta: Float64Array;
}

/** After `factoriseCollapsed`: a draw of what was integrated out, from its exact normal distribution given the rest. */
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
  heldProduct(system, held, system.work.product);
  t.set(system.work.product, effects + p);
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
