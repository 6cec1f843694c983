/**
 * Minimum of a smooth function with exact gradient: BFGS with a line search for the strong Wolfe conditions (Nocedal & Wright
 * 2006, algorithms 6.1, 3.5 and 3.6). Where an approximate Hessian is at hand, each step starts from its inverse at the point
 * reached and applies the latest BFGS updates to it.
 */
import { positiveInverse } from "../linalg/small-matrices.ts";

/** Value at x, gradient into `gradient`; +Infinity (gradient then undefined) where the function does not exist. */
export type Objective = (x: Float64Array, gradient: Float64Array) => number;

export interface MinimiseOptions {
  /** Stop when no element of the gradient exceeds this. */
  readonly gradientTolerance?: number;
  readonly maxIterations?: number;
  /** Length of the first step when there is no curvature. */
  readonly firstStep?: number;
  /** A positive definite approximation of the Hessian (row-major) at x, where the objective was evaluated last. */
  readonly curvature?: (x: Float64Array) => Float64Array | undefined;
  /** Whether BFGS updates are applied to that approximation; default true. */
  readonly updates?: boolean;
}

export interface Minimum {
  readonly x: Float64Array;
  readonly value: number;
  readonly gradient: Float64Array;
  readonly evaluations: number;
  readonly iterations: number;
  readonly converged: boolean;
}

const ARMIJO = 1e-4;
const CURVATURE = 0.9;
/** Updates that are applied to an approximate Hessian. */
const MEMORY = 5;

export function minimise(f: Objective, start: Float64Array, options: MinimiseOptions = {}): Minimum {
  const { gradientTolerance = 1e-6, maxIterations = 500, firstStep = 0.5, curvature: hessian } = options;
  const n = start.length;
  let x = start.slice();
  let gradient = new Float64Array(n);
  let value = f(x, gradient);
  let evaluations = 1;
  let iterations = 0;
  const inverse = new Float64Array(n * n);
  let fresh = true;
  const count: Objective = (at, into) => {
    evaluations++;
    return f(at, into);
  };
  let stalled = 0;
  const pairs: { step: Float64Array; change: Float64Array; curvature: number }[] = [];
  let approximate = hessian !== undefined && startFromHessian(inverse, hessian(x), pairs, n);
  while (iterations < maxIterations && largest(gradient) > gradientTolerance) {
    iterations++;
    if (fresh && !approximate) resetInverse(inverse, n, firstStep / norm(gradient));
    const direction = negativeProduct(inverse, gradient);
    let slope = dot(direction, gradient);
    if (!(slope < 0)) {
      if (fresh && !approximate) break;
      fresh = true;
      approximate = false;
      continue;
    }
    const found = lineSearch(count, x, value, slope, direction);
    if (found === undefined) {
      // Rounding hides any further descent; one more try from steepest descent, then stop.
      if ((fresh && !approximate) || stalled++ > 0) break;
      fresh = true;
      approximate = false;
      continue;
    }
    const step = found.x.map((xi, i) => xi - x[i]!);
    const change = found.gradient.map((gi, i) => gi - gradient[i]!);
    const curvature = dot(step, change);
    slope = dot(change, change);
    if (curvature > 1e-12 * Math.sqrt(dot(step, step) * slope)) {
      if (fresh && !approximate) resetInverse(inverse, n, curvature / slope);
      update(inverse, step, change, curvature);
      pairs.push({ step, change, curvature });
      if (pairs.length > (options.updates === false ? 0 : MEMORY)) pairs.shift();
      fresh = false;
    }
    ({ x, value, gradient } = found);
    if (approximate) approximate = startFromHessian(inverse, hessian!(x), pairs, n);
  }
  return { x, value, gradient, evaluations, iterations, converged: largest(gradient) <= gradientTolerance };
}

interface Point {
  readonly x: Float64Array<ArrayBuffer>;
  readonly value: number;
  readonly gradient: Float64Array<ArrayBuffer>;
}

