/**
 * The part of log Γ that Stirling's main term leaves over. Densities of gamma, beta and (negative) binomial type are
 * written with it, because differences of log Γ cancel when the shape or precision is large (Loader 2000,
 * "Fast and accurate computation of binomial probabilities").
 */
import * as Elementary from "./elementary.ts";
import { digamma, logGamma } from "./special.ts";

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

/** Of the series of log Γ: the coefficient of x^−(2m−1) for m = 1, 2, … (DLMF 5.11.1). */
const SERIES = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156];
/** From here on seven terms are exact in higher derivatives as well. */
const HIGHER_ASYMPTOTIC = 16;

/** Order of a derivative. */
export type Order = 0 | 1 | 2 | 3;

/** (a d/da)ᵏ h(a) of the Stirling excess h, that is its k-th derivative by log a. */
export function stirling(k: Order, a: number): number {
  if (k === 0) return stirlingExcess(a);
  if (k === 1) return stirlingExcessSlope(a);
  if (a >= HIGHER_ASYMPTOTIC) {
    const r = 1 / a;
    let sum = 0;
    for (let m = SERIES.length; m > 0; m--) sum = sum * r * r + SERIES[m - 1]! * (2 * m - 1) ** k;
    return (k === 2 ? -1 : 1) * sum * r;
  }
  if (a < 1e-300) return 0;
  // log Γ(a) = log Γ(x) − Σ log(a + j)
  let x = a + 1;
  let shifted = 0;
  for (; x < HIGHER_ASYMPTOTIC; x++) {
    const q = a / x;
    shifted += k === 2 ? q * (1 - q) : q * (1 - q) * (1 - 2 * q);
  }
  const [psi, psi1, psi2] = polygammas(x);
  const main = a * Elementary.log(a) + (k - 1) * a;
  return k === 2
    ? main - a * psi - a * a * psi1 + shifted
    : main - a * psi - 3 * a * a * psi1 - a * a * a * psi2 + shifted;
}

/** ψ, ψ′ and ψ″ at x ≥ 16, from the series of log Γ. */
function polygammas(x: number): [number, number, number] {
  const r = 1 / x;
  const q = r * r;
  let first = 0;
  let second = 0;
  let third = 0;
  for (let m = SERIES.length; m > 0; m--) {
    const n = 2 * m - 1;
    const c = SERIES[m - 1]! * n;
    first = first * q + c;
    second = second * q + c * (n + 1);
    third = third * q + c * (n + 1) * (n + 2);
  }
  return [Elementary.log(x) - 0.5 * r - first * q, r + 0.5 * q + second * q * r, -q - q * r - third * q * q];
}

/** ψ′ (order 1) and ψ″ (order 2) for x > 0, shifted up by ψ(x) = ψ(x + 1) − 1/x. */
export function polygamma(order: 1 | 2, x: number): number {
  let shifted = 0;
  let at = x;
  for (; at < HIGHER_ASYMPTOTIC; at++) shifted += order === 1 ? 1 / (at * at) : -2 / (at * at * at);
  return x > 0 ? shifted + polygammas(at)[order] : Number.NaN;
}

/** (a d/da)ᵏ R(a, y) of the rising excess R. */
export function rising(k: Order, a: number, y: number): number {
  if (k === 0) return logRisingExcess(a, y);
  if (k === 1) return logRisingExcessSlope(a, y);
  if (y <= SMALL) {
    let sum = 0;
    for (let j = 1; j < y; j++) {
      const q = a / (a + j);
      sum += k === 2 ? q * (1 - q) : q * (1 - q) * (1 - 2 * q);
    }
    return sum;
  }
  const s = a + y;
  const logRatio = y > a ? Elementary.log(s) - Elementary.log(a) : Elementary.log1p(y / a);
  const q = a / s;
  const rest = y / s;
  if (k === 2) {
    return a * (logRatio - rest) - q * rest * stirling(1, s) - q * q * stirling(2, s) + stirling(2, a);
  }
  return (
    a * (logRatio - rest * (1 + rest)) -
    q * rest * (1 - 2 * q) * stirling(1, s) -
    3 * q * q * rest * stirling(2, s) -
    q * q * q * stirling(3, s) +
    stirling(3, a)
  );
}

/** Of the series of log Γ(x + ½) − log Γ(x) − ½ log x: the coefficient of x^−(2m−1). */
const HALF_STEP_SERIES = [-1 / 8, 1 / 192, -1 / 640, 17 / 14336, -31 / 18432];

/** The k-th derivative of log Γ(x + ½) − log Γ(x). */
export function halfStep(k: Order, x: number): number {
  if (k === 0) return logGammaHalfStep(x);
  if (k === 1) return logGammaHalfStepDerivative(x);
  const order = k === 2 ? 1 : 2;
  if (x < HALF_STEP_ASYMPTOTIC) return polygamma(order, x + 0.5) - polygamma(order, x);
  const r = 1 / x;
  let sum = 0;
  for (let m = HALF_STEP_SERIES.length; m > 0; m--) {
    const n = 2 * m - 1;
    const factor = k === 2 ? n * (n + 1) : -n * (n + 1) * (n + 2);
    sum = sum * r * r + HALF_STEP_SERIES[m - 1]! * factor;
  }
  return k === 2 ? r * r * (sum * r - 0.5) : r * r * r * (sum * r + 1);
}

const EULER = 0.5772156649015329;
const HALF_ZETA_2 = Math.PI ** 2 / 12;

/** log Γ(1 + x) for x ≥ 0, also where 1 + x rounds to 1. */
export const logGamma1p = (x: number): number => (x < 1e-8 ? x * (HALF_ZETA_2 * x - EULER) : logGamma(1 + x));

/** log r − r + 1 from r and log r, either of which may be the better known. */
export function logRatioMinus(logR: number, r: number): number {
  const u = r - 1;
  return Math.abs(u) < 0.25 ? log1pMinus(u) : logR - u;
}
