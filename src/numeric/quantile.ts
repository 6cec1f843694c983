/** Quantiles, medians and what is built on them; NaN where there are no values. */

/** The normal distribution's quantile of 0.975: half the width of a 95 % interval in standard errors. */
export const NORMAL_975 = 1.959963984540054;

/** Median absolute deviations of a normal distribution in one standard deviation. */
export const MAD_TO_SD = 1.4826;

/**
 * Type-7 quantile (Hyndman & Fan 1996) of values in ascending order. The position is computed as R does, 1 + (n − 1) p, so
 * that `x <= quantile` marks the same values there and here.
 */
export function quantileSorted(sorted: ArrayLike<number>, probability: number): number {
  if (sorted.length === 0) return Number.NaN;
  const position = 1 + (sorted.length - 1) * probability;
  const low = Math.floor(position);
  const a = sorted[low - 1]!;
  const b = sorted[Math.ceil(position) - 1]!;
  if (position <= low || a === b) return a;
  const weight = position - low;
  return (1 - weight) * a + weight * b;
}

/** The same of values in any order. */
export function quantile(values: ArrayLike<number>, probability: number): number {
  return quantileSorted(Float64Array.from(values).sort(), probability);
}

export function medianSorted(sorted: ArrayLike<number>): number {
  const n = sorted.length;
  if (n === 0) return Number.NaN;
  return n % 2 === 1 ? sorted[(n - 1) / 2]! : (sorted[n / 2 - 1]! + sorted[n / 2]!) / 2;
}

export function median(values: ArrayLike<number>): number {
  return medianSorted(Float64Array.from(values).sort());
}

/** Median absolute deviation of values in ascending order, scaled to estimate a normal standard deviation. */
export function madSorted(sorted: Float64Array): number {
  return MAD_TO_SD * medianSorted(deviationsSorted(sorted));
}

/** The same of values in any order. */
export function mad(values: ArrayLike<number>): number {
  return madSorted(Float64Array.from(values).sort());
}

/** |x − median| in increasing order: two ordered runs, below and above the median, merged. */
export function deviationsSorted(sorted: Float64Array): Float64Array {
  const centre = medianSorted(sorted);
  const out = new Float64Array(sorted.length);
  let above = 0;
  while (above < sorted.length && sorted[above]! < centre) above++;
  let below = above - 1;
  for (let k = 0; k < out.length; k++) {
    const down = below >= 0 ? Math.abs(sorted[below]! - centre) : Infinity;
    const up = above < sorted.length ? Math.abs(sorted[above]! - centre) : Infinity;
    if (above >= sorted.length || (below >= 0 && down <= up)) {
      out[k] = down;
      below--;
    } else {
      out[k] = up;
      above++;
    }
  }
  return out;
}
