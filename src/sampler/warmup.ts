/** Runs a warm-up schedule: adapts the step size all along, and the metric at the end of its stages. */
import type { Seen } from "../log-density.ts";
import type { Rng } from "../random/rng.ts";
import type { MetricChoice, SamplerSettings, WarmupState } from "./chain-types.ts";
import { DrawWindow, windowCapacity } from "./draw-window.ts";
import {
  continueDualAveraging,
  type DualAveraging,
  dualAveragingDefaults,
  startDualAveraging,
} from "./dual-averaging.ts";
import { metricOf } from "./metric.ts";
import { estimateInverseMetric } from "./metric-estimate.ts";
import { searchStepSize } from "./step-size.ts";
import type { Kernel, Transition } from "./transition.ts";
import { type WarmupStage, warmupSchedule } from "./warmup-schedule.ts";

export interface WarmupHooks {
  /** Sees every transition, and where the warm-up stands after it; `false` stops the warm-up. */
  afterTransition(transition: Transition, progress: () => WarmupProgress): boolean;
  /** Sees the gradient evaluations of searches for a step size. */
  afterSearch(evaluations: number): void;
  /**
   * Called when the scales of the coordinates are roughly known, and again when they are known better: may put the kernel into
   * other coordinates, and says whether it did, and which of them are about standard normal.
   */
  chooseCoordinates(seen: Seen): { readonly standardised?: Int32Array } | undefined;
  /** Which coordinates are about standard normal, where there are such: then the warm-up may end as soon as the others settle. */
  standardised?(): Int32Array | undefined;
  /** Called when it ends early, with the number of transitions that it does without. */
  endsEarly?(unused: number): void;
}

/** A state without its costs, which the chain counts. */
export type WarmupProgress = Omit<WarmupState, "leapfrogs" | "divergences" | "ms">;

/**
 * A warm-up ends early in standardised coordinates when, not before so many transitions, a stage shows no divergent transition, no
 * trajectory at its limit, and no drift between its halves beyond the noise of independent draws; the step size then has so many
 * transitions to settle.
 */
const settledAfter = 150;
const settlingLength = 60;
/** Transitions at the beginning of a stage that do not count: the step size is searched for again, and begins too large. */
const searching = 10;
const leastWindow = 50;
const largestDrift = 1.1;

/** Transitions after which the coordinates are chosen, and after which they are looked at again, each at the end of a stage. */
const scalesKnownAfter = [40, 100, 250];

/**
 * Leaves `kernel` with the step size and metric to sample with. With `from` it goes on where it stood, with a kernel that has
 * the state, metric and step size of that moment.
 */
export function runWarmup(
  kernel: Kernel,
  settings: SamplerSettings,
  rng: Rng,
  hooks: WarmupHooks,
  from?: WarmupProgress,
): void {
  const options = { ...dualAveragingDefaults, target: settings.adaptDelta };
  const schedule = warmupSchedule(settings.warmup);
  const learner = createMetricLearner(kernel, settings.metric, schedule, from);
  const searchAndStart = (): DualAveraging => {
    hooks.afterSearch(searchStepSize(kernel, rng));
    return startDualAveraging(kernel.stepSize, options);
  };
  let stepSize = from === undefined ? searchAndStart() : continueDualAveraging(from.stepSize, options);
  let { transitions, choices, settled } = from ?? { transitions: 0, choices: 0, settled: false };

  for (let k = from?.stage ?? 0; k < schedule.length; k++) {
    const stage = schedule[k]!;
    if (settled && stage.kind === "metric") continue;
    kernel.treedepthLimit = stage.treedepthLimit;
    const length = settled ? Math.min(stage.length, settlingLength) : stage.length;
    const within = from?.stage === k ? from : { done: 0, troubled: 0 };
    let { troubled } = within;
    for (let i = within.done; i < length; i++) {
      const transition = kernel.transition(rng);
      const ended = transition.termination;
      if (i >= searching && (ended === "divergent" || ended === "max-depth")) troubled++;
      kernel.stepSize = stepSize.update(transition.acceptStat);
      if (stage.kind === "metric") learner.learn();
      const progress = (): WarmupProgress => ({
        stage: k,
        done: i + 1,
        troubled,
        stepSize: stepSize.state(),
        transitions,
        choices,
        settled,
        ...learner.state(),
      });
      if (!hooks.afterTransition(transition, progress)) return;
    }
    if (stage.kind !== "metric" || !learner.endStage(stage.length)) continue;
    transitions += stage.length;
    const standardised = hooks.standardised?.();
    settled =
      standardised !== undefined &&
      transitions >= settledAfter &&
      troubled === 0 &&
      learner.drift(standardised) < largestDrift;
    if (settled) {
      const final = schedule.at(-1)!.length;
      hooks.endsEarly?.(settings.warmup - transitions - Math.min(final, settlingLength));
    } else if (transitions >= (scalesKnownAfter[choices] ?? Number.POSITIVE_INFINITY)) {
      choices++;
      const chosen = hooks.chooseCoordinates(learner.seen());
      if (chosen !== undefined) learner.forget(chosen.standardised);
    }
    stepSize = searchAndStart();
  }
  kernel.treedepthLimit = Number.POSITIVE_INFINITY;
  kernel.stepSize = stepSize.final();
}

interface MetricLearner {
  seen(): Seen;
  /** Between the halves of what was seen since the coordinates were chosen; Infinity where that is too little. */
  drift(standardised: Int32Array): number;
  /** Learns from the kernel's current state. */
  learn(): void;
  /** Updates the kernel's metric from this stage and the one before; whether there was one to be had. */
  endStage(length: number): boolean;
  /** Starts again from variances alone, 1 for the standardised: what was seen belongs to other coordinates. */
  forget(standardised?: Int32Array): void;
  state(): LearnerState;
}

type LearnerState = Pick<WarmupState, "variances" | "previous" | "positions" | "gradients">;

function createMetricLearner(
  kernel: Kernel,
  choice: MetricChoice,
  schedule: readonly WarmupStage[],
  from: LearnerState | undefined,
): MetricLearner {
  const { system } = kernel;
  const n = system.density.dimension;
  const lengths = schedule.filter(({ kind }) => kind === "metric").map(({ length }) => length);
  const window = new DrawWindow(n, windowCapacity(n, lengths));
  if (from !== undefined) window.refill(from);
  const variances = from?.variances.slice() ?? new Float64Array(n).fill(1);
  let previous = from?.previous ?? 0;
  return {
    seen: () => ({
      position: kernel.state.position,
      variances,
      means: window.means(),
      spread: window.variances(),
    }),
    drift: (standardised) =>
      window.count >= leastWindow ? window.drift(standardised) : Number.POSITIVE_INFINITY,
    learn() {
      window.add(kernel.state.position, kernel.state.gradient);
    },
    endStage(length) {
      window.keepLatest(length + previous);
      previous = length;
      const metric = metricOf(estimateInverseMetric(window, choice, variances), n);
      if (metric === undefined) return false;
      system.metric = metric;
      return true;
    },
    forget(standardised) {
      standardised?.forEach((i) => {
        variances[i] = 1;
      });
      window.keepLatest(0);
      previous = 0;
      system.metric = metricOf(variances, n)!;
    },
    state: () => ({ variances: variances.slice(), previous, ...window.contents() }),
  };
}
