/** Tails and quantiles of the distributions of test statistics. */

import betaCdf from "@stdlib/stats/base/dists/beta/cdf";
import chisqCdf from "@stdlib/stats/base/dists/chisquare/cdf";
import { logGamma, logNormalCdf, normalQuantile } from "./special.ts";

/** P(|T| > |t|); df = Infinity is the normal distribution. */
export function studentTwoSided(t: number, df: number): number {
  if (Number.isNaN(t) || Number.isNaN(df)) return Number.NaN;
  if (df === Infinity) return 2 * Math.exp(logNormalCdf(-Math.abs(t)));
  // P = I_x(df/2, 1/2), x = df/(df + t²): no cancellation in the tail.
  return betaCdf(df / (df + t * t), df / 2, 0.5);
}

/** The t with P(|T| ≤ t) = level. */
export function studentHalfWidth(level: number, df: number): number {
  if (!(df > 0)) return Number.NaN;
  const normal = normalQuantile((1 + level) / 2);
  if (df > 1e7 || !(level > 0 && level < 1)) return normal;
  // Newton's method for log P against log t, which is nearly linear in the tail and concave everywhere.
  const target = Math.log1p(-level);
  const constant = logGamma((df + 1) / 2) - logGamma(df / 2) - 0.5 * Math.log(df * Math.PI);
  let t = normal;
  for (let step = 0; step < 100; step++) {
    const tail = studentTwoSided(t, df);
    const density = Math.exp(constant - ((df + 1) / 2) * Math.log1p((t * t) / df));
    const change = ((Math.log(tail) - target) * tail) / (2 * t * density);
    t *= Math.exp(change);
    if (Math.abs(change) < 1e-15) break;
  }
  return t;
}

/** P(F > f) with df1 and df2 degrees of freedom; df2 = Infinity is a scaled χ². */
export function fUpper(f: number, df1: number, df2: number): number {
  if (!(f >= 0) || Number.isNaN(df2)) return Number.NaN;
  if (df2 === Infinity) return chiSquareUpper(f * df1, df1);
  return betaCdf(df2 / (df2 + df1 * f), df2 / 2, df1 / 2);
}

/** P(X > x) of χ² with df degrees of freedom; df = 0 is a point mass at 0. */
export function chiSquareUpper(x: number, df: number): number {
  if (df === 0) return x > 0 ? 0 : 1;
  if (df === 1) return studentTwoSided(Math.sqrt(Math.max(x, 0)), Infinity);
  return 1 - chisqCdf(x, df);
}
