/**
 * The parameters as the optimiser sees them: θ in units free of the columns' scale, and each block of coefficients in the
 * basis in which its design is orthogonal with columns of mean square one.
 */
import { orthonormalise } from "../../linalg/orthonormalise.ts";
import type { RandomLayout } from "../random-layout.ts";
import type { Components } from "./components.ts";

export interface WorkingScale {
  readonly size: number;
  toParameters(working: Float64Array): Float64Array;
  fromParameters(parameters: Float64Array): Float64Array;
  /** Gradient with respect to the working parameters from that with respect to the parameters, in place. */
  gradient(gradient: Float64Array): void;
  /** Covariance (row-major) of the parameters from that of the working ones. */
  covariance(working: Float64Array): Float64Array;
}

export function workingScale(layout: RandomLayout, { all, count }: Components, n: number): WorkingScale {
  const k = layout.theta.length;
  const size = k + count;
  const blocks = all
    .filter(({ columns, names }) => columns !== undefined && names.length > 0)
    .map(({ columns, names, from }) => {
      const r = orthonormalise(columns!.slice(), n, names.length).map((value) => value / Math.sqrt(n));
      return { from: k + from, p: names.length, r };
    });
  const toParameters = (working: Float64Array): Float64Array => {
    const out = working.slice();
    for (let i = 0; i < k; i++) out[i]! /= layout.scale[i]!;
    for (const { from, p, r } of blocks) {
      for (let i = p - 1; i >= 0; i--) {
        let sum = out[from + i]!;
        for (let j = i + 1; j < p; j++) sum -= r[i * p + j]! * out[from + j]!;
        out[from + i] = sum / r[i * p + i]!;
      }
    }
    return out;
  };
  return {
    size,
    toParameters,
    fromParameters(parameters) {
      const out = parameters.slice();
      for (let i = 0; i < k; i++) out[i]! *= layout.scale[i]!;
      for (const { from, p, r } of blocks) {
        for (let i = 0; i < p; i++) {
          let sum = 0;
          for (let j = i; j < p; j++) sum += r[i * p + j]! * parameters[from + j]!;
          out[from + i] = sum;
        }
      }
      return out;
    },
    gradient(gradient) {
      for (let i = 0; i < k; i++) gradient[i]! /= layout.scale[i]!;
      for (const { from, p, r } of blocks) {
        for (let i = 0; i < p; i++) {
          let sum = gradient[from + i]!;
          for (let j = 0; j < i; j++) sum -= r[j * p + i]! * gradient[from + j]!;
          gradient[from + i] = sum / r[i * p + i]!;
        }
      }
    },
    covariance(working) {
      // Rows, then columns, through the linear map.
      const half = new Float64Array(size * size);
      for (let j = 0; j < size; j++) {
        const column = toParameters(Float64Array.from({ length: size }, (_, i) => working[i * size + j]!));
        for (let i = 0; i < size; i++) half[i * size + j] = column[i]!;
      }
      const out = new Float64Array(size * size);
      for (let i = 0; i < size; i++) out.set(toParameters(half.slice(i * size, (i + 1) * size)), i * size);
      return out;
    },
  };
}
