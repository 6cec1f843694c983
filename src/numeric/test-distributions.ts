/** Tails and quantiles of the distributions of test statistics. */

import betaCdf from "@stdlib/stats/base/dists/beta/cdf";
import chisqCdf from "@stdlib/stats/base/dists/chisquare/cdf";
import * as Elementary from "./elementary.ts";
import { logGamma, logNormalCdf, normalQuantile } from "./special.ts";

/** P(|T| > |t|); df = Infinity is the normal distribution. */
export function studentTwoSided(t: number, df: number): number {
  if (Number.isNaN(t) || Number.isNaN(df)) return Number.NaN;
  if (df === Infinity) return 2 * Elementary.exp(logNormalCdf(-Math.abs(t)));
  // P = I_x(df/2, 1/2), x = df/(df + t²): no cancellation in the tail.
  return betaCdf(df / (df + t * t), df / 2, 0.5);
}

/**
 * The t with P(|T| ≤ t) = level: Newton's method on the logarithm of the tail, which is concave in log t and hence approached
 * from one side.
 */
export function studentHalfWidth(level: number, df: number): number {
  if (!(df > 0) || !(level > 0 && level < 1)) return Number.NaN;
  let t = normalQuantile((1 + level) / 2);
  if (df > 1e7) return t;
  const target = Elementary.log1p(-level);
  const logConstant =
    logGamma((df + 1) / 2) - logGamma(df / 2) - 0.5 * Elementary.log(df * Math.PI) + Math.LN2;
  let logT = Elementary.log(t);
  for (let step = 0; step < 200; step++) {
    t = Elementary.exp(logT);
    const logTail = Elementary.log(studentTwoSided(t, df));
    const logDensity = logConstant - ((df + 1) / 2) * Elementary.log1p((t * t) / df);
    const change = (logTail - target) / (t * Elementary.exp(logDensity - logTail));
    logT += Math.max(-2, Math.min(2, change));
    if (Math.abs(change) < 1e-14) break;
  }
  return Elementary.exp(logT);
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
