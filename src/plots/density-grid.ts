/** Kernel densities on a grid. */
import * as Elementary from "../numeric/elementary.ts";
import { ruleOfThumbBandwidth } from "../numeric/kernel-density.ts";

export interface DensityGrid {
  readonly x: Float64Array;
  readonly density: Float64Array;
}

export interface DensityOptions {
  readonly points?: number;
  /** Values cannot lie beyond: the density is reflected there. */
  readonly lower?: number;
  readonly upper?: number;
  readonly bandwidth?: number;
}

/** Draws beyond this number are thinned: the picture does not change. */
const MOST_VALUES = 4000;

/** Gaussian kernels; mass that would leak over a bound is reflected (Silverman 1986, section 2.10). Infinite values are left out. */
export function densityGrid(values: Float64Array, options: DensityOptions = {}): DensityGrid {
  const finite = values.filter((value) => Number.isFinite(value));
  if (finite.length === 0) return { x: new Float64Array(0), density: new Float64Array(0) };
  const { points = 128, lower = -Infinity, upper = Infinity } = options;
  const bandwidth = options.bandwidth ?? ruleOfThumbBandwidth(finite);
  const step = Math.max(1, Math.ceil(finite.length / MOST_VALUES));
  const used = step === 1 ? finite : finite.filter((_, i) => i % step === 0);
  const least = finite.reduce((a, b) => Math.min(a, b), Infinity);
  const most = finite.reduce((a, b) => Math.max(a, b), -Infinity);
  const from = Math.max(lower, least - 2.5 * bandwidth);
  const to = Math.min(upper, most + 2.5 * bandwidth);
  const x = Float64Array.from({ length: points }, (_, i) => from + ((to - from) * i) / (points - 1));
  const scale = 1 / (used.length * bandwidth * Math.sqrt(2 * Math.PI));
  const density = x.map((at) => {
    let sum = 0;
    for (const value of used) {
      sum += kernel((at - value) / bandwidth);
      if (lower > -Infinity) sum += kernel((at - 2 * lower + value) / bandwidth);
      if (upper < Infinity) sum += kernel((at - 2 * upper + value) / bandwidth);
    }
    return sum * scale;
  });
  return { x, density };
}

function kernel(z: number): number {
  return z > 6 || z < -6 ? 0 : Elementary.exp(-0.5 * z * z);
}
