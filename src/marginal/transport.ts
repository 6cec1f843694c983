/**
 * The affine map v = m + L⁻ᵀu between latent Gaussian effects and standardised ones, and its derivatives.
 *
 * v = (z, β) are spherical group-level effects in the order of elimination and coefficients. Rows with weights W and the
 * precision of the coefficients' priors give M(λ) = [ΛᵀZᵀWZΛ + I, ΛᵀZᵀWX; XᵀWZΛ, XᵀWX + prior] = L·Lᵀ; the working responses
 * give c(λ, h) = Λᵀ·(s₀ + Σ h_k s_k), and m = M⁻¹c is what the effects are expected to be given λ and h. Under the normal
 * model with these weights u ~ N(0, I) whatever λ is (dynamically rescaled Hamiltonian Monte Carlo: Kleppe 2019, J. Comput.
 * Graph. Stat. 28(3), and transport maps: Osmundsen, Kleppe & Liesenfeld 2021, ibid. 30(4)).
 *
 * With g = ∂f/∂v: t = L⁻¹g is the derivative by u, a = L⁻ᵀt that by c, and L̄ = −tril(v·tᵀ + a·xᵀ) with x = L⁻¹c, so that one
 * reverse sweep of the factor (reverse-factor.ts) leads to λ.
 */

import { addScalarGradient } from "./column-program.ts";
import { type BlockedMatrix, blockedMatrix, crossProducts } from "./cross-products.ts";
import {
  denseBackward,
  emptyFactor,
  type Factor,
  factoriseAndSolve,
  listedFactor,
  logPivotsUntil,
  solveBackward,
  solveForward,
  timesTransposedFactor,
} from "./factor.ts";
import { addTraceGradient, denseGradient } from "./gradient.ts";
import { applyFactors, applyTransposedFactors, type RelativeFactors } from "./relative-factors.ts";
import { emptyReverse, type ReverseFactor, reverseFactor } from "./reverse-factor.ts";
import type { Structure } from "./structure.ts";

export interface TransportSystem {
  readonly structure: Structure;
  readonly a: BlockedMatrix;
  readonly factor: Factor;
  /** s₀, then one s_k per held parameter: over effects (of b = Λz) and coefficients. */
  readonly sources: readonly Float64Array[];
  readonly reverse: ReverseFactor;
  readonly work: TransportWork;
}

/** Vectors over all columns, of the latest evaluation. */
interface TransportWork {
  /** Σ h_k s_k, x = L⁻¹c, w = x + u and v = L⁻ᵀw. */
  readonly source: Float64Array;
  readonly x: Float64Array;
  readonly w: Float64Array;
  readonly v: Float64Array;
  /** t = L⁻¹g, a = L⁻ᵀt, Λa. */
  readonly t: Float64Array;
  readonly a: Float64Array;
  readonly spread: Float64Array;
}

/**
 * `held`: how many parameters outside v shift its mean. Its sources and cross products are zero until they are set.
 * `listed`: with the elimination as a list, which is faster, where it is not too long.
 */
export function transportSystem(structure: Structure, held: number, listed = true): TransportSystem {
  const factor = listed ? listedFactor(structure) : emptyFactor(structure);
  const vector = () => new Float64Array(structure.effects + structure.border);
  return {
    structure,
    a: blockedMatrix(structure),
    factor,
    sources: Array.from({ length: 1 + held }, vector),
    reverse: emptyReverse(factor),
    work: {
      source: vector(),
      x: vector(),
      w: vector(),
      v: vector(),
      t: vector(),
      a: vector(),
      spread: vector(),
    },
  };
}

/** Weights of the rows (not negative), X (n × border, column-major), and the precisions that priors give its coefficients. */
export function setWeights(
  { structure, a }: TransportSystem,
  weights: Float64Array,
  x: Float64Array,
  precisions: Float64Array,
): void {
  crossProducts(structure, x, weights, a);
  const { denseSize: m, border } = structure;
  for (let k = 0; k < border; k++) a.dense[(m - border + k) * (m + 1)]! += precisions[k]!;
}

