/**
 * Type-7 quantile (Hyndman and Fan 1996) of sorted values. The position is computed as R does, 1 + (n − 1) p, so
 * that `x <= quantile` marks the same draws there and here.
 */
export function quantileOfSorted(sorted: Float64Array, probability: number): number {
  if (sorted.length === 0) return Number.NaN;
  const position = 1 + (sorted.length - 1) * probability;
  const low = Math.floor(position);
  const a = sorted[low - 1]!;
  const b = sorted[Math.ceil(position) - 1]!;
  if (position <= low || a === b) return a;
  const weight = position - low;
  return (1 - weight) * a + weight * b;
}

/** Type-7 quantile of values in any order. */
export function quantileOf(values: Float64Array, probability: number): number {
  return quantileOfSorted(values.slice().sort(), probability);
}

export function medianOf(values: Float64Array): number {
  return medianOfSorted(values.slice().sort());
}

export function medianOfSorted(sorted: Float64Array): number {
  const n = sorted.length;
  if (n === 0) return Number.NaN;
  return n % 2 === 1 ? sorted[(n - 1) / 2]! : (sorted[n / 2 - 1]! + sorted[n / 2]!) / 2;
}

/** |x − median| in increasing order: two ordered runs, below and above the median, merged. */
export function deviationsOfSorted(sorted: Float64Array): Float64Array {
  const median = medianOfSorted(sorted);
  const out = new Float64Array(sorted.length);
  let above = 0;
  while (above < sorted.length && sorted[above]! < median) above++;
  let below = above - 1;
  for (let k = 0; k < out.length; k++) {
    const down = below >= 0 ? Math.abs(sorted[below]! - median) : Infinity;
    const up = above < sorted.length ? Math.abs(sorted[above]! - median) : Infinity;
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
