/**
 * Elementary functions that give the same bits in every JavaScript engine. The language leaves the last bits of `Math.exp` and
 * its like to the engine, and draws follow every bit; the rest of the package calls these instead (test/architecture.test.ts).
 *
 * exp, log and log1p are written for speed, error below 1 ulp; the others are fdlibm's in JavaScript.
 */
import fdlibmPow from "@stdlib/math/base/special/pow";

export { default as acos } from "@stdlib/math/base/special/acos";
export { default as asin } from "@stdlib/math/base/special/asin";
export { default as asinh } from "@stdlib/math/base/special/asinh";
export { default as atan } from "@stdlib/math/base/special/atan";
export { default as atan2 } from "@stdlib/math/base/special/atan2";
export { default as atanh } from "@stdlib/math/base/special/atanh";
export { default as cbrt } from "@stdlib/math/base/special/cbrt";
export { default as cos } from "@stdlib/math/base/special/cos";
export { default as cosh } from "@stdlib/math/base/special/cosh";
export { default as expm1 } from "@stdlib/math/base/special/expm1";
export { default as log2 } from "@stdlib/math/base/special/log2";
export { default as log10 } from "@stdlib/math/base/special/log10";
export { default as sin } from "@stdlib/math/base/special/sin";
export { default as sinh } from "@stdlib/math/base/special/sinh";
export { default as tan } from "@stdlib/math/base/special/tan";
export { default as tanh } from "@stdlib/math/base/special/tanh";

/** xʸ; a square is a product. */
export function pow(x: number, y: number): number {
  return y === 2 ? x * x : fdlibmPow(x, y);
}

/** √Σx² without overflow. */
export function hypot(...values: readonly number[]): number {
  let largest = 0;
  for (const value of values) {
    if (Number.isNaN(value)) return Number.NaN;
    largest = Math.max(largest, Math.abs(value));
  }
  if (largest === 0 || largest === Number.POSITIVE_INFINITY) return largest;
  let sum = 0;
  for (const value of values) sum += (value / largest) ** 2;
  return largest * Math.sqrt(sum);
}

/** log 2 in two parts; the first has 41 bits, so that a whole number of exponents times it is exact. */
const LN2_HIGH = 0.693147180559663;
const LN2_LOW = 2.8235290563031577e-13;
/** The smallest power of two, 2^−1074. */
const LEAST = -1074;
const POWERS_OF_TWO = powersOfTwo();

/**
 * eˣ: reduction x = k log 2 + r with |r| ≤ ½ log 2 (Cody & Waite 1980, "Software Manual for the Elementary Functions", ch. 6),
 * then 1 + r + r² q(r), where q is the interpolant of (eʳ − 1 − r) / r² in Chebyshev nodes, computed in 60 digits.
 */
export function exp(x: number): number {
  if (!(x > -708 && x < 709)) return expAtTheEdges(x);
  const k = Math.floor(x * Math.LOG2E + 0.5);
  return expReduced(x - k * LN2_HIGH - k * LN2_LOW) * POWERS_OF_TWO[k - LEAST]!;
}

function expAtTheEdges(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x > 710) return Number.POSITIVE_INFINITY;
  if (x < -746) return 0;
  const k = Math.floor(x * Math.LOG2E + 0.5);
  // Two factors, so that neither leaves the range of exponents and a subnormal result is rounded once.
  const half = Math.floor(k / 2);
  const power = expReduced(x - k * LN2_HIGH - k * LN2_LOW);
  return power * POWERS_OF_TWO[half - LEAST]! * POWERS_OF_TWO[k - half - LEAST]!;
}

function expReduced(r: number): number {
  const r2 = r * r;
  const q01 = 0.16666666666666669 * r + 0.5000000000000001;
  const q23 = 0.008333333333330062 * r + 0.04166666666662413;
  const q45 = 0.00019841269863053618 * r + 0.0013888888917213717;
  const q67 = 2.7557268459997064e-6 * r + 2.4801521295954376e-5;
  const q89 = 2.510038549551032e-8 * r + 2.7620088445409746e-7;
  return 1 + (r + r2 * (q01 + q23 * r2 + r2 * r2 * (q45 + q67 * r2 + r2 * r2 * q89)));
}

const double = new Float64Array(1);
const words = new Int32Array(double.buffer);
const HIGH = highWord();
/** High words of 1, of √½ (a mantissa is taken from [√½, √2)), and of all ones below the exponent. */
const ONE = 0x3ff00000;
const SQRT_HALF = 0x3fe6a09e;
const MANTISSA = 0xfffff;
const SMALLEST_NORMAL = 2.2250738585072014e-308;

/** log x: −∞ at 0, NaN below. */
export function log(x: number): number {
  if (!(x >= SMALLEST_NORMAL && x < Number.POSITIVE_INFINITY)) return logAtTheEdges(x);
  return logNormal(x, 0, 0);
}

/** log(1 + x): −∞ at −1, NaN below. */
export function log1p(x: number): number {
  const u = 1 + x;
  if (!(u >= SMALLEST_NORMAL && u < Number.POSITIVE_INFINITY)) return logAtTheEdges(u);
  // What rounding took from 1 + x (Dekker 1971): the smaller summand is subtracted last.
  const lost = x > 1 ? 1 - (u - x) : x - (u - 1);
  return u === 1 ? x : logNormal(u, 0, lost / u);
}

function logAtTheEdges(x: number): number {
  if (x === 0) return Number.NEGATIVE_INFINITY;
  if (!(x > 0)) return Number.NaN;
  return x === Number.POSITIVE_INFINITY ? x : logNormal(x * 2 ** 54, -54, 0);
}

/**
 * log x + correction, with `shift` added to the exponent of x. With s = f / (2 + f), log(1 + f) = f − f²/2 + s (f²/2 + R(s²)):
 * the leading terms are exact, so that the rounding of s hardly matters (the arrangement of FreeBSD's e_log.c). R is the
 * interpolant in Chebyshev nodes, computed in 60 digits.
 */
function logNormal(x: number, shift: number, correction: number): number {
  double[0] = x;
  const moved = words[HIGH]! + (ONE - SQRT_HALF);
  const k = (moved >>> 20) - 1023 + shift;
  words[HIGH] = (moved & MANTISSA) + SQRT_HALF;
  const f = double[0]! - 1;
  const s = f / (2 + f);
  const z = s * s;
  const z2 = z * z;
  const r01 = 0.3999999999989938 * z + 0.666666666666667;
  const r23 = 0.2222221112572281 * z + 0.28571428626031065;
  const r45 = 0.15331699633543858 * z + 0.18182889786191042;
  const r = z * (r01 + z2 * (r23 + z2 * (r45 + 0.14616721179861816 * z2)));
  const halfSquare = 0.5 * f * f;
  return k * LN2_HIGH + (f - (halfSquare - (s * (halfSquare + r) + (k * LN2_LOW + correction))));
}

/** 2^−1074 … 2^1023, by exact doublings. */
function powersOfTwo(): Float64Array {
  const powers = new Float64Array(1024 - LEAST);
  let power = Number.MIN_VALUE;
  for (let i = 0; i < powers.length; i++) {
    powers[i] = power;
    power *= 2;
  }
  return powers;
}

/** Which half of a double holds its exponent on this machine. */
function highWord(): 0 | 1 {
  double[0] = 1;
  return words[1] === 0 ? 0 : 1;
}
