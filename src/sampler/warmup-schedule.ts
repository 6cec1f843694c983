/**
 * The warm-up as data: a list of stages.
 *
 *     |5|8|12|18|27|41|  …  each half as long again as the one before  …  |   final 15 %   |
 *
 * metric: at its end the metric is estimated from the draws of this stage and the one before, older ones are forgotten, so
 *   that the drift to the typical set is left behind at the pace at which windows grow;
 * final: the step size settles under the final metric.
 *
 * Estimates from draws and gradients need few draws (see metric-estimate.ts), so the first metric comes after five
 * transitions, when a chain with Stan's windows would have crossed the posterior with unit scales for another 95.
 */

export interface WarmupStage {
  readonly kind: "metric" | "final";
  /** Number of transitions, at least 1. */
  readonly length: number;
  /** Doublings that a trajectory is allowed: without a metric, long ones are dear and lead nowhere in particular. */
  readonly treedepthLimit: number;
}

const firstStage = 5;
const growth = 1.5;
const finalShare = 0.15;
/** Below this there is no room for a metric: only the step size is adapted. */
const shortest = 20;
/** Doublings allowed in stages that begin before so many transitions (measured on the benchmark). */
const limits = [
  { before: 40, doublings: 6 },
  { before: 100, doublings: 8 },
];

/** Stages that sum to `count`; from 20 on at least one of them ends with a new metric. */
export function warmupSchedule(count: number): WarmupStage[] {
  if (count < shortest) return count > 0 ? [stage("final", count, 0)] : [];
  const final = Math.ceil(finalShare * count);
  const stages: WarmupStage[] = [];
  let left = count - final;
  for (let length = firstStage; left > 0; length = Math.round(growth * length)) {
    // A stage after which the next, longer one would not fit takes the rest, so that none is cut short.
    const taken = length + Math.round(growth * length) > left ? left : length;
    stages.push(stage("metric", taken, count - final - left));
    left -= taken;
  }
  return [...stages, stage("final", final, count - final)];
}

function stage(kind: WarmupStage["kind"], length: number, from: number): WarmupStage {
  const limit = limits.find(({ before }) => from < before);
  return { kind, length, treedepthLimit: limit?.doublings ?? Number.POSITIVE_INFINITY };
}
