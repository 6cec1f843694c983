/**
 * The default prior of a length scale: the inverse gamma that puts one percent below the smallest distance between points and one
 * percent above the largest (Betancourt 2020, Robust Gaussian Process Modeling, as brms has it).
 */
import { gammaDistribution } from "../../numeric/cdf.ts";
import * as Elementary from "../../numeric/elementary.ts";

const TAIL = 0.01;
/** The smallest distance that counts, as a share of the largest. */
const LEAST = 0.01;

/** Undefined where all points are one. */
export function lengthScalePrior(squares: Float64Array): { shape: number; scale: number } | undefined {
  let largest = 0;
  let smallest = Number.POSITIVE_INFINITY;
  for (const square of squares) {
    largest = Math.max(largest, square);
    if (square > 0) smallest = Math.min(smallest, square);
  }
  if (largest === 0) return undefined;
  const high = Math.sqrt(largest);
  const low = Math.max(Math.sqrt(smallest), LEAST * high);
  if (!(low < high)) return undefined;
  return inverseGammaBetween(low, high);
}

/**
 * 1/ℓ is Gamma(shape, scale): its quantiles 1 − TAIL and TAIL are scale⁻¹-multiples of those of Gamma(shape, 1), whose ratio falls
 * with the shape.
 */
function inverseGammaBetween(low: number, high: number): { shape: number; scale: number } {
  const wanted = Elementary.log(high / low);
  const shape = Elementary.exp(
    root(
      (logShape) => {
        const a = Elementary.exp(logShape);
        return wanted - (logQuantile(a, 1 - TAIL) - logQuantile(a, TAIL));
      },
      -3,
      12,
    ),
  );
  return { shape, scale: high * Elementary.exp(logQuantile(shape, TAIL)) };
}

function logQuantile(shape: number, probability: number): number {
  return root((logX) => gammaDistribution(Elementary.exp(logX), shape, 1) - probability, -600, 20);
}

/** Zero of an increasing function by bisection. */
function root(f: (x: number) => number, from: number, to: number): number {
  let low = from;
  let high = to;
  for (let step = 0; step < 200 && high - low > 1e-13 * Math.max(1, Math.abs(low)); step++) {
    const middle = (low + high) / 2;
    if (f(middle) < 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
