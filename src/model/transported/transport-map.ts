/**
 * The map between a model's own coordinates and transported ones at a reference point, and the way to a good reference.
 *
 * Both vectors have the same layout: hyperparameters are the same in both, and where the own coordinates have an effect z or a
 * coefficient β, the transported ones have its u.
 */
import type { ElementPrior } from "../../autodiff/ops/density.ts";
import { Program } from "../../autodiff/program.ts";
import type { LogDensity } from "../../log-density.ts";
import type { BlockedMatrix } from "../../marginal/cross-products.ts";
import { applyFactors, type RelativeFactors } from "../../marginal/relative-factors.ts";
import { addRandomPart, transposedRandomPart } from "../../marginal/row-products.ts";
import type { Structure } from "../../marginal/structure.ts";
import {
  setWeights,
  type TransportSystem,
  transportBackward,
  transportForward,
  transportInverse,
  transportMean,
  transportSystem,
} from "../../marginal/transport.ts";
import type { Cluster } from "./clusters.ts";
import { clustersOf } from "./clusters.ts";
import {
  addFactorBars,
  addHeldBars,
  fillFactors,
  fillHeld,
  type Hyperparameters,
  hyperparameters,
} from "./hyperparameters.ts";
import type { LatentLayout, LatentModel } from "./latent-model.ts";
import { rowCurvature } from "./row-curvature.ts";

/** A model prepared for references: what does not depend on them. */
export interface Transportable {
  readonly model: LatentModel;
  /** The model in its own coordinates. */
  readonly own: LogDensity;
  readonly clusters: readonly Cluster[];
  readonly hyper: Hyperparameters;
  /** η of all predictors, then the kernel's parameters, then thresholds. */
  readonly rows: Program;
}

export function transportable(model: LatentModel, own: LogDensity): Transportable {
  const clusters = clustersOf(model);
  const { operands, thresholds } = model.likelihood;
  return {
    model,
    own,
    clusters,
    hyper: hyperparameters(model, clusters),
    rows: new Program(model.builder.graph, [
      ...model.predictors.map(({ eta }) => eta),
      ...operands,
      ...(thresholds === undefined ? [] : [thresholds]),
    ]),
  };
}

interface Part {
  readonly cluster: Cluster;
  readonly system: TransportSystem;
  readonly lambda: RelativeFactors;
  readonly alongLambda: RelativeFactors;
  readonly held: Float64Array;
  readonly alongHeld: Float64Array;
  /** Latent coordinates of the cluster, gathered: u or v, and the gradient. */
  readonly latent: Float64Array;
  readonly gradient: Float64Array;
  readonly alongU: Float64Array;
}

/** Searches for a reference stop here, or when a step gains less than this. */
const MOST_STEPS = 40;
const ENOUGH = 0.01;
const MOST_HALVINGS = 12;

export class TransportMap {
  readonly #given: Transportable;
  readonly #parts: readonly Part[];