function lineSearch(
  f: Objective,
  x: Float64Array,
  value: number,
  slope: number,
  direction: Float64Array,
): Point | undefined {
  const at = (length: number) => {
    const point = x.map((xi, i) => xi + length * direction[i]!);
    const gradient = new Float64Array(x.length);
    const here = f(point, gradient);
    return { length, x: point, value: here, gradient, slope: dot(gradient, direction) };
  };
  // Close to the minimum differences of values drown in rounding; slopes do not.
  const noise = 1e-13 * Math.abs(value);
  let low = { length: 0, value, slope } as Omit<ReturnType<typeof at>, "x" | "gradient">;
  let high: typeof low | undefined;
  let length = 1;
  let best: ReturnType<typeof at> | undefined;
  for (let trial = 0; trial < 30; trial++) {
    const here = at(length);
    const descends = here.value <= value + ARMIJO * length * slope + noise;
    if (!descends || !(here.value < Infinity) || (here.value > low.value + noise && low.length > 0))
      high = here;
    else {
      best = here;
      if (Math.abs(here.slope) <= -CURVATURE * slope) return here;
      if (here.slope >= 0) high = here;
      else low = here;
    }
    if (high === undefined) length *= 3;
    else if (!(high.value < Infinity)) length = low.length + (high.length - low.length) / 4;
    else length = interpolate(low, high);
    if (high !== undefined && Math.abs(high.length - low.length) < 1e-10 * Math.max(1, low.length)) break;
  }
  return best;
}

/** Minimum of the cubic through two values and slopes, kept inside the interval (Nocedal & Wright, eq. 3.59). */
function interpolate(
  a: { readonly length: number; readonly value: number; readonly slope: number },
  b: { readonly length: number; readonly value: number; readonly slope: number },
): number {
  const width = b.length - a.length;
  const d1 = a.slope + b.slope - (3 * (b.value - a.value)) / width;
  const square = d1 * d1 - a.slope * b.slope;
  if (!(square >= 0)) return a.length + width / 2;
  const d2 = Math.sign(width) * Math.sqrt(square);
  const length = b.length - (width * (b.slope + d2 - d1)) / (b.slope - a.slope + 2 * d2);
  const share = (length - a.length) / width;
  return share > 0.1 && share < 0.9 ? length : a.length + width * Math.min(0.9, Math.max(0.1, share || 0.5));
}

function update(inverse: Float64Array, step: Float64Array, change: Float64Array, curvature: number): void {
  const n = step.length;
  const product = negativeProduct(inverse, change).map((value) => -value);
  const factor = (1 + dot(change, product) / curvature) / curvature;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      inverse[i * n + j]! +=
        factor * step[i]! * step[j]! - (step[i]! * product[j]! + product[i]! * step[j]!) / curvature;
    }
  }
}

/** The inverse of the Hessian with the updates applied; false when it is not positive definite. */
function startFromHessian(
  inverse: Float64Array,
  hessian: Float64Array | undefined,
  pairs: readonly {
    readonly step: Float64Array;
    readonly change: Float64Array;
    readonly curvature: number;
  }[],
  n: number,
): boolean {
  const found = hessian && positiveInverse(hessian, n);
  if (found === undefined) return false;
  inverse.set(found);
  for (const { step, change, curvature } of pairs) update(inverse, step, change, curvature);
  return true;
}

function resetInverse(inverse: Float64Array, n: number, scale: number): void {
  inverse.fill(0);
  for (let i = 0; i < n; i++) inverse[i * n + i] = scale;
}

function negativeProduct(matrix: Float64Array, vector: Float64Array): Float64Array<ArrayBuffer> {
  const n = vector.length;
  const out = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0; j < n; j++) sum -= matrix[i * n + j]! * vector[j]!;
    out[i] = sum;
  }
  return out;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

const norm = (x: Float64Array): number => Math.sqrt(dot(x, x));

export function largest(x: Float64Array): number {
  return x.reduce(
    (most, value) => (Math.abs(value) > most || Number.isNaN(value) ? Math.abs(value) : most),
    0,
  );
}
