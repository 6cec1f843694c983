/** Arithmetic of probabilities that are kept as logarithms. */
import * as Elementary from "./elementary.ts";

/** log(1 − eˣ) for x < 0 (Mächler 2012, "Accurately computing log(1 − exp(−|a|))"); NaN for x > 0. */
export function log1mExp(x: number): number {
  return x > -Math.LN2 ? Elementary.log(-Elementary.expm1(x)) : Elementary.log1p(-Elementary.exp(x));
}

/** log(eᵃ + eᵇ). */
export function logAddExp(a: number, b: number): number {
  if (a === b) return a + Math.LN2;
  return Math.max(a, b) + Elementary.log1p(Elementary.exp(-Math.abs(a - b)));
}

/** log(eᵃ − eᵇ) for a > b; −∞ for a = b, NaN for a < b. */
export function logDiffExp(a: number, b: number): number {
  return b === -Infinity ? a : a + log1mExp(b - a);
}