  constructor(given: Transportable) {
    this.#given = given;
    this.#parts = given.clusters.map((cluster, c) => {
      const held = given.hyper.held[c]!.length;
      const { blocks, effects, border } = cluster.structure;
      const vector = () => new Float64Array(effects + border);
      const matrices = () => blocks.map(({ size }) => new Float64Array(size * size));
      return {
        cluster,
        system: transportSystem(cluster.structure, held),
        lambda: matrices(),
        alongLambda: matrices(),
        held: new Float64Array(held),
        alongHeld: new Float64Array(held),
        latent: vector(),
        gradient: vector(),
        alongU: vector(),
      };
    });
  }

  /**
   * Takes weights and working responses from the rows at the point `own` of the model's own coordinates; false when it is no
   * possible reference.
   */
  refer(own: Float64Array): boolean {
    const { model, hyper, rows } = this.#given;
    rows.forward(own);
    hyper.program.forward(own);
    const { predictors, likelihood, rows: n } = model;
    const etas = rows.outputs.slice(0, predictors.length);
    const values = rows.outputs.slice(predictors.length, predictors.length + likelihood.operands.length);
    const thresholds = likelihood.thresholds && rows.outputs.at(-1)!;
    return this.#parts.every((part, c) => {
      const { cluster, system, lambda, held, latent } = part;
      const { structure, x, home, coefficients } = cluster;
      const curvatures = cluster.predictors.map((k) =>
        rowCurvature(likelihood, predictors[k]!, etas[k]!, values, thresholds),
      );
      if (curvatures.some((curvature) => curvature === undefined)) return false;
      const total = structure.rows;
      const weights = new Float64Array(total);
      const residual = new Float64Array(total);
      curvatures.forEach((curvature, position) => {
        weights.set(curvature!.weight, position * n);
        residual.set(curvature!.score, position * n);
      });
      const precisions = new Float64Array(coefficients.length);
      const pulls = new Float64Array(coefficients.length);
      gather(own, home, latent);
      coefficients.forEach(({ prior }, k) => {
        const { precision, pull } = priorCurvature(prior, latent[structure.effects + k]!);
        precisions[k] = precision;
        pulls[k] = pull;
      });
      setWeights(system, weights, x, precisions);

      // ℓ′ + w·η of the latent part of η, less what the held parameters give at the reference.
      fillFactors(hyper, cluster, lambda);
      fillHeld(hyper, c, held);
      const b = latent.slice();
      applyFactors(structure, lambda, b);
      const latentEta = new Float64Array(total);
      addRandomPart(structure, b, latentEta);
      for (let k = 0; k < coefficients.length; k++) {
        const value = b[structure.effects + k]!;
        for (let i = 0; i < total; i++) latentEta[i]! += value * x[k * total + i]!;
      }
      for (let i = 0; i < total; i++) residual[i]! += weights[i]! * latentEta[i]!;
      hyper.held[c]!.forEach(({ position, coefficient, element }, k) => {
        const along = new Float64Array(total);
        if (coefficient === undefined) along.set(curvatures[position]!.cross[element]!, position * n);
        else {
          for (let i = 0; i < n; i++) {
            along[position * n + i] = -weights[position * n + i]! * coefficient.column[i]!;
          }
        }
        for (let i = 0; i < total; i++) residual[i]! -= held[k]! * along[i]!;
        this.#source(part, along, system.sources[k + 1]!);
      });
      this.#source(part, residual, system.sources[0]!);
      for (let k = 0; k < coefficients.length; k++) {
        system.sources[0]![structure.effects + k]! +=
          pulls[k]! + precisions[k]! * latent[structure.effects + k]!;
      }
      return system.sources.every((source) => source.every(Number.isFinite));
    });
  }

  /** [Z X]ᵀr. */
  #source({ cluster: { structure, x } }: Part, r: Float64Array, out: Float64Array): void {
    transposedRandomPart(structure, r, out);
    const { rows: n, effects, border } = structure;
    for (let k = 0; k < border; k++) {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += x[k * n + i]! * r[i]!;
      out[effects + k] = sum;
    }
  }

  /**
   * Moves the latent coordinates of `own` towards their mode given the hyperparameters, by Newton steps that are halved until the
   * density grows; the map then refers to that point. False when the curvature is not positive there.
   */
  referToMode(own: Float64Array): boolean {
    const { own: density } = this.#given;
    const gradient = new Float64Array(own.length);
    let value = density.evaluate(own, gradient);
    if (!Number.isFinite(value)) return false;
    for (let step = 0; step < MOST_STEPS; step++) {
      if (!this.refer(own)) return false;
      const target = own.slice();
      if (!this.toMean(target)) return false;
      const candidate = own.slice();
      let gained = 0;
      for (let half = 0, length = 1; half < MOST_HALVINGS; half++, length /= 2) {
        for (let i = 0; i < own.length; i++) candidate[i] = own[i]! + length * (target[i]! - own[i]!);
        const reached = density.evaluate(candidate, gradient);
        if (!(reached > value)) continue;
        gained = reached - value;
        value = reached;
        own.set(candidate);
        break;
      }
      if (gained < ENOUGH) break;
    }
    return this.refer(own);
  }

  /** By block how small a standard deviation of each coefficient the rows can tell from zero: 1/√(information of a level). */
  resolutions(): Map<LatentLayout["blocks"][number], Float64Array> {
    const found = new Map<LatentLayout["blocks"][number], Float64Array>();
    for (const { cluster, system } of this.#parts) {
      const { structure, factors } = cluster;
      factors.forEach((placed, f) => {
        for (const { block, from } of placed) {
          const scale = Float64Array.from({ length: block.size }, (_, k) => {
            let total = 0;
            for (let level = 0; level < block.levels; level++) {
              total += diagonal(structure, system.a, f, level, from + k);
            }
            return total > 0 ? Math.sqrt(block.levels / total) : 1;
          });
          found.set(block, scale);
        }
      });
    }
    return found;
  }

  /** Replaces the latent coordinates of `own` by their mean given its hyperparameters. */
  toMean(own: Float64Array): boolean {
    const { hyper } = this.#given;
    hyper.program.forward(own);
    return this.#parts.every(({ cluster, system, lambda, held, latent }, c) => {
      fillFactors(hyper, cluster, lambda);
      fillHeld(hyper, c, held);
      if (!transportMean(system, lambda, held, latent)) return false;
      scatter(latent, cluster.home, own);
      return true;
    });
  }

  /** q ← the model's own coordinates of the transported q; returns log|∂own/∂q|, NaN where there is no map. */
  toOwn(q: Float64Array): number {
    const { hyper } = this.#given;
    hyper.program.forward(q);
    let logJacobian = 0;
    const parts = this.#parts;
    for (let c = 0; c < parts.length; c++) {
      const { cluster, system, lambda, held, latent } = parts[c]!;
      fillFactors(hyper, cluster, lambda);
      fillHeld(hyper, c, held);
      gather(q, cluster.home, latent);
      logJacobian -= transportForward(system, lambda, held, latent);
      scatter(system.work.v, cluster.home, q);
    }
    return logJacobian;
  }

  /** q ← the transported coordinates of a point in the model's own; false where there is no map. */
  fromOwn(q: Float64Array): boolean {
    const { hyper } = this.#given;
    hyper.program.forward(q);
    return this.#parts.every(({ cluster, system, lambda, held, latent, alongU }, c) => {
      fillFactors(hyper, cluster, lambda);
      fillHeld(hyper, c, held);
      gather(q, cluster.home, latent);
      if (!transportInverse(system, lambda, held, latent, alongU)) return false;
      scatter(alongU, cluster.home, q);
      return true;
    });
  }

  /** After `toOwn`: turns the gradient by own coordinates into that by transported ones, with that of the Jacobian. */
  pullback(gradient: Float64Array): void {
    const { hyper } = this.#given;
    for (let k = 0; k < hyper.bars.length; k++) hyper.bars[k]!.fill(0);
    const parts = this.#parts;
    for (let c = 0; c < parts.length; c++) {
      const { cluster, system, lambda, alongLambda, alongHeld, gradient: own, alongU } = parts[c]!;
      for (let f = 0; f < alongLambda.length; f++) alongLambda[f]!.fill(0);
      alongHeld.fill(0);
      gather(gradient, cluster.home, own);
      transportBackward(system, lambda, own, alongU, alongLambda, alongHeld);
      scatter(alongU, cluster.home, gradient);
      addFactorBars(hyper, cluster, alongLambda);
      addHeldBars(hyper, c, alongHeld);
    }
    hyper.program.pullback(hyper.bars, gradient);
  }
}

