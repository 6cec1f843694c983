/** Shapiro & Wilk's test of normality by Royston's approximation (1995, Appl. Stat. 44:547, algorithm AS R94). */

import { SettingsError } from "../../errors.ts";
import * as Elementary from "../../numeric/elementary.ts";
import { logNormalCdf, normalQuantile } from "../../numeric/special.ts";

const C1 = [0, 0.221157, -0.147981, -2.07119, 4.434685, -2.706056];
const C2 = [0, 0.042981, -0.293762, -1.752461, 5.682633, -3.582633];
const SMALL_MEAN = [0.544, -0.39978, 0.025054, -6.714e-4];
const SMALL_LOG_SD = [1.3822, -0.77857, 0.062767, -0.0020322];
const LARGE_MEAN = [-1.5861, -0.31082, -0.083751, 0.0038915];
const LARGE_LOG_SD = [-0.4803, -0.082676, 0.0030302];

/** @throws SettingsError unless there are 3 to 5000 values that are not all equal. */
export function shapiroWilk(values: ArrayLike<number>): { readonly w: number; readonly p: number } {
  const x = Float64Array.from(values).sort();
  const n = x.length;
  if (n < 3 || n > 5000) throw new SettingsError(`the Shapiro–Wilk test takes 3 to 5000 values, not ${n}`);
  if (!(x[n - 1]! > x[0]!)) throw new SettingsError("the Shapiro–Wilk test needs values that differ");
  const a = weights(n);
  const mean = x.reduce((sum, value) => sum + value, 0) / n;
  let squares = 0;
  for (const value of x) squares += (value - mean) ** 2;
  let contrast = 0;
  a.forEach((weight, i) => (contrast += weight * (x[n - 1 - i]! - x[i]!)));
  const w = Math.min(1, contrast ** 2 / squares);
  return { w, p: pValue(w, n) };
}

/** Weights of the differences of the outermost, next, … order statistics. */
function weights(n: number): Float64Array {
  const half = Math.floor(n / 2);
  if (n === 3) return Float64Array.of(Math.SQRT1_2);
  const m = Float64Array.from({ length: half }, (_, i) => -normalQuantile((i + 1 - 0.375) / (n + 0.25)));
  const total = 2 * m.reduce((sum, value) => sum + value * value, 0);
  const root = Math.sqrt(total);
  const inverse = 1 / Math.sqrt(n);
  const first = polynomial(C1, inverse) + m[0]! / root;
  const a = new Float64Array(half);
  a[0] = first;
  let fitted = 1;
  let scale = Math.sqrt((total - 2 * m[0]! ** 2) / (1 - 2 * first ** 2));
  if (n > 5) {
    const second = polynomial(C2, inverse) + m[1]! / root;
    a[1] = second;
    fitted = 2;
    scale = Math.sqrt((total - 2 * m[0]! ** 2 - 2 * m[1]! ** 2) / (1 - 2 * first ** 2 - 2 * second ** 2));
  }
  for (let i = fitted; i < half; i++) a[i] = m[i]! / scale;
  return a;
}

function pValue(w: number, n: number): number {
  if (n === 3) return Math.max(0, (6 / Math.PI) * (Elementary.asin(Math.sqrt(w)) - Math.PI / 3));
  const y = Elementary.log1p(-w);
  const logN = Elementary.log(n);
  let z: number;
  if (n <= 11) {
    const gamma = -2.273 + 0.459 * n;
    if (y >= gamma) return 1e-99;
    z =
      (-Elementary.log(gamma - y) - polynomial(SMALL_MEAN, n)) / Elementary.exp(polynomial(SMALL_LOG_SD, n));
  } else z = (y - polynomial(LARGE_MEAN, logN)) / Elementary.exp(polynomial(LARGE_LOG_SD, logN));
  return Elementary.exp(logNormalCdf(-z));
}

function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0);
}
