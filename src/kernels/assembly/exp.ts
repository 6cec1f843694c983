/**
 * eˣ of two doubles, error below 1 ulp, the same bits on every engine: reduction x = k log 2 + r with |r| ≤ ½ log 2
 * (Cody & Waite 1980, "Software Manual for the Elementary Functions", ch. 6), then 1 + r + r² q(r), where q is the
 * interpolant of (eʳ − 1 − r) / r² in Chebyshev nodes, computed in 60 digits (error 1.3e-17 of eʳ).
 */

const LOG2_E: f64 = 1.4426950408889634;
/** log 2 in two parts; the first has 41 bits, so that k times it is exact. */
const LN2_HIGH: f64 = 0.693147180559663;
const LN2_LOW: f64 = 2.8235290563031577e-13;
/** Beyond these the result is ∞ or 0. */
const LARGEST: f64 = 710;
const SMALLEST: f64 = -746;
/** Adding it leaves k + 1023 in the lowest bits of the sum. */
const EXPONENT_SHIFT: f64 = 4503599627370496 + 1023;

// @ts-ignore: decorator
@inline
function splat(x: f64): v128 {
  return f64x2.splat(x);
}

// @ts-ignore: decorator
@inline
function term(a: v128, r: v128, b: f64): v128 {
  return f64x2.add(f64x2.mul(a, r), splat(b));
}

/** 2ᵏ for whole −1022 ≤ k ≤ 1023. */
// @ts-ignore: decorator
@inline
function powerOfTwo(k: v128): v128 {
  return i64x2.shl(f64x2.add(k, splat(EXPONENT_SHIFT)), 52);
}

/** x − k log 2. */
// @ts-ignore: decorator
@inline
function reduced(x: v128, k: v128): v128 {
  return f64x2.sub(f64x2.sub(x, f64x2.mul(k, splat(LN2_HIGH))), f64x2.mul(k, splat(LN2_LOW)));
}

/** eʳ for |r| ≤ ½ log 2. */
// @ts-ignore: decorator
@inline
function polynomial(r: v128): v128 {
  const r2 = f64x2.mul(r, r);
  const r4 = f64x2.mul(r2, r2);
  const q01 = term(splat(0.16666666666666669), r, 0.5000000000000001);
  const q23 = term(splat(0.008333333333330062), r, 0.04166666666662413);
  const q45 = term(splat(0.00019841269863053618), r, 0.0013888888917213717);
  const q67 = term(splat(2.7557268459997064e-6), r, 2.4801521295954376e-5);
  const q89 = term(splat(2.510038549551032e-8), r, 2.7620088445409746e-7);
  const low = f64x2.add(q01, f64x2.mul(q23, r2));
  const middle = f64x2.add(q45, f64x2.mul(q67, r2));
  const q = f64x2.add(low, f64x2.mul(r4, f64x2.add(middle, f64x2.mul(q89, r4))));
  return f64x2.add(splat(1), f64x2.add(r, f64x2.mul(r2, q)));
}

// @ts-ignore: decorator
@inline
export function exp(x: v128): v128 {
  // pmin and pmax with x in front keep a NaN.
  const held = f64x2.pmax(f64x2.pmin(x, splat(LARGEST)), splat(SMALLEST));
  const k = f64x2.nearest(f64x2.mul(held, splat(LOG2_E)));
  // Two factors, so that neither leaves the range of exponents and a subnormal result is rounded once.
  const half = f64x2.nearest(f64x2.mul(k, splat(0.5)));
  const power = polynomial(reduced(held, k));
  return f64x2.mul(f64x2.mul(power, powerOfTwo(half)), powerOfTwo(f64x2.sub(k, half)));
}
