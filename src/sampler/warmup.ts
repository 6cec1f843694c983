/** Runs a warm-up schedule: adapts the step size all along, and the metric at the end of its stages. */
import type { Rng } from "../random/rng.ts";
import type { MetricChoice, SamplerSettings } from "./chain-types.ts";
import { DrawWindow, windowCapacity } from "./draw-window.ts";
import { dualAveragingDefaults, startDualAveraging } from "./dual-averaging.ts";
import { metricOf } from "./metric.ts";
import { estimateInverseMetric } from "./metric-estimate.ts";
import { searchStepSize } from "./step-size.ts";
import type { Kernel, Transition } from "./transition.ts";
import { type WarmupStage, warmupSchedule } from "./warmup-schedule.ts";

/**
 * Leaves `kernel` with the step size and metric to sample with; returns the gradient evaluations of the step-size
 * searches (those of the transitions are seen by `afterTransition`, whose `false` stops the warm-up).
 */
export function runWarmup(
  kernel: Kernel,
  settings: SamplerSettings,
  rng: Rng,
  afterTransition: (transition: Transition) => boolean,
): number {
  const options = { ...dualAveragingDefaults, target: settings.adaptDelta };
  const schedule = warmupSchedule(settings.warmup);
  const learner = createMetricLearner(kernel, settings.metric, schedule);
  let searched = searchStepSize(kernel, rng);
  let stepSize = startDualAveraging(kernel.stepSize, options);

  for (const stage of schedule) {
    for (let i = 0; i < stage.length; i++) {
      const transition = kernel.transition(rng);
      kernel.stepSize = stepSize.update(transition.acceptStat);
      if (stage.kind === "metric") learner.learn();
      if (!afterTransition(transition)) return searched;
    }
    if (stage.kind === "metric" && learner.endStage(stage.length)) {
      searched += searchStepSize(kernel, rng);
      stepSize = startDualAveraging(kernel.stepSize, options);
    }
  }
  kernel.stepSize = stepSize.final();
  return searched;
}

interface MetricLearner {
  /** Learns from the kernel's current state. */
  learn(): void;
  /** Updates the kernel's metric from this stage and the one before; whether there was one to be had. */
  endStage(length: number): boolean;
}

function createMetricLearner(
  kernel: Kernel,
  choice: MetricChoice,
  schedule: readonly WarmupStage[],
): MetricLearner {
  const { system } = kernel;
  const n = system.density.dimension;
  const lengths = schedule.filter(({ kind }) => kind === "metric").map(({ length }) => length);
  const window = new DrawWindow(n, windowCapacity(n, lengths));
  const variances = new Float64Array(n).fill(1);
  let previous = 0;
  return {
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
  };
}