/** Writes v of u; returns log|L|, NaN when M is not positive definite. `transportBackward` belongs to the latest call. */
export function transportForward(
  system: TransportSystem,
  lambda: RelativeFactors,
  held: Float64Array,
  u: Float64Array,
): number {
  const { factor, work } = system;
  if (!prepare(system, lambda, held)) return Number.NaN;
  const { x, w, v } = work;
  for (let i = 0; i < w.length; i++) w[i] = x[i]! + u[i]!;
  v.set(w);
  solveBackward(factor, v);
  return 0.5 * logPivotsUntil(factor, system.structure.border);
}

/** Factorises M and finds x = L⁻¹c. */
function prepare(
  { structure, factor, a, sources, work: { source, x } }: TransportSystem,
  lambda: RelativeFactors,
  held: Float64Array,
): boolean {
  source.set(sources[0]!);
  for (let k = 0; k < held.length; k++) {
    const own = sources[k + 1]!;
    const value = held[k]!;
    for (let i = 0; i < source.length; i++) source[i]! += value * own[i]!;
  }
  x.set(source);
  applyTransposedFactors(structure, lambda, x);
  return factoriseAndSolve(factor, a, lambda, x) < 0;
}

/**
 * For f = g(v) − log|L| with ∂g/∂v = `gradient`: overwrites `alongU`, and adds to the derivatives by λ (all elements of
 * size × size matrices are filled, also those that λ does not have) and by the held parameters.
 */
export function transportBackward(
  system: TransportSystem,
  lambda: RelativeFactors,
  gradient: Float64Array,
  alongU: Float64Array,
  alongLambda: readonly Float64Array[],
  alongHeld: Float64Array,
): void {
  const { structure, factor, a: cross, sources, reverse, work } = system;
  const { source, t, a, spread } = work;
  t.set(gradient);
  solveForward(factor, t);
  alongU.set(t);
  a.set(t);
  // The reverse sweep of a listed elimination solves the rest.
  if (factor.listed === undefined) solveBackward(factor, a);
  else denseBackward(factor, a);
  reverseFactor(factor, work, reverse);
  const kinds = factor.listed?.kinds;
  if (kinds === undefined) addTraceGradient(structure, cross, reverse.values, lambda, alongLambda);
  else {
    addScalarGradient(kinds, cross, reverse.values, lambda, alongLambda);
    denseGradient(structure, cross.dense, reverse.values.dense, lambda, alongLambda);
  }
  structure.blocks.forEach(({ levels, size: p }, f) => {
    const own = alongLambda[f]!;
    const first = structure.firstColumn[f]!;
    if (p === 1) {
      let sum = 0;
      for (let at = first; at < first + levels; at++) sum += source[at]! * a[at]!;
      own[0]! += sum;
      return;
    }
    for (let at = first; at < first + levels * p; at += p) {
      for (let j = 0; j < p; j++) {
        for (let k = 0; k <= j; k++) own[j * p + k]! += source[at + j]! * a[at + k]!;
      }
    }
  });
  if (alongHeld.length === 0) return;
  spread.set(a);
  applyFactors(structure, lambda, spread);
  for (let k = 0; k < alongHeld.length; k++) {
    const own = sources[k + 1]!;
    let sum = 0;
    for (let i = 0; i < own.length; i++) sum += own[i]! * spread[i]!;
    alongHeld[k]! += sum;
  }
}

/** u of v: Lᵀv − x. False when M is not positive definite. */
export function transportInverse(
  system: TransportSystem,
  lambda: RelativeFactors,
  held: Float64Array,
  v: Float64Array,
  u: Float64Array,
): boolean {
  if (!prepare(system, lambda, held)) return false;
  timesTransposedFactor(system.factor, v, u);
  for (let i = 0; i < u.length; i++) u[i]! -= system.work.x[i]!;
  return u.every(Number.isFinite);
}

/** m itself. False when M is not positive definite. */
export function transportMean(
  system: TransportSystem,
  lambda: RelativeFactors,
  held: Float64Array,
  out: Float64Array,
): boolean {
  if (!prepare(system, lambda, held)) return false;
  out.set(system.work.x);
  solveBackward(system.factor, out);
  return out.every(Number.isFinite);
}
