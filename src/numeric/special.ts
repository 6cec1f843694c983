/** Scalar special functions. */

import stdlibDigamma from "@stdlib/math/base/special/digamma";
import erfcx from "@stdlib/math/base/special/erfcx";
import gammaln from "@stdlib/math/base/special/gammaln";
import * as Elementary from "./elementary.ts";

export const logGamma = (x: number): number => gammaln(x);
export const digamma = (x: number): number => stdlibDigamma(x);

/** log(1 + eˣ) without overflow. */
export function log1pExp(x: number): number {
  return x > 0 ? x + Elementary.log1p(Elementary.exp(-x)) : Elementary.log1p(Elementary.exp(x));
}

/** 1 / (1 + e⁻ˣ). */
export function invLogit(x: number): number {
  if (x >= 0) return 1 / (1 + Elementary.exp(-x));
  const e = Elementary.exp(x);
  return e / (1 + e);
}

export function logit(p: number): number {
  return Elementary.log(p) - Elementary.log1p(-p);
}

/** log Φ(x), accurate in the lower tail. */
export function logNormalCdf(x: number): number {
  return x < -1
    ? Elementary.log(erfcx(-x * Math.SQRT1_2) / 2) - 0.5 * x * x
    : Elementary.log1p(-0.5 * erfcx(x * Math.SQRT1_2) * Elementary.exp(-0.5 * x * x));
}

/** Φ(x). */
export function normalCdf(x: number): number {
  return Elementary.exp(logNormalCdf(x));
}

const LOG_SQRT_TWO_PI = 0.5 * Elementary.log(2 * Math.PI);

/**
 * Φ⁻¹(p): −Infinity at 0, Infinity at 1, NaN outside. Newton steps on log Φ, which is nearly quadratic in the tail, from the
 * approximation of Abramowitz & Stegun (1964), 26.2.23.
 */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) return p === 0 ? -Infinity : p === 1 ? Infinity : Number.NaN;
  if (p > 0.5) return -normalQuantile(1 - p);
  const target = Elementary.log(p);
  const t = Math.sqrt(-2 * target);
  let x =
    (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t;
  for (let step = 0; step < 4; step++) {
    const logCdf = logNormalCdf(x);
    x -= (logCdf - target) * Elementary.exp(logCdf + 0.5 * x * x + LOG_SQRT_TWO_PI);
  }
  return x;
}
