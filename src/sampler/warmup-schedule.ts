/**
 * The warm-up as data: a list of stages, after Stan's windowed adaptation (Stan Reference Manual, "Adaptation").
 *
 *        75      metric windows, each twice the one before                 final
 *     |5|10|20|40|-25-|--50--|----100----|--------200--------|-----500-----|-50-|      1000 transitions
 *
 * initial: find the typical set, with rough scales from draws and gradients at each end (not in Stan, which keeps
 * the unit metric so far and pays for it with trajectories of full depth where scales differ);
 * metric: at its end the metric is replaced by what the window has seen;
 * final: the step size settles under the final metric.
 */

export interface WarmupStage {
  readonly kind: "initial" | "metric" | "final";
  /** Number of transitions, at least 1. */
  readonly length: number;
}

const initialLength = 75;
const firstWindow = 25;
const finalLength = 50;
/** Below this there is no room for a metric: only the step size is adapted. */
const shortest = 20;

/** Stages that sum to `count`; from 20 on at least one of them is a metric window. */
export function warmupSchedule(count: number): WarmupStage[] {
  if (count < shortest) return stages(0, [], count);
  if (count < initialLength + firstWindow + finalLength) {
    const initial = Math.floor(0.15 * count);
    const final = Math.floor(0.1 * count);
    return stages(initial, [count - initial - final], final);
  }
  let left = count - initialLength - finalLength;
  const windows: number[] = [];
  for (let length = firstWindow; left > 0; length *= 2) {
    // A window after which the next, doubled one would not fit takes the rest, so that none is cut short.
    const taken = length + 2 * length > left ? left : length;
    windows.push(taken);
    left -= taken;
  }
  return stages(initialLength, windows, finalLength);
}

function stages(initial: number, windows: readonly number[], final: number): WarmupStage[] {
  const all: WarmupStage[] = [
    ...initialStages(initial),
    ...windows.map((length) => ({ kind: "metric", length }) as const),
    { kind: "final", length: final },
  ];
  return all.filter((stage) => stage.length > 0);
}

/** Doubling from 5, the last one to the end. */
function initialStages(count: number): WarmupStage[] {
  const lengths: number[] = [];
  for (let left = count, length = 5; left > 0; length *= 2) {
    const taken = 2 * length > left - length ? left : length;
    lengths.push(taken);
    left -= taken;
  }
  return lengths.map((length) => ({ kind: "initial", length }));
}