/** Element (k, k) of a level's own block of A. */
function diagonal(structure: Structure, a: BlockedMatrix, f: number, level: number, k: number): number {
  const { sparseBlocks, valueStart, firstNode, firstColumn, sparseColumns, denseSize: m, blocks } = structure;
  const p = blocks[f]!.size;
  if (f < sparseBlocks) return a.sparse[valueStart[firstNode[f]! + level]! + k * p + k]!;
  return a.dense[(firstColumn[f]! - sparseColumns + level * p + k) * (m + 1)]!;
}

function gather(from: Float64Array, home: Int32Array, out: Float64Array): void {
  for (let i = 0; i < home.length; i++) out[i] = from[home[i]!]!;
}

function scatter(values: Float64Array, home: Int32Array, into: Float64Array): void {
  for (let i = 0; i < home.length; i++) into[home[i]!] = values[i]!;
}

/** −d² log p/dx² (0 where it is not positive) and d log p/dx of a coefficient's prior. */
function priorCurvature(prior: ElementPrior | null, x: number): { precision: number; pull: number } {
  if (prior === null) return { precision: 0, pull: 0 };
  const { distribution, arguments: args } = prior;
  const out = new Float64Array(1 + args.length);
  const slope = (at: number): number => {
    distribution.gradient(at, args, out);
    return out[0]!;
  };
  const sd = distribution.sd(args);
  const h = 1e-3 * (sd > 0 && sd < Infinity ? sd : 1);
  const precision = (slope(x - h) - slope(x + h)) / (2 * h);
  return { precision: precision > 0 && precision < Infinity ? precision : 0, pull: slope(x) };
}
