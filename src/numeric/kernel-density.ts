/** Gaussian kernel densities. */
import * as Elementary from "./elementary.ts";
import { sd } from "./moments.ts";
import { quantileSorted } from "./quantile.ts";

/** Silverman's rule of thumb (1986, equation 3.31), R's bw.nrd0. */
export function ruleOfThumbBandwidth(values: Float64Array): number {
  const sorted = values.slice().sort();
  const spread = sd(values);
  const iqr = (quantileSorted(sorted, 0.75) - quantileSorted(sorted, 0.25)) / 1.34;
  const low = Math.min(spread, iqr) || spread || Math.abs(values[0] ?? 1) || 1;
  return 0.9 * low * values.length ** -0.2;
}

/** Density at `x`; bandwidth by the rule of thumb. */
export function densityAt(values: Float64Array, x: number): number {
  const bandwidth = ruleOfThumbBandwidth(values);
  let total = 0;
  for (const value of values) total += Elementary.exp(-0.5 * ((x - value) / bandwidth) ** 2);
  return total / (values.length * bandwidth * Math.sqrt(2 * Math.PI));
}
