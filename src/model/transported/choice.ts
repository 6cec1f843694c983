/** Which models are sampled in transported coordinates, and why others are not. */
import { SettingsError } from "../../errors.ts";

import { sampledCost } from "../costs.ts";
import type { CoordinateSystem, LikelihoodForm, Strategy, UndecidedSpec } from "../spec.ts";
import { type Cluster, clusterCost, clustersOf } from "./clusters.ts";
import { latentBlocks } from "./latent-model.ts";

/**
 * How many evaluations in own coordinates one in transported ones may cost: these need three times fewer leapfrogs per effective
 * draw where the others do well (hundreds of times fewer where they do not), and a third of the warm-up.
 */
const WORTH = 6;
/** What costs in own coordinates are counted in, measured: an operation of the factor, a latent effect in either coordinates. */
const PER_OPERATION = 2;
const PER_EFFECT = 400;

export interface CoordinateDecision {
  readonly coordinates: CoordinateSystem;
  /** Why own coordinates are kept. */
  readonly reason?: string;
}

/** @throws SettingsError when `wanted` is transported and the model has no such coordinates, or is none of the choices. */
export function chooseCoordinates(
  spec: UndecidedSpec,
  strategy: Strategy,
  likelihood: LikelihoodForm,
  wanted: CoordinateSystem | "auto" = "auto",
): CoordinateDecision {
  if (wanted !== "auto" && wanted !== "own" && wanted !== "transported") {
    throw new SettingsError(`coordinates is auto, own or transported, not "${String(wanted)}"`);
  }
  if (wanted === "own") return { coordinates: "own", reason: "they were asked for" };
  const clusters = notTransportable(spec, strategy) === undefined ? layoutClusters(spec) : [];
  const reason = notTransportable(spec, strategy) ?? tooLarge(clusters);
  if (wanted === "transported") {
    if (reason !== undefined) {
      throw new SettingsError(
        `this model has no transported coordinates: ${reason}; use coordinates "own" or "auto"`,
      );
    }
    return { coordinates: "transported" };
  }
  if (reason !== undefined) return { coordinates: "own", reason };
  const ratio = 1 + transportCost(clusters) / sampledCost(spec, likelihood);
  return ratio <= WORTH
    ? { coordinates: "transported" }
    : {
        coordinates: "own",
        reason: `the factors fill in: an evaluation in transported coordinates would cost ${ratio.toFixed(1)} times as much`,
      };
}

function notTransportable({ design, priorOnly }: UndecidedSpec, strategy: Strategy): string | undefined {
  if (priorOnly) return "the likelihood is left out";
  if (strategy === "collapsed") return "its effects are integrated out";
  if (design.predictors.some(({ nlpar, resp }) => nlpar !== undefined || resp !== undefined)) {
    return "the formula is nonlinear or has several responses";
  }
  if (latentBlocks(design).length === 0) return "there are no group-level effects or smooths";
  return undefined;
}

/** Numbers that a factor may have: a gigabyte, of which a chain has three. */
const LARGEST_FACTOR = 2 ** 27;

function tooLarge(clusters: readonly Cluster[]): string | undefined {
  const numbers = clusters.reduce((sum, { structure }) => {
    return sum + structure.valueStart.at(-1)! + structure.denseSize ** 2;
  }, 0);
  if (numbers <= LARGEST_FACTOR) return undefined;
  return `its factors fill in: their Cholesky factor would have ${numbers.toExponential(1)} numbers`;
}

function transportCost(clusters: readonly Cluster[]): number {
  return clusters.reduce(
    (sum, cluster) => sum + PER_OPERATION * clusterCost(cluster) + PER_EFFECT * cluster.structure.effects,
    0,
  );
}

function layoutClusters({ design }: UndecidedSpec): Cluster[] {
  const { nobs: rows, predictors } = design;
  return clustersOf({
    rows,
    predictors: predictors.map(({ population }) => ({
      coefficients: Array.from(
        { length: population.names.length + (population.intercept ? 1 : 0) },
        (_, k) => ({
          coordinate: 0,
          column: population.columns.subarray(k * rows, (k + 1) * rows),
          prior: null,
        }),
      ),
    })),
    blocks: latentBlocks(design),
  });
}
