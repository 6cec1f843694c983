/** A point of phase space and the pool that a trajectory takes its points from. */

export interface PhasePoint {
  readonly position: Float64Array;
  /** ∇ log p at `position`. */
  readonly gradient: Float64Array;
  readonly momentum: Float64Array;
  /** Inverse metric × momentum (Stan's p♯). */
  readonly velocity: Float64Array;
  /** Inverse metric × gradient. */
  readonly acceleration: Float64Array;
  /** log p at `position`. */
  logDensity: number;
  /** −log p + kinetic energy; +Infinity where the density or the momentum is not finite. */
  energy: number;
  /** How many places of the current trajectory refer to this point; at 0 it returns to the pool. */
  uses: number;
}

export function createPhasePoint(dimension: number): PhasePoint {
  return {
    position: new Float64Array(dimension),
    gradient: new Float64Array(dimension),
    momentum: new Float64Array(dimension),
    velocity: new Float64Array(dimension),
    acceleration: new Float64Array(dimension),
    logDensity: Number.NEGATIVE_INFINITY,
    energy: Number.POSITIVE_INFINITY,
    uses: 0,
  };
}

/**
 * Points are referred to, not copied: a step of the integrator writes into a free point, and the subtrees that
 * mention it count. The pool grows to a few points per tree depth and then allocates nothing more.
 */
export class PhasePointPool {
  readonly #dimension: number;
  readonly #all: PhasePoint[] = [];
  readonly #free: PhasePoint[] = [];

  constructor(dimension: number) {
    this.#dimension = dimension;
  }

  take(): PhasePoint {
    const point = this.#free.pop();
    if (point !== undefined) return point;
    const made = createPhasePoint(this.#dimension);
    this.#all.push(made);
    return made;
  }

  release(point: PhasePoint): void {
    if (--point.uses === 0) this.#free.push(point);
  }

  /** Takes every point back except `kept`. */
  reset(kept: PhasePoint): void {
    this.#free.length = 0;
    for (const point of this.#all) {
      point.uses = 0;
      if (point !== kept) this.#free.push(point);
    }
  }

  /** Number of points ever made: bounded by the tree depth, not by the trajectory's length. */
  get size(): number {
    return this.#all.length;
  }
}
