/**
 * Logarithms of two doubles, error below 2 ulp, the same bits on every engine. With s = f / (2 + f),
 * log(1 + f) = f − f²/2 + s (f²/2 + R(s²)): the leading terms are exact, so that the rounding of s hardly matters
 * (the arrangement of FreeBSD's e_log.c). R is the interpolant in Chebyshev nodes, computed in 60 digits.
 */

const LN2_HIGH: f64 = 0.693147180559663;
const LN2_LOW: f64 = 2.8235290563031577e-13;
/** Bits of √½: a mantissa is taken from [√½, √2). */
const SQRT_HALF_BITS: i64 = 0x3fe6a09e667f3bcd;
const ONE_BITS: i64 = 0x3ff0000000000000;
const MANTISSA: i64 = 0x000fffffffffffff;
/** The double 2^52, whose lowest bits hold a small whole number added to it. */
const TWO_52_BITS: i64 = 0x4330000000000000;
const EXPONENT_SHIFT: f64 = 4503599627370496 + 1023;
const SMALLEST_NORMAL: f64 = 2.2250738585072014e-308;
const TWO_54: f64 = 18014398509481984;

// @ts-ignore: decorator
@inline
function splat(x: f64): v128 {
  return f64x2.splat(x);
}

// @ts-ignore: decorator
@inline
function term(a: v128, z: v128, b: f64): v128 {
  return f64x2.add(f64x2.mul(a, z), splat(b));
}

/** log x + correction for positive normal x, with the exponent `shift` added to that of x. */
// @ts-ignore: decorator
@inline
function logNormal(x: v128, shift: v128, correction: v128): v128 {
  const moved = i64x2.add(x, i64x2.splat(ONE_BITS - SQRT_HALF_BITS));
  const exponent = v128.or(i64x2.shr_u(moved, 52), i64x2.splat(TWO_52_BITS));
  const k = f64x2.add(f64x2.sub(exponent, splat(EXPONENT_SHIFT)), shift);
  const mantissa = i64x2.add(v128.and(moved, i64x2.splat(MANTISSA)), i64x2.splat(SQRT_HALF_BITS));
  const f = f64x2.sub(mantissa, splat(1));
  const s = f64x2.div(f, f64x2.add(splat(2), f));
  const z = f64x2.mul(s, s);
  const z2 = f64x2.mul(z, z);
  const r01 = term(splat(0.3999999999989938), z, 0.666666666666667);
  const r23 = term(splat(0.2222221112572281), z, 0.28571428626031065);
  const r45 = term(splat(0.15331699633543858), z, 0.18182889786191042);
  const high = f64x2.add(r45, f64x2.mul(splat(0.14616721179861816), z2));
  const r = f64x2.mul(z, f64x2.add(r01, f64x2.mul(z2, f64x2.add(r23, f64x2.mul(z2, high)))));
  const halfSquare = f64x2.mul(splat(0.5), f64x2.mul(f, f));
  const low = f64x2.add(f64x2.mul(k, splat(LN2_LOW)), correction);
  const tail = f64x2.add(f64x2.mul(s, f64x2.add(halfSquare, r)), low);
  return f64x2.add(f64x2.mul(k, splat(LN2_HIGH)), f64x2.sub(f, f64x2.sub(halfSquare, tail)));
}

/** log x: −∞ at 0, NaN below. */
// @ts-ignore: decorator
@inline
export function log(x: v128): v128 {
  const subnormal = f64x2.lt(x, splat(SMALLEST_NORMAL));
  const scaled = v128.bitselect(f64x2.mul(x, splat(TWO_54)), x, subnormal);
  const value = logNormal(scaled, v128.and(subnormal, splat(-54)), splat(0));
  // log of 0, of negative numbers, of ∞ and of NaN.
  const regular = v128.and(f64x2.gt(x, splat(0)), f64x2.lt(x, splat(Infinity)));
  const atZero = v128.bitselect(splat(-Infinity), splat(NaN), f64x2.eq(x, splat(0)));
  const other = v128.bitselect(x, atZero, f64x2.gt(x, splat(0)));
  return v128.bitselect(value, other, regular);
}

/** log(1 + x): −∞ at −1, NaN below. */
// @ts-ignore: decorator
@inline
export function log1p(x: v128): v128 {
  const u = f64x2.add(splat(1), x);
  // What rounding took from 1 + x (Dekker 1971): the smaller summand is subtracted last.
  const small = f64x2.sub(x, f64x2.sub(u, splat(1)));
  const large = f64x2.sub(splat(1), f64x2.sub(u, x));
  const lost = v128.bitselect(large, small, f64x2.gt(x, splat(1)));
  const value = logNormal(u, splat(0), f64x2.div(lost, u));
  const atZero = v128.bitselect(splat(-Infinity), splat(NaN), f64x2.eq(u, splat(0)));
  const other = v128.bitselect(x, atZero, f64x2.gt(u, splat(0)));
  return v128.bitselect(value, other, v128.and(f64x2.gt(u, splat(0)), f64x2.lt(u, splat(Infinity))));
}

/** R(z) for 0 ≤ z ≤ 1/9. */
// @ts-ignore: decorator
@inline
function remainder(z: v128): v128 {
  const z2 = f64x2.mul(z, z);
  const z4 = f64x2.mul(z2, z2);
  const r01 = term(splat(0.40000000000014585), z, 0.6666666666666666);
  const r23 = term(splat(0.22222222717465243), z, 0.28571428567108387);
  const r45 = term(splat(0.15385570117742978), z, 0.18181789434252693);
  const r67 = term(splat(0.1200108104593959), z, 0.1331414334391922);
  const r89 = term(splat(0.16164134865118995), z, 0.08800696405722702);
  const low = f64x2.add(r01, f64x2.mul(r23, z2));
  const middle = f64x2.add(r45, f64x2.mul(r67, z2));
  return f64x2.mul(z, f64x2.add(low, f64x2.mul(z4, f64x2.add(middle, f64x2.mul(r89, z4)))));
}

/** log(1 + x) for 0 ≤ x ≤ 1, with one division. */
// @ts-ignore: decorator
@inline
export function log1pUnit(x: v128): v128 {
  const s = f64x2.div(x, f64x2.add(splat(2), x));
  const r = remainder(f64x2.mul(s, s));
  const halfSquare = f64x2.mul(splat(0.5), f64x2.mul(x, x));
  return f64x2.sub(x, f64x2.sub(halfSquare, f64x2.mul(s, f64x2.add(halfSquare, r))));
}

/** log(1 + x) − x for −¼ ≤ x ≤ ¼ without cancellation: s (R(s²) − x). */
// @ts-ignore: decorator
@inline
export function log1pMinus(x: v128): v128 {
  const s = f64x2.div(x, f64x2.add(splat(2), x));
  return f64x2.mul(s, f64x2.sub(remainder(f64x2.mul(s, s)), x));
}
