/**
 * Modified Bessel functions I₀ and I₁ of x ≥ 0 as the von Mises distribution needs them: scaled by e⁻ˣ, and their ratio less one.
 * Ascending series up to 20, beyond that the asymptotic expansion, whose terms fall until about the 2x-th (Abramowitz & Stegun
 * 1964, 9.6.10 and 9.7.1): both to rounding.
 */
import * as Elementary from "./elementary.ts";

const SERIES = 20;
const MOST_TERMS = 200;

/** log(e⁻ˣ I₀(x)). */
export function logBesselI0Scaled(x: number): number {
  if (x <= SERIES) return Elementary.log(series(x).zero) - x;
  return Elementary.log(expansion(x).zero) - 0.5 * Elementary.log(2 * Math.PI * x);
}

/** I₁(x)/I₀(x) − 1: from −1 at 0 to −1/(2x) for large x. */
export function besselRatioExcess(x: number): number {
  if (x <= SERIES) {
    const { zero, one } = series(x);
    return (one - zero) / zero;
  }
  const { zero, difference } = expansion(x);
  return difference / zero;
}

/** I₀ and I₁. */
function series(x: number): { zero: number; one: number } {
  const square = (x * x) / 4;
  let term = 1;
  let zero = 1;
  let one = 1;
  for (let k = 1; k < MOST_TERMS; k++) {
    term *= square / (k * k);
    zero += term;
    one += term / (k + 1);
    if (term < 1e-17 * zero) break;
  }
  return { zero, one: (one * x) / 2 };
}

/** √(2πx)·e⁻ˣ·I₀, and the same of I₁ − I₀, term by term: the ones cancel. */
function expansion(x: number): { zero: number; difference: number } {
  if (x === Infinity) return { zero: 1, difference: 0 };
  let zeroTerm = 1;
  let oneTerm = 1;
  let zero = 1;
  let difference = 0;
  for (let k = 1; k < MOST_TERMS; k++) {
    const odd = (2 * k - 1) ** 2;
    const next = (zeroTerm * odd) / (8 * x * k);
    if (next > zeroTerm) break;
    zeroTerm = next;
    oneTerm *= (odd - 4) / (8 * x * k);
    zero += zeroTerm;
    difference += oneTerm - zeroTerm;
    if (zeroTerm < 1e-18) break;
  }
  return { zero, difference };
}
