/** Scalar special functions. */

import stdlibDigamma from "@stdlib/math/base/special/digamma";
import erfcx from "@stdlib/math/base/special/erfcx";
import gammaln from "@stdlib/math/base/special/gammaln";
import stdlibNormalQuantile from "@stdlib/stats/base/dists/normal/quantile";

export const logGamma = (x: number): number => gammaln(x);
export const digamma = (x: number): number => stdlibDigamma(x);

/** log(1 + eˣ) without overflow. */
export function log1pExp(x: number): number {
  return x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));
}

/** 1 / (1 + e⁻ˣ). */
export function invLogit(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const e = Math.exp(x);
  return e / (1 + e);
}

export function logit(p: number): number {
  return Math.log(p) - Math.log1p(-p);
}

/** log Φ(x), accurate in the lower tail. */
export function logNormalCdf(x: number): number {
  return x < -1
    ? Math.log(erfcx(-x * Math.SQRT1_2) / 2) - 0.5 * x * x
    : Math.log1p(-0.5 * erfcx(x * Math.SQRT1_2) * Math.exp(-0.5 * x * x));
}

/** Φ(x). */
export function normalCdf(x: number): number {
  return Math.exp(logNormalCdf(x));
}

/** Φ⁻¹(p): −Infinity at 0, Infinity at 1, NaN outside. */
export function normalQuantile(p: number): number {
  return stdlibNormalQuantile(p, 0, 1);
}
