/** Which models are sampled in transported coordinates, and why others are not. */
import { SettingsError } from "../../errors.ts";
import { predictorKey, sameKey } from "../../quantities/predictor-key.ts";
import { sampledCost } from "../costs.ts";
import { groupBlocks } from "../groups.ts";
import type { CoordinateSystem, LikelihoodForm, Strategy, UndecidedSpec } from "../spec.ts";
import { clusterCost, clustersOf } from "./clusters.ts";

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
  const reason = notTransportable(spec, strategy);
  if (wanted === "transported") {
    if (reason !== undefined) {
      throw new SettingsError(
        `this model has no transported coordinates: ${reason}; use coordinates "own" or "auto"`,
      );
    }
    return { coordinates: "transported" };
  }
  if (reason !== undefined) return { coordinates: "own", reason };
  const ratio = 1 + transportCost(spec) / sampledCost(spec, likelihood);
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
  if (design.predictors.every(({ groups }) => groups.length === 0)) return "there are no group-level effects";
  if (design.predictors.some(({ special }) => special.length > 0)) return "the formula has special terms";
  return undefined;
}

function transportCost({ design }: UndecidedSpec): number {
  const { nobs: rows, predictors } = design;
  const clusters = clustersOf({
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
    blocks: groupBlocks(design).map(({ group, levels, coefficients, members }) => ({
      group,
      levels: levels.length,
      size: coefficients.length,
      from: 0,
      members: members.map(({ key, term, first }) => ({
        predictor: predictors.findIndex((own) => sameKey(predictorKey(own.dpar, own), key)),
        index: term.index,
        columns: term.columns,
        count: term.names.length,
        first,
      })),
    })),
  });
  return clusters.reduce(
    (sum, cluster) => sum + PER_OPERATION * clusterCost(cluster) + PER_EFFECT * cluster.structure.effects,
    0,
  );
}
