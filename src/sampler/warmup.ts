/** Runs a warm-up schedule: adapts the step size all along, and the metric at the end of its stages. */
import type { Rng } from "../random/rng.ts";
import type { SamplerSettings } from "./chain-types.ts";
import { createCovarianceEstimate } from "./covariance-estimate.ts";
import { dualAveragingDefaults, startDualAveraging } from "./dual-averaging.ts";
import { createGradientScales } from "./gradient-scales.ts";
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
  const learner = createMetricLearner(kernel);
  let searched = searchStepSize(kernel, rng);
  let stepSize = startDualAveraging(kernel.stepSize, options);

  for (const stage of warmupSchedule(settings.warmup)) {
    for (let i = 0; i < stage.length; i++) {
      const transition = kernel.transition(rng);
      kernel.stepSize = stepSize.update(transition.acceptStat);
      learner.learn(stage);
      if (!afterTransition(transition)) return searched;
    }
    if (learner.endStage(stage)) {
      searched += searchStepSize(kernel, rng);
      stepSize = startDualAveraging(kernel.stepSize, options);
    }
  }
  kernel.stepSize = stepSize.final();
  return searched;
}

interface MetricLearner {
  /** Learns from the kernel's current state. */
  learn(stage: WarmupStage): void;
  /** Updates the kernel's metric from what the stage has seen, and forgets it; whether the metric changed. */
  endStage(stage: WarmupStage): boolean;
}

function createMetricLearner(kernel: Kernel): MetricLearner {
  const { metric, density } = kernel.system;
  const n = density.dimension;
  const scales = createGradientScales(n);
  const covariance = createCovarianceEstimate(metric.kind, n);
  const diagonal = new Float64Array(n).fill(1);
  const inverse = new Float64Array(metric.inverse.length);
  const usesCovariance = (stage: WarmupStage) => stage.kind === "metric" && hasEnoughDraws(stage.length);

  // Few draws say less about a variance than their gradients do, and nothing about n² covariances.
  function hasEnoughDraws(draws: number): boolean {
    return draws > 100 && (metric.kind === "diag" || draws >= 2 * n);
  }

  return {
    learn(stage) {
      const { position, gradient } = kernel.state;
      if (usesCovariance(stage)) covariance.add(position);
      else if (stage.kind !== "final") scales.add(position, gradient);
    },
    endStage(stage) {
      if (stage.kind === "final" || stage.length < 2) return false;
      if (usesCovariance(stage)) {
        covariance.final(inverse);
        covariance.restart();
      } else {
        scales.final(diagonal);
        scales.restart();
        const step = metric.kind === "diag" ? 1 : n + 1;
        inverse.fill(0);
        for (let i = 0; i < n; i++) inverse[i * step] = diagonal[i]!;
      }
      return metric.update(inverse);
    },
  };
}
