/**
 * The part of log Γ that Stirling's main term leaves over. Densities of gamma, beta and (negative) binomial type are
 * written with it, because differences of log Γ cancel when the shape or precision is large (Loader 2000,
 * "Fast and accurate computation of binomial probabilities").
 */
import * as Elementary from "../numeric/elementary.ts";
import { digamma, logGamma } from "../numeric/special.ts";

const HALF_LOG_TWO_PI = 0.5 * Elementary.log(2 * Math.PI);

/** From here on the seven terms of both series are exact; smaller arguments are shifted up by Γ(a + 1) = a Γ(a). */
const ASYMPTOTIC = 8;

/** log Γ(x) less its main terms (x − ½) log x − x + ½ log 2π, for x ≥ 8 (DLMF 5.11.1). */
function logGammaSeries(x: number): number {
  const r = 1 / x;
  const q = r * r;
  return (
    r *
    (1 / 12 -
      q * (1 / 360 - q * (1 / 1260 - q * (1 / 1680 - q * (1 / 1188 - q * (691 / 360360 - q * (1 / 156)))))))
  );
}

/** log x − 1/(2 x) − ψ(x) for x ≥ 8 (DLMF 5.11.2). */
function digammaSeries(x: number): number {
  const r = 1 / x;
  const q = r * r;
  return (
    q *
    (1 / 12 -
      q * (1 / 120 - q * (1 / 252 - q * (1 / 240 - q * (1 / 132 - q * (691 / 32760 - q * (1 / 12)))))))
  );
}

/** h(a) = a log a − a − log Γ(a) for a > 0: about log a near 0, ½ log(a / 2π) for large a. */
export function stirlingExcess(a: number): number {
  if (a >= ASYMPTOTIC) return 0.5 * Elementary.log(a) - HALF_LOG_TWO_PI - logGammaSeries(a);
  let x = a;
  let product = 1;
  for (; x < ASYMPTOTIC; x++) product *= x;
  const logGammaShifted = (x - 0.5) * Elementary.log(x) - x + HALF_LOG_TWO_PI + logGammaSeries(x);
  return a * Elementary.log(a) - a - logGammaShifted + Elementary.log(product);
}

/** a h′(a) = a (log a − ψ(a)): falls from 1 at 0 to ½ at infinity. */
export function stirlingExcessSlope(a: number): number {
  if (a >= ASYMPTOTIC) return 0.5 + a * digammaSeries(a);
  if (a < 1e-300) return 1;
  let x = a;
  let harmonic = 0;
  for (; x < ASYMPTOTIC; x++) harmonic += 1 / x;
  return a * (Elementary.log(a / x) + 0.5 / x + digammaSeries(x) + harmonic);
}

/**
 * log(1 + u) − u for u > −1 without cancellation near 0: with s = u / (2 + u) it is −u s + 2 (s³/3 + s⁵/5 + …)
 * (Loader 2000, eq. 5.2).
 */
export function log1pMinus(u: number): number {
  if (!(Math.abs(u) < 0.25)) return Elementary.log1p(u) - u;
  const s = u / (2 + u);
  const q = s * s;
  // |s| < 1/7: the first omitted term is below 1e-17 of the sum.
  const series =
    1 / 3 +
    q *
      (1 / 5 +
        q * (1 / 7 + q * (1 / 9 + q * (1 / 11 + q * (1 / 13 + q * (1 / 15 + q * (1 / 17 + q / 19)))))));
  return s * (2 * q * series - u);
}

/** Up to this many factors a product is faster than log Γ, and exact. */
const SMALL = 20;

/**
 * R(a, y) = log Γ(a + y) − log Γ(a) − y log a = Σ_{j<y} log(1 + j/a) for a > 0 and a whole number y ≥ 0:
 * 0 in the Poisson limit a → ∞.
 */
export function logRisingExcess(a: number, y: number): number {
  if (y <= 1) return 0;
  if (y <= SMALL && a > 1e-12) {
    let product = 1;
    for (let j = 1; j < y; j++) product *= 1 + j / a;
    return Elementary.log(product);
  }
  const sum = a + y;
  const logRatio = y > a ? Elementary.log(sum) - Elementary.log(a) : Elementary.log1p(y / a);
  return sum * logRatio - y - stirlingExcess(sum) + stirlingExcess(a);
}

/** a ∂R/∂a = −Σ_{j<y} j / (a + j). */
export function logRisingExcessSlope(a: number, y: number): number {
  if (y <= SMALL) {
    let sum = 0;
    for (let j = 1; j < y; j++) sum -= j / (a + j);
    return sum;
  }
  const sum = a + y;
  const logRatio = y > a ? Elementary.log(sum) - Elementary.log(a) : Elementary.log1p(y / a);
  return a * logRatio - y - (a / sum) * stirlingExcessSlope(sum) + stirlingExcessSlope(a);
}

/** From here on the series of the half step are exact to 1e-15 (their first omitted terms). */
const HALF_STEP_ASYMPTOTIC = 16;

/** log Γ(x + ½) − log Γ(x) for x > 0 (the constant of Student's t). */
export function logGammaHalfStep(x: number): number {
  if (x < HALF_STEP_ASYMPTOTIC) return logGamma(x + 0.5) - logGamma(x);
  const r = 1 / x;
  const r2 = r * r;
  return (
    0.5 * Elementary.log(x) -
    r * (1 / 8 - r2 * (1 / 192 - r2 * (1 / 640 - r2 * (17 / 14336 - (r2 * 31) / 18432))))
  );
}

/** Its derivative ψ(x + ½) − ψ(x). */
export function logGammaHalfStepDerivative(x: number): number {
  if (x < HALF_STEP_ASYMPTOTIC) return digamma(x + 0.5) - digamma(x);
  const r = 1 / x;
  const r2 = r * r;
  return r * (0.5 + r * (1 / 8 - r2 * (1 / 64 - r2 * (1 / 128 - r2 * (17 / 2048 - (r2 * 31) / 2048)))));
}
