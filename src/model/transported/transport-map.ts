/**
 * The map between a model's own coordinates and transported ones at a reference point.
 *
 * Both vectors have the same layout: hyperparameters are the same in both, and where the own coordinates have an effect z or a
 * coefficient β, the transported ones have its u.
 */
import type { BlockedMatrix } from "../../marginal/cross-products.ts";
import type { Structure } from "../../marginal/structure.ts";
import { transportBackward, transportForward, transportInverse } from "../../marginal/transport.ts";
import * as Elementary from "../../numeric/elementary.ts";
import { addFactorBars, addHeldBars, fillFactors, fillHeld } from "./hyperparameters.ts";
import type { LatentLayout } from "./latent-model.ts";
import { type ApartCoefficients, emptyPart, gather, type Part, scatter, type Transportable } from "./part.ts";
import { refer, referToMode } from "./reference.ts";

type Block = LatentLayout["blocks"][number];

export class TransportMap {
  readonly #given: Transportable;
  readonly #parts: readonly Part[];

  constructor(given: Transportable) {
    this.#given = given;
    this.#parts = given.clusters.map((cluster, c) => emptyPart(cluster, given.hyper.held[c]!.length));
  }

  /** Takes the point `own` as the reference; false when it is no possible one. */
  refer(own: Float64Array): boolean {
    return refer(this.#given, this.#parts, own);
  }

  /** Moves effects and coefficients of `own` to their mode given the hyperparameters, and takes that as the reference. */
  referToMode(own: Float64Array): boolean {
    return referToMode(this.#given, this.#parts, own);
  }

  /** By block how small a standard deviation of each coefficient the rows can tell from zero: 1/√(information of a level). */
  resolutions(): Map<Block, Float64Array> {
    const found = new Map<Block, Float64Array>();
    for (const { cluster, system } of this.#parts) {
      cluster.factors.forEach((placed, f) => {
        for (const { block, from } of placed) {
          const scale = Float64Array.from({ length: block.size }, (_, k) => {
            let total = 0;
            for (let level = 0; level < block.levels; level++) {
              total += diagonal(system.structure, system.a, f, level, from + k);
            }
            return total > 0 ? Math.sqrt(block.levels / total) : 1;
          });
          found.set(block, scale);
        }
      });
    }
    return found;
  }

  /** q ← the model's own coordinates of the transported q; returns log|∂own/∂q|, NaN where there is no map. */
  toOwn(q: Float64Array): number {
    const { hyper } = this.#given;
    hyper.program.forward(q);
    let logJacobian = 0;
    const parts = this.#parts;
    for (let c = 0; c < parts.length; c++) {
      const part = parts[c]!;
      const { system, lambda, held, latent, home, apart } = part;
      if (apart !== undefined) logJacobian -= coefficientsOf(apart, q);
      this.#load(part, c, q);
      gather(q, home, latent);
      logJacobian -= transportForward(system, lambda, held, latent);
      scatter(system.work.v, home, q);
    }
    return logJacobian;
  }

  /** q ← the transported coordinates of a point in the model's own; false where there is no map. */
  fromOwn(q: Float64Array): boolean {
    const { hyper } = this.#given;
    hyper.program.forward(q);
    return this.#parts.every((part, c) => {
      const { system, lambda, held, latent, home, alongU, apart } = part;
      this.#load(part, c, q);
      gather(q, home, latent);
      if (!transportInverse(system, lambda, held, latent, alongU)) return false;
      scatter(alongU, home, q);
      if (apart !== undefined) standardise(apart, q);
      return true;
    });
  }

  /** λ and the held parameters of a part; `q` holds its coefficients where they stand apart. */
  #load({ cluster, lambda, held, apart }: Part, c: number, q: Float64Array): void {
    const { hyper } = this.#given;
    fillFactors(hyper, cluster, lambda);
    fillHeld(hyper, c, held);
    if (apart === undefined) return;
    const first = hyper.held[c]!.length;
    for (let k = 0; k < apart.home.length; k++) held[first + k] = q[apart.home[k]!]!;
  }

  /** After `toOwn`: turns the gradient by own coordinates into that by transported ones, with that of the Jacobian. */
  pullback(gradient: Float64Array): void {
    const { hyper } = this.#given;
    for (let k = 0; k < hyper.bars.length; k++) hyper.bars[k]!.fill(0);
    const parts = this.#parts;
    for (let c = 0; c < parts.length; c++) {
      const part = parts[c]!;
      const { cluster, system, lambda, alongLambda, alongHeld, home, alongU, apart } = part;
      for (let f = 0; f < alongLambda.length; f++) alongLambda[f]!.fill(0);
      alongHeld.fill(0);
      gather(gradient, home, part.gradient);
      transportBackward(system, lambda, part.gradient, alongU, alongLambda, alongHeld);
      scatter(alongU, home, gradient);
      addFactorBars(hyper, cluster, alongLambda);
      addHeldBars(hyper, c, alongHeld);
      if (apart !== undefined) pullCoefficients(apart, alongHeld, hyper.held[c]!.length, gradient);
    }
    hyper.program.pullback(hyper.bars, gradient);
  }
}

/** q ← β₀ + L⁻ᵀu; returns log|L|. */
function coefficientsOf({ home, centre, factor, work }: ApartCoefficients, q: Float64Array): number {
  const p = home.length;
  let logDeterminant = 0;
  for (let i = p - 1; i >= 0; i--) {
    let sum = q[home[i]!]!;
    for (let k = i + 1; k < p; k++) sum -= factor[k * p + i]! * work[k]!;
    work[i] = sum / factor[i * p + i]!;
    logDeterminant += Elementary.log(factor[i * p + i]!);
  }
  for (let i = 0; i < p; i++) q[home[i]!] = centre[i]! + work[i]!;
  return logDeterminant;
}

/** q ← Lᵀ(β − β₀). */
function standardise({ home, centre, factor, work }: ApartCoefficients, q: Float64Array): void {
  const p = home.length;
  for (let i = 0; i < p; i++) work[i] = q[home[i]!]! - centre[i]!;
  for (let i = 0; i < p; i++) {
    let sum = 0;
    for (let k = i; k < p; k++) sum += factor[k * p + i]! * work[k]!;
    q[home[i]!] = sum;
  }
}

/** Derivatives by β, directly and as parameters that are held, into those by u: L⁻¹g. */
function pullCoefficients(
  { home, factor, work }: ApartCoefficients,
  alongHeld: Float64Array,
  first: number,
  gradient: Float64Array,
): void {
  const p = home.length;
  for (let i = 0; i < p; i++) {
    let sum = gradient[home[i]!]! + alongHeld[first + i]!;
    for (let k = 0; k < i; k++) sum -= factor[i * p + k]! * work[k]!;
    work[i] = sum / factor[i * p + i]!;
  }
  for (let i = 0; i < p; i++) gradient[home[i]!] = work[i]!;
}

/** Element (k, k) of a level's own block of A. */
function diagonal(structure: Structure, a: BlockedMatrix, f: number, level: number, k: number): number {
  const { sparseBlocks, valueStart, firstNode, firstColumn, sparseColumns, denseSize: m, blocks } = structure;
  const p = blocks[f]!.size;
  if (f < sparseBlocks) return a.sparse[valueStart[firstNode[f]! + level]! + k * p + k]!;
  return a.dense[(firstColumn[f]! - sparseColumns + level * p + k) * (m + 1)]!;
}
