/** The systems and buffers of one cluster at one reference. */

import { Program } from "../../autodiff/program.ts";
import type { LogDensity } from "../../log-density.ts";
import type { RelativeFactors } from "../../marginal/relative-factors.ts";
import { type TransportSystem, transportSystem } from "../../marginal/transport.ts";
import type { Cluster } from "./clusters.ts";
import { clustersOf } from "./clusters.ts";
import { type Hyperparameters, hyperparameters } from "./hyperparameters.ts";
import type { LatentModel } from "./latent-model.ts";

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

export interface Part {
  readonly cluster: Cluster;
  /** Effects and coefficients together: where the reference is sought, and the map itself unless coefficients stand apart. */
  readonly joint: TransportSystem;
  /** What is evaluated. With coefficients apart they are held parameters of it, after the others. */
  readonly system: TransportSystem;
  readonly apart: ApartCoefficients | undefined;
  readonly lambda: RelativeFactors;
  readonly alongLambda: RelativeFactors;
  /** Values of the held parameters of the system, and derivatives by them. */
  readonly held: Float64Array;
  readonly alongHeld: Float64Array;
  /** Coordinates of the columns of the system. */
  readonly home: Int32Array;
  /** Latent coordinates, gathered: u or v, and the gradient. */
  readonly latent: Float64Array;
  readonly gradient: Float64Array;
  readonly alongU: Float64Array;
}

/** β = β₀ + L⁻ᵀu with the factor that they have at the reference. */
export interface ApartCoefficients {
  readonly home: Int32Array;
  readonly centre: Float64Array;
  /** Row-major, lower. */
  readonly factor: Float64Array;
  readonly work: Float64Array;
}

export function emptyPart(cluster: Cluster, held: number): Part {
  const { structure, inner, coefficients } = cluster;
  const { blocks, effects, border } = structure;
  const apart = inner !== undefined;
  const joint = transportSystem(structure, held, !apart);
  const system = apart ? transportSystem(inner, held + border) : joint;
  const width = apart ? effects : effects + border;
  const vector = () => new Float64Array(width);
  const matrices = () => blocks.map(({ size }) => new Float64Array(size * size));
  const all = apart ? held + border : held;
  return {
    cluster,
    joint,
    system,
    apart: apart
      ? {
          home: Int32Array.from(coefficients, ({ coordinate }) => coordinate),
          centre: new Float64Array(border),
          factor: new Float64Array(border * border),
          work: new Float64Array(border),
        }
      : undefined,
    lambda: matrices(),
    alongLambda: matrices(),
    held: new Float64Array(all),
    alongHeld: new Float64Array(all),
    home: cluster.home.subarray(0, width),
    latent: vector(),
    gradient: vector(),
    alongU: vector(),
  };
}

export function gather(from: Float64Array, home: Int32Array, out: Float64Array): void {
  for (let i = 0; i < home.length; i++) out[i] = from[home[i]!]!;
}

export function scatter(values: Float64Array, home: Int32Array, into: Float64Array): void {
  for (let i = 0; i < home.length; i++) into[home[i]!] = values[i]!;
}
