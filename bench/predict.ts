/** How long the next point of a curve will take. */

export interface Point {
  readonly size: number;
  readonly seconds: number;
}

/** Steeper than any curve here should be, so that a noisy pair of points does not stop a curve for nothing. */
const STEEPEST = 1.5;

/**
 * Seconds at `size` by the power law through the last two points, with an exponent between 0 and 1.5; after one point with
 * `exponent`; unknown (0) before any.
 */
export function predictSeconds(points: readonly Point[], size: number, exponent: number): number {
  const last = points.at(-1);
  if (last === undefined) return 0;
  const before = points.at(-2);
  const slope =
    before === undefined
      ? exponent
      : Math.log(last.seconds / before.seconds) / Math.log(last.size / before.size);
  return last.seconds * (size / last.size) ** Math.min(STEEPEST, Math.max(0, slope));
}
