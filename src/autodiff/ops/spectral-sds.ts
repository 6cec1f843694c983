/**
 * Standard deviations of the coefficients of a Gaussian process in its Hilbert-space form: roots of the spectral density at the
 * frequencies of the basis (Solin & Särkkä 2020, Stat. Comput. 30: 419–446; Riutort-Mayol et al. 2023, Stat. Comput. 33: 17).
 */
import * as Elementary from "../../numeric/elementary.ts";
import { formatShape, type Op, requireShape } from "../op.ts";

/** log S = 2 log sd + constant + Σ_d log ℓ_d + g(Σ_d ℓ_d²ω_d²), the sums over all dimensions also where these share ℓ. */
export interface SpectralDensity {
  readonly constant: (dimensions: number) => number;
  readonly value: (u: number, dimensions: number) => number;
  readonly derivative: (u: number, dimensions: number) => number;
}

export interface SpectralSds {
  readonly density: SpectralDensity;
  /** Basis functions × dimensions, row by row. */
  readonly frequencies: Float64Array;
  readonly dimensions: number;
}

/** Inputs: the standard deviation, and one length scale or one per dimension. */
export const spectralSds: Op<SpectralSds> = {
  name: "spectralSds",
  shape([sd, scales], { frequencies, dimensions }) {
    requireShape(
      sd!.length === 0 && (scales!.length === 0 || scales![0] === 1 || scales![0] === dimensions),
      `spectralSds: ${formatShape(sd!)} and ${formatShape(scales!)} do not fit ${dimensions} dimensions`,
    );
    return [frequencies.length / dimensions];
  },
  forward({ x, y, attributes: { density, frequencies, dimensions } }) {
    const scales = x[1]!;
    let logScales = 0;
    for (let d = 0; d < dimensions; d++) logScales += Elementary.log(scaleOf(scales, d));
    const common = density.constant(dimensions) + logScales;
    for (let m = 0; m < y.length; m++) {
      const u = argument(scales, frequencies, dimensions, m);
      y[m] = x[0]![0]! * Elementary.exp(0.5 * (common + density.value(u, dimensions)));
    }
  },
  backward({ x, y, xBar, yBar, attributes: { density, frequencies, dimensions } }) {
    const sd = x[0]![0]!;
    const scales = x[1]!;
    const sdBar = xBar[0];
    const scaleBar = xBar[1];
    for (let m = 0; m < y.length; m++) {
      const weight = yBar[m]! * y[m]!;
      if (sdBar != null) sdBar[0]! += weight / sd;
      if (scaleBar == null) continue;
      const slope = density.derivative(argument(scales, frequencies, dimensions, m), dimensions);
      for (let d = 0; d < dimensions; d++) {
        const scale = scaleOf(scales, d);
        const frequency = frequencies[m * dimensions + d]!;
        scaleBar[scales.length === 1 ? 0 : d]! +=
          weight * (0.5 / scale + slope * scale * frequency * frequency);
      }
    }
  },
};

function scaleOf(scales: Float64Array, d: number): number {
  return scales[scales.length === 1 ? 0 : d]!;
}

function argument(scales: Float64Array, frequencies: Float64Array, dimensions: number, m: number): number {
  let u = 0;
  for (let d = 0; d < dimensions; d++) u += (scaleOf(scales, d) * frequencies[m * dimensions + d]!) ** 2;
  return u;
}
