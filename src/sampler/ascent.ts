/**
 * From a random start to the neighbourhood of the typical set.
 *
 * A uniform start on the unconstrained scale can lie where the density is finite but astronomically low and stiff:
 * a log link with covariates in the tens puts a linear predictor at ±80, and no step size that is stable there ever
 * leaves. A few steps of L-BFGS (Nocedal & Wright 2006, algorithm 7.4, with a weak-Wolfe bisection line search) lead
 * out. They stop well before the mode, for two reasons: chains should stay dispersed, and the mode of a hierarchical
 * density may be a singularity (a standard deviation going to 0), far from where its mass is.
 */

import type { LogDensity } from "../log-density.ts";
import * as Elementary from "../numeric/elementary.ts";
import type { PhasePoint } from "./phase-point.ts";

export const maxAscentEvaluations = 200;

/** Pairs of steps and gradient changes that L-BFGS remembers. */
const memory = 6;
/** Steps in a row that must gain little before the climb ends. */
const patience = 5;
const sufficientIncrease = 1e-4;
const curvature = 0.9;
const maxLineSearch = 30;

/**
 * Moves `point` uphill, and returns the number of gradient evaluations (at most `maxAscentEvaluations` plus one
 * line search). `point` must be finite with its gradient; it ends finite, no lower than it began, and unmoved when
 * the next `patience` steps gain no more than ordinary posterior variation.
 */
export function ascend(density: LogDensity, point: PhasePoint): number {
  const n = density.dimension;
  // Draws lie about n/2 ± √(n/2) below the mode; a start this close to the path's end needs no help.
  const ordinary = 10 + 2 * n;
  const history = createHistory(n);
  const direction = new Float64Array(n);
  const objective = compress(density, 10 * ordinary);
  let here = placeAt(point, objective);
  let next = placeAt(point, objective);
  let evaluations = 0;
  let idle = 0;

  while (idle < patience && evaluations < maxAscentEvaluations) {
    const preconditioned = history.direction(here.gradient, direction);
    let stepLength = 1;
    if (!preconditioned) {
      // Nothing known about the curvature: one unit along the gradient, however steep it is.
      const steepest = maxAbsolute(here.gradient);
      if (steepest === 0) break;
      for (let i = 0; i < n; i++) direction[i] = here.gradient[i]! / steepest;
      stepLength = 1 / Math.sqrt(dot(direction, direction));
    }
    const search = lineSearch(objective, here, direction, stepLength, next);
    evaluations += search.evaluations;
    if (!search.moved) {
      if (!preconditioned) break;
      history.clear();
      continue;
    }
    history.remember(here, next);
    [here, next] = [next, here];

    // A standard deviation that falls by a factor e gains at most about n: the floor of 1 and the division by the
    // distance keep a slide into a singularity from counting as a climb.
    const gain = here.logDensity - point.logDensity;
    if (gain > ordinary * Math.max(1, maxDistance(here.position, point.position))) {
      point.position.set(here.position);
      point.gradient.set(here.logDensityGradient);
      point.logDensity = here.logDensity;
      idle = 0;
    } else idle++;
  }
  return evaluations;
}

interface Place {
  readonly position: Float64Array;
  /** Of the log density. */
  readonly logDensityGradient: Float64Array;
  logDensity: number;
  /** The compressed log density, which is climbed, and its gradient. */
  height: number;
  readonly gradient: Float64Array;
}

interface Objective {
  /** Fills in everything that belongs to `place.position`. */
  evaluate(place: Place): void;
  /** The compressed log density from the log density. */
  derive(place: Place): void;
}

/**
 * log p where it is above −threshold, and −threshold (1 + log(−log p / threshold)) below: continuous with its first
 * derivative. The same slopes upwards, but an exponential cliff, on which second differences say nothing about the
 * next step, becomes a plane.
 */
