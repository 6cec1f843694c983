/**
 * Whether a run is over sooner in one thread than in several, by trial: every worker has to be started, and its engine compiles the
 * same code once more. How chains are spread never changes a draw.
 */
import type { Posterior } from "../log-density.ts";

/** Up to this long one thread is the faster way on two processors (measured on small models). */
const MOMENT_MS = 1000;
/** Evaluations until an engine has compiled the density; the last of them are timed. */
const TRIALS = 2000;
const TIMED = 500;
/** Compiled code is up to so many times as fast: what is dearer from the first evaluations on will stay so. */
const SPEEDUP = 8;
const FIRST = 300;
const PATIENCE_MS = 80;

/** `now`: a clock in milliseconds. */
export function isMomentary(
  { density, start }: Posterior,
  transitions: number,
  now: () => number = () => performance.now(),
): boolean {
  const q = start?.slice() ?? new Float64Array(density.dimension);
  const gradient = new Float64Array(density.dimension);
  const evaluations = transitions * leapfrogs(density.dimension);
  const began = now();
  let timedFrom = began;
  for (let k = 1; k <= TRIALS; k++) {
    density.evaluate(q, gradient);
    if (k === TRIALS - TIMED) timedFrom = now();
    const elapsed = now() - began;
    const hopeless = k >= FIRST && (elapsed / k) * evaluations > SPEEDUP * MOMENT_MS;
    if (hopeless || elapsed > PATIENCE_MS) return false;
  }
  return ((now() - timedFrom) / TIMED) * evaluations < MOMENT_MS;
}

/** Of a transition, roughly: trajectories grow with the dimension. */
function leapfrogs(dimension: number): number {
  return dimension <= 10 ? 4 : dimension <= 50 ? 8 : 16;
}
