/** What one chain is asked for, reports while it runs, and gives back. Plain data apart from the callbacks. */

import type { Coordinates } from "../log-density.ts";
import type { DualAveragingState } from "./dual-averaging.ts";
import type { MetricKind } from "./metric.ts";

/** Which correlations the metric learns: none, all, the strongest, or what suits the posterior. */
export type MetricChoice = "auto" | "diag" | "dense" | "low-rank";

export interface SamplerSettings {
  readonly algorithm: "nuts" | "hmc";
  readonly warmup: number;
  readonly draws: number;
  readonly adaptDelta: number;
  readonly maxTreedepth: number;
  readonly metric: MetricChoice;
  /** Whether each group-level effect is centred as far as its data suggest, or not at all. */
  readonly centring: "auto" | "none";
  /** Static HMC only: mean integration time of the trajectories. */
  readonly integrationTime: number;
  /** Starting points are uniform on (−initRadius, initRadius) around `Posterior.start` (default the origin). */
  readonly initRadius: number;
}

export interface ChainProgress {
  readonly chain: number;
  readonly phase: "initialise" | "warmup" | "sampling";
  /** Transitions done, warm-up included, and in all. */
  readonly iteration: number;
  readonly total: number;
  readonly divergences: number;
  readonly stepSize: number;
}

/** Result of one chain; typed arrays so that it can be transferred between threads. */
export interface ChainResult {
  readonly chain: number;
  /** Draws finished: fewer than asked for when the run was cancelled. */
  readonly draws: number;
  /** draws × names.length, draw-major. */
  readonly values: Float64Array;
  readonly lp: Float64Array;
  readonly acceptStat: Float64Array;
  readonly stepSizes: Float64Array;
  readonly treedepth: Int32Array;
  readonly nLeapfrog: Int32Array;
  readonly divergent: Uint8Array;
  readonly energy: Float64Array;
  readonly adaptation: ChainAdaptation;
  /** Where the chain stands; fits that were saved before a warm-up could be continued may lack it. */
  readonly checkpoint?: ChainCheckpoint;
}

/** With step size and metric, everything that the draws to come depend on. */
export interface ChainCheckpoint {
  readonly position: Float64Array;
  /** States of the two random streams. */
  readonly sampler: Uint32Array;
  readonly generated: Uint32Array;
  /** The coordinates of `position`, when they are not those of the posterior itself. */
  readonly coordinates?: Coordinates;
  /** What has been learned so far; absent when the warm-up is over. */
  readonly warmup?: WarmupState;
}

/** A warm-up between two transitions. */
export interface WarmupState {
  /** Place in the schedule: the stage, the transitions done in it, and those of them that went wrong. */
  readonly stage: number;
  readonly done: number;
  readonly troubled: number;
  readonly stepSize: DualAveragingState;
  /** Transitions in stages that ended with a metric, and how often coordinates were looked at. */
  readonly transitions: number;
  readonly choices: number;
  /** Whether what is left is the last stage alone. */
  readonly settled: boolean;
  /** Of the metric: variances, length of the stage before, and the latest draws with their gradients, draw-major. */
  readonly variances: Float64Array;
  readonly previous: number;
  readonly positions: Float64Array;
  readonly gradients: Float64Array;
  /** What it has cost. */
  readonly leapfrogs: number;
  readonly divergences: number;
  readonly ms: number;
}

/** A chain to be continued, during its warm-up or after it: its draws so far stay as they are. */
export interface Continuation {
  readonly checkpoint: ChainCheckpoint;
  /** Draws that it has. */
  readonly draws: number;
  readonly stepSize: number;
  readonly inverseMetric: Float64Array;
}

/** What warm-up found and cost. */
export interface ChainAdaptation {
  readonly stepSize: number;
  readonly metric: MetricKind;
  /** Number of coordinates. */
  readonly dimension: number;
  /** In the form of `metricOf`. */
  readonly inverseMetric: Float64Array;
  readonly warmupLeapfrogs: number;
  readonly samplingLeapfrogs: number;
  readonly warmupDivergences: number;
  readonly warmupMs: number;
  readonly samplingMs: number;
}