function compress(density: LogDensity, threshold: number): Objective {
  const derive = (place: Place): void => {
    const excess = -place.logDensity / threshold;
    place.height = excess > 1 ? -threshold * (1 + Elementary.log(excess)) : place.logDensity;
    const factor = excess > 1 ? 1 / excess : 1;
    for (let i = 0; i < place.gradient.length; i++) place.gradient[i] = factor * place.logDensityGradient[i]!;
  };
  return {
    derive,
    evaluate(place) {
      place.logDensity = density.evaluate(place.position, place.logDensityGradient);
      derive(place);
    },
  };
}

function placeAt(point: PhasePoint, objective: Objective): Place {
  const place = {
    position: point.position.slice(),
    logDensityGradient: point.gradient.slice(),
    logDensity: point.logDensity,
    height: 0,
    gradient: new Float64Array(point.gradient.length),
  };
  objective.derive(place);
  return place;
}

/** Weak Wolfe conditions by bracketing and bisection; `to` is only valid when `moved`. */
function lineSearch(
  objective: Objective,
  from: Place,
  direction: Float64Array,
  firstStep: number,
  to: Place,
): { moved: boolean; evaluations: number } {
  const n = direction.length;
  const slope = dot(from.gradient, direction);
  if (!(slope > 0 && slope < Number.POSITIVE_INFINITY)) return { moved: false, evaluations: 0 };
  let low = 0;
  let high = Number.POSITIVE_INFINITY;
  let step = firstStep;
  for (let evaluations = 1; evaluations <= maxLineSearch; evaluations++) {
    for (let i = 0; i < n; i++) to.position[i] = from.position[i]! + step * direction[i]!;
    objective.evaluate(to);
    const slopeThere = dot(to.gradient, direction);
    const finite = Number.isFinite(to.height) && Number.isFinite(slopeThere);
    if (!finite || to.height < from.height + sufficientIncrease * step * slope) high = step;
    else if (slopeThere > curvature * slope) low = step;
    else return { moved: true, evaluations };

    step = high < Number.POSITIVE_INFINITY ? 0.5 * (low + high) : 2 * step;
    if (step === low || step === high) return { moved: false, evaluations };
  }
  return { moved: false, evaluations: maxLineSearch };
}

interface History {
  /** Writes the L-BFGS direction (inverse negative Hessian × gradient); false while nothing is known. */
  direction(gradient: Float64Array, out: Float64Array): boolean;
  remember(from: Place, to: Place): void;
  clear(): void;
}

function createHistory(n: number): History {
  const pairs: { s: Float64Array; y: Float64Array; rho: number; alpha: number }[] = [];
  return {
    direction(gradient, out) {
      const newest = pairs.at(-1);
      if (newest === undefined) return false;
      out.set(gradient);
      for (let k = pairs.length - 1; k >= 0; k--) {
        const pair = pairs[k]!;
        pair.alpha = pair.rho * dot(pair.s, out);
        addScaled(out, -pair.alpha, pair.y);
      }
      const scale = 1 / (newest.rho * dot(newest.y, newest.y));
      for (let i = 0; i < n; i++) out[i]! *= scale;
      for (const pair of pairs) addScaled(out, pair.alpha - pair.rho * dot(pair.y, out), pair.s);
      return Number.isFinite(dot(out, out));
    },
    remember(from, to) {
      const s = to.position.map((q, i) => q - from.position[i]!);
      const y = from.gradient.map((g, i) => g - to.gradient[i]!);
      const sy = dot(s, y);
      // Only directions of negative curvature of log p keep the estimate positive definite.
      if (!(sy > 1e-10 * Math.sqrt(dot(s, s) * dot(y, y))) || !Number.isFinite(dot(y, y))) return;
      if (pairs.length === memory) pairs.shift();
      pairs.push({ s, y, rho: 1 / sy, alpha: 0 });
    },
    clear() {
      pairs.length = 0;
    },
  };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function addScaled(out: Float64Array, scale: number, x: Float64Array): void {
  for (let i = 0; i < out.length; i++) out[i]! += scale * x[i]!;
}

function maxAbsolute(x: Float64Array): number {
  let largest = 0;
  for (const value of x) largest = Math.max(largest, Math.abs(value));
  return largest;
}

function maxDistance(a: Float64Array, b: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i]! - b[i]!));
  return largest;
}
