/**
 * What the map of transported coordinates depends on besides the latent effects themselves: λ = diag(sd)·L of every block, and the
 * held parameters (thresholds, bounded coefficients) that shift the effects' mean.
 */
import type { Node } from "../../autodiff/graph.ts";
import { Program } from "../../autodiff/program.ts";
import type { RelativeFactors } from "../../marginal/relative-factors.ts";
import type { Cluster } from "./clusters.ts";
import type { HeldCoefficient, LatentLayout, LatentModel } from "./latent-model.ts";

export interface Hyperparameters {
  readonly program: Program;
  readonly bars: readonly Float64Array[];
  /** Positions of a block's nodes among the program's outputs. */
  readonly placeOf: ReadonlyMap<
    LatentLayout["blocks"][number],
    { readonly sd: number; readonly cholesky: number | undefined }
  >;
  /** By cluster its held parameters. */
  readonly held: readonly (readonly HeldParameter[])[];
}

/** One element of an output of the program. */
export interface HeldParameter {
  readonly output: number;
  readonly element: number;
  /** Position of its predictor in the cluster; and its column, or which threshold it is. */
  readonly position: number;
  readonly coefficient: HeldCoefficient | undefined;
}

export function hyperparameters(model: LatentModel, clusters: readonly Cluster[]): Hyperparameters {
  const outputs: Node[] = [];
  const output = (node: Node): number => {
    const known = outputs.indexOf(node);
    return known >= 0 ? known : outputs.push(node) - 1;
  };
  const placeOf = new Map(
    model.blocks.map((block) => [
      block,
      { sd: output(block.sd), cholesky: block.cholesky && output(block.cholesky) },
    ]),
  );
  const { thresholds } = model.likelihood;
  const held = clusters.map(({ predictors }) =>
    predictors.flatMap((k, position): HeldParameter[] => {
      const predictor = model.predictors[k]!;
      const coefficients = predictor.held.map((coefficient) => ({
        output: output(coefficient.node),
        element: coefficient.element,
        position,
        coefficient,
      }));
      if (predictor.at > 0 || thresholds === undefined) return coefficients;
      const at = output(thresholds);
      const own = Array.from({ length: thresholds.size }, (_, element) => ({
        output: at,
        element,
        position,
        coefficient: undefined,
      }));
      return [...coefficients, ...own];
    }),
  );
  return {
    program: new Program(model.builder.graph, outputs),
    bars: outputs.map(({ size }) => new Float64Array(size)),
    placeOf,
    held,
  };
}

/** After `program.forward`: λ of every factor of a cluster. */
export function fillFactors(
  { program, placeOf }: Hyperparameters,
  { factors, structure }: Cluster,
  lambda: RelativeFactors,
): void {
  for (let f = 0; f < factors.length; f++) {
    const width = structure.blocks[f]!.size;
    for (const { block, from } of factors[f]!) {
      const place = placeOf.get(block)!;
      const sd = program.outputs[place.sd]!;
      const l = place.cholesky === undefined ? undefined : program.outputs[place.cholesky]!;
      for (let i = 0; i < block.size; i++) {
        for (let j = l === undefined ? i : 0; j <= i; j++) {
          lambda[f]![(from + i) * width + from + j] = sd[i]! * (l === undefined ? 1 : l[i * block.size + j]!);
        }
      }
    }
  }
}

/** Adds the derivatives by λ to `bars`. */
export function addFactorBars(
  { program, placeOf, bars }: Hyperparameters,
  { factors, structure }: Cluster,
  along: RelativeFactors,
): void {
  for (let f = 0; f < factors.length; f++) {
    const width = structure.blocks[f]!.size;
    for (const { block, from } of factors[f]!) {
      const place = placeOf.get(block)!;
      const sd = program.outputs[place.sd]!;
      const l = place.cholesky === undefined ? undefined : program.outputs[place.cholesky]!;
      for (let i = 0; i < block.size; i++) {
        for (let j = l === undefined ? i : 0; j <= i; j++) {
          const slope = along[f]![(from + i) * width + from + j]!;
          if (l === undefined) {
            bars[place.sd]![i]! += slope;
            continue;
          }
          const at = i * block.size + j;
          bars[place.sd]![i]! += slope * l[at]!;
          bars[place.cholesky!]![at]! += slope * sd[i]!;
        }
      }
    }
  }
}

/** After `program.forward`: the held parameters of cluster `c`. */
export function fillHeld({ program, held }: Hyperparameters, c: number, out: Float64Array): void {
  const own = held[c]!;
  for (let k = 0; k < own.length; k++) out[k] = program.outputs[own[k]!.output]![own[k]!.element]!;
}

export function addHeldBars({ bars, held }: Hyperparameters, c: number, along: Float64Array): void {
  const own = held[c]!;
  for (let k = 0; k < own.length; k++) bars[own[k]!.output]![own[k]!.element]! += along[k]!;
}
