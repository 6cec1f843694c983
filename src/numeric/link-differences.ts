/** log(F(u) − F(l)) of distribution functions F, for u > l and without cancellation. */
import * as Elementary from "./elementary.ts";
import { logDiffExp } from "./log-space.ts";
import { invLogit, log1pExp, logNormalCdf } from "./special.ts";

/** From the tail in which both points lie, where the two logarithms are large and different. */
export function logNormalDifference(upper: number, lower: number): number {
  return lower > 0
    ? logDiffExp(logNormalCdf(-lower), logNormalCdf(-upper))
    : logDiffExp(logNormalCdf(upper), logNormalCdf(lower));
}

/** From the angle between the directions (1, l) and (1, u). */
export function logCauchyDifference(upper: number, lower: number): number {
  return Elementary.log(Elementary.atan2(upper - lower, 1 + upper * lower) / Math.PI);
}

/** log F(x) for F(x) = 1/2 + atan(x)/π = atan2(1, −x)/π, which keeps its digits as x → −∞. */
export function logCauchyCdf(x: number): number {
  return x > 0
    ? Elementary.log1p(-Elementary.atan2(1, x) / Math.PI)
    : Elementary.log(Elementary.atan2(1, -x) / Math.PI);
}

/** log(1 + eᵘ) − log(1 + eˡ). */
function softplusGap(upper: number, lower: number): number {
  return upper - lower > 1
    ? log1pExp(upper) - log1pExp(lower)
    : Elementary.log1p(Elementary.expm1(upper - lower) * invLogit(lower));
}

/** For F/(1 − F) = log(1 + eˣ). */
export function logSoftitDifference(upper: number, lower: number): number {
  return (
    Elementary.log(softplusGap(upper, lower)) -
    Elementary.log1p(log1pExp(upper)) -
    Elementary.log1p(log1pExp(lower))
  );
}

/** eᵘ − eˡ. */
export function expGap(upper: number, lower: number): number {
  return upper - lower > 1
    ? Elementary.exp(upper) - Elementary.exp(lower)
    : Elementary.exp(lower) * Elementary.expm1(upper - lower);
}
