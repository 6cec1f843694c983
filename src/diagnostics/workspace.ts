import { type Autocovariance, createAutocovariance } from "./autocovariance.ts";
import { createNormalScores, type NormalScores } from "./rank-normalise.ts";

/** Tables that the diagnostics of all parameters with equally many draws share; making one per run saves most of the time. */
export interface DiagnosticsWorkspace {
  /** For split chains. */
  readonly autocovariance: Autocovariance;
  readonly scores: NormalScores;
}

export function createWorkspace(shape: {
  readonly chains: number;
  readonly draws: number;
}): DiagnosticsWorkspace {
  const half = shape.draws < 2 ? shape.draws : Math.floor(shape.draws / 2);
  const halves = shape.draws < 2 ? shape.chains : 2 * shape.chains;
  return { autocovariance: createAutocovariance(half), scores: createNormalScores(halves * half) };
}
