/**
 * Logarithms of the regularised incomplete gamma functions with exact derivatives, for censored gamma responses.
 * Series and continued fraction DLMF 8.11.4 and 8.9.2, differentiated term by term in a.
 */
import * as Elementary from "./elementary.ts";
import { log1mExp } from "./log-space.ts";
import { inverseMills } from "./normal-tail.ts";
import { logNormalCdf } from "./special.ts";
import { log1pMinus, stirlingExcess, stirlingExcessSlope } from "./stirling.ts";

/** Beyond this shape the two expansions need too many terms; the leading term of DLMF 8.12.4 is good to 1e-5 there. */
const HUGE_SHAPE = 1e10;

/** log P(a, x), writing ∂/∂a and ∂/∂x into `partials`; a > 0, x > 0. */
export function logGammaCdf(a: number, x: number, partials: Float64Array): number {
  if (a > HUGE_SHAPE) return normalLimit(1, a, x, partials);
  return x < a + 1 ? lowerSeries(a, x, partials) : complement(upperFraction(a, x, partials), partials);
}

/** log Q(a, x) = log(1 − P(a, x)), with the same partial derivatives. */
export function logGammaCcdf(a: number, x: number, partials: Float64Array): number {
  if (a > HUGE_SHAPE) return normalLimit(-1, a, x, partials);
  return x < a + 1 ? complement(lowerSeries(a, x, partials), partials) : upperFraction(a, x, partials);
}

/** log(1 − eˣ) and its partial derivatives from those of x ≤ 0. */
export function complement(logValue: number, partials: Float64Array): number {
  const slope = -1 / Elementary.expm1(-logValue);
  for (let i = 0; i < partials.length; i++) partials[i]! *= slope;
  return log1mExp(logValue);
}

/** log of xᵃ e⁻ˣ / Γ(a), without cancellation for large a. */
function logPrefactor(a: number, x: number): number {
  const u = (x - a) / a;
  return a * (u > -0.9 ? log1pMinus(u) : Elementary.log(x / a) - u) + stirlingExcess(a);
}

function lowerSeries(a: number, x: number, partials: Float64Array): number {
  let term = 1;
  let sum = 1;
  let harmonic = 0;
  let weighted = 0;
  for (let n = 1; term > 1e-17 * sum; n++) {
    term *= x / (a + n);
    harmonic += 1 / (a + n);
    sum += term;
    weighted += term * harmonic;
  }
  const prefactor = logPrefactor(a, x);
  const value = Math.min(0, prefactor - Elementary.log(a) + Elementary.log(sum));
  partials[0] = Elementary.log(x / a) + (stirlingExcessSlope(a) - 1) / a - weighted / sum;
  partials[1] = Elementary.exp(prefactor - Elementary.log(x) - value);
  return value;
}

function upperFraction(a: number, x: number, partials: Float64Array): number {
  // Modified Lentz (Thompson & Barnett 1986); primes are derivatives in a.
  let b = x + 1 - a;
  let c = 1e300;
  let cPrime = 0;
  let d = 1 / b;
  let dPrime = d * d;
  let logH = Elementary.log(d);
  let logHPrime = d;
  for (let i = 1; i < 1_000_000; i++) {
    const numerator = -i * (i - a);
    b += 2;
    const denominator = numerator * d + b;
    const denominatorPrime = i * d + numerator * dPrime - 1;
    cPrime = -1 + i / c - (numerator * cPrime) / (c * c);
    c = b + numerator / c;
    d = 1 / denominator;
    dPrime = -denominatorPrime * d * d;
    const step = c * d - 1;
    const stepPrime = dPrime / d + cPrime / c;
    logH += Elementary.log1p(step);
    logHPrime += stepPrime;
    if (!(Math.abs(step) > 2e-16 || Math.abs(stepPrime) > 1e-15 * (1 + Math.abs(logHPrime)))) break;
  }
  const prefactor = logPrefactor(a, x);
  const value = Math.min(0, prefactor + logH);
  partials[0] = Elementary.log(x / a) + stirlingExcessSlope(a) / a + logHPrime;
  partials[1] = -Elementary.exp(prefactor - Elementary.log(x) - value);
  return value;
}

function normalLimit(sign: number, a: number, x: number, partials: Float64Array): number {
  const r = x / a;
  const u = (x - a) / a;
  const z = Math.sign(u) * Math.sqrt(-2 * a * log1pMinus(u));
  const slope = sign * inverseMills(sign * z);
  const zByX = u === 0 ? 1 / Math.sqrt(a) : u / r / z;
  partials[0] = slope * (u === 0 ? -1 / Math.sqrt(a) : -Elementary.log(r) / z);
  partials[1] = slope * zByX;
  return logNormalCdf(sign * z);
}
