import * as Elementary from "./elementary.ts";
import { logNormalCdf } from "./special.ts";

export const HALF_LOG_TWO_PI = 0.5 * Elementary.log(2 * Math.PI);

/** log φ(x). */
export const normalLogDensity = (x: number): number => -0.5 * x * x - HALF_LOG_TWO_PI;

/** From here on twelve levels of the continued fraction are exact. */
const FAR = 10;

/**
 * Hazard of the standard normal less its asymptote: φ(x)/Φ(−x) − x = 1/(x + 2/(x + 3/(x + …))) (DLMF 7.9.2),
 * without cancellation for large x.
 */
export function hazardExcess(x: number): number {
  if (!(x > FAR)) return Elementary.exp(normalLogDensity(x) - logNormalCdf(-x)) - x;
  let rest = x;
  for (let level = 13; level > 1; level--) rest = x + level / rest;
  return 1 / rest;
}

/** φ(z)/Φ(z), the derivative of log Φ: about −z far in the lower tail, 0 in the upper. */
export function inverseMills(z: number): number {
  return z < -FAR ? hazardExcess(-z) - z : Elementary.exp(normalLogDensity(z) - logNormalCdf(z));
}
