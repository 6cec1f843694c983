/**
 * Correlation structures within groups: how each whitens the rows of a group (Pinheiro & Bates 2000, section 5.3). Parameters
 * are unconstrained; whitening multiplies by a square root of C⁻¹ and returns log|C|.
 */

import { choleskyInPlace } from "../../linalg/dense-cholesky.ts";
import * as Elementary from "../../numeric/elementary.ts";
import type { CorrelationData } from "./residual-data.ts";

export interface Correlation {
  readonly size: number;
  readonly start: Float64Array;
  natural(free: Float64Array): readonly { readonly name: string; readonly value: number }[];
  /** Whitens the columns (n × count, column-major) in place; NaN when C is not positive definite. */
  whiten(free: Float64Array, columns: Float64Array, count: number): number;
}

export function correlationOf(data: CorrelationData): Correlation {
  switch (data.kind) {
    case "ar":
      return markov(data, (free) => Elementary.tanh(free / 2), "phi", 0);
    case "car":
      return markov(data, (free) => 1 / (1 + Elementary.exp(-free)), "phi", Elementary.log(0.25));
    case "cs":
      return compoundSymmetry(data);
    case "arma":
      return dense(data, Float64Array.of(0.1, 0.1), armaParameters, armaCorrelation);
    case "exponential":
      return dense(
        data,
        Float64Array.of(Elementary.log(typicalDistance(data) / 4)),
        rangeParameter,
        exponentialCorrelation,
      );
    case "unstructured":
      return unstructured(data);
  }
}

/** C_kl = φ^|t_k − t_l|: each row needs the one before it only. A negative φ has whole times. */
function markov(
  { order, start, times }: CorrelationData,
  phiOf: (free: number) => number,
  name: string,
  first: number,
): Correlation {
  const n = order.length;
  return {
    size: 1,
    start: Float64Array.of(first),
    natural: (free) => [{ name, value: phiOf(free[0]!) }],
    whiten(free, columns, count) {
      const phi = phiOf(free[0]!);
      let logDeterminant = 0;
      for (let g = 0; g + 1 < start.length; g++) {
        for (let k = start[g + 1]! - 1; k > start[g]!; k--) {
          const row = order[k]!;
          const before = order[k - 1]!;
          const rho = phi ** (times[row]! - times[before]!);
          const rest = 1 - rho * rho;
          logDeterminant += Elementary.log(rest);
          const scale = 1 / Math.sqrt(rest);
          // Backwards in time, so that the row before is still as it was.
          for (let c = 0; c < count; c++) {
            columns[c * n + row] = (columns[c * n + row]! - rho * columns[c * n + before]!) * scale;
          }
        }
      }
      return logDeterminant;
    },
  };
}

/** C = (1 − ρ)I + ρJ, with −1/(m − 1) < ρ < 1 for the largest group of m. */
function compoundSymmetry({ order, start }: CorrelationData): Correlation {
  const n = order.length;
  let largest = 2;
  for (let g = 0; g + 1 < start.length; g++) largest = Math.max(largest, start[g + 1]! - start[g]!);
  const least = -1 / (largest - 1);
  const rhoOf = (free: number): number => least + (1 - least) / (1 + Elementary.exp(-free));
  return {
    size: 1,
    start: Float64Array.of(Elementary.log((0.1 - least) / 0.9)),
    natural: (free) => [{ name: "rho", value: rhoOf(free[0]!) }],
    whiten(free, columns, count) {
      const rho = rhoOf(free[0]!);
      let logDeterminant = 0;
      for (let g = 0; g + 1 < start.length; g++) {
        const m = start[g + 1]! - start[g]!;
        const along = 1 + (m - 1) * rho;
        logDeterminant += Elementary.log(along) + (m - 1) * Elementary.log(1 - rho);
        const across = 1 / Math.sqrt(1 - rho);
        const shift = (1 / Math.sqrt(along) - across) / m;
        for (let c = 0; c < count; c++) {
          let sum = 0;
          for (let k = start[g]!; k < start[g + 1]!; k++) sum += columns[c * n + order[k]!]!;
          for (let k = start[g]!; k < start[g + 1]!; k++) {
            const at = c * n + order[k]!;
            columns[at] = across * columns[at]! + shift * sum;
          }
        }
      }
      return logDeterminant;
    },
  };
}

/** A correlation of two rows from the natural parameters; whitened by the Cholesky factor of each group. */
function dense(
  data: CorrelationData,
  startAt: Float64Array,
  natural: (free: Float64Array) => readonly { readonly name: string; readonly value: number }[],
  correlation: (values: readonly number[], data: CorrelationData) => (a: number, b: number) => number,
): Correlation {
  return {
    size: startAt.length,
    start: startAt,
    natural,
    whiten(free, columns, count) {
      const values = natural(free).map(({ value }) => value);
      return whitenDense(data, correlation(values, data), columns, count);
    },
  };
}

function whitenDense(
  { order, start }: CorrelationData,
  between: (a: number, b: number) => number,
  columns: Float64Array,
  count: number,
): number {
  const n = order.length;
  let logDeterminant = 0;
  for (let g = 0; g + 1 < start.length; g++) {
    const m = start[g + 1]! - start[g]!;
    const l = new Float64Array(m * m);
    for (let i = 0; i < m; i++) {
      for (let j = 0; j <= i; j++) l[i * m + j] = between(order[start[g]! + i]!, order[start[g]! + j]!);
    }
    if (choleskyInPlace(l, m, m) >= 0) return Number.NaN;
    for (let i = 0; i < m; i++) logDeterminant += 2 * Elementary.log(l[i * m + i]!);
    for (let c = 0; c < count; c++) {
      for (let i = 0; i < m; i++) {
        const at = c * n + order[start[g]! + i]!;
        let sum = columns[at]!;
        for (let j = 0; j < i; j++) sum -= l[i * m + j]! * columns[c * n + order[start[g]! + j]!]!;
        columns[at] = sum / l[i * m + i]!;
      }
    }
  }
  return logDeterminant;
}

const armaParameters = (free: Float64Array) => [
  { name: "phi", value: Elementary.tanh(free[0]! / 2) },
  { name: "theta", value: Elementary.tanh(free[1]! / 2) },
];

/** ARMA(1, 1): ρ₁ = (1 + φθ)(φ + θ)/(1 + 2φθ + θ²), ρ_k = φρ_{k−1} (Box, Jenkins & Reinsel 2008, eq. 3.4.6). */
function armaCorrelation([phi, theta]: readonly number[], { times }: CorrelationData) {
  const first = ((1 + phi! * theta!) * (phi! + theta!)) / (1 + 2 * phi! * theta! + theta! * theta!);
  return (a: number, b: number): number => {
    const lag = Math.abs(times[a]! - times[b]!);
    return lag === 0 ? 1 : first * phi! ** (lag - 1);
  };
}

const rangeParameter = (free: Float64Array) => [{ name: "range", value: Elementary.exp(free[0]!) }];

/** exp(−distance / range). */
function exponentialCorrelation([range]: readonly number[], { coordinates }: CorrelationData) {
  return (a: number, b: number): number => Elementary.exp(-distance(coordinates, a, b) / range!);
}

function distance(coordinates: readonly Float64Array[], a: number, b: number): number {
  return Elementary.hypot(...coordinates.map((values) => values[a]! - values[b]!));
}

function typicalDistance({ coordinates, order }: CorrelationData): number {
  let sum = 0;
  for (let i = 1; i < order.length; i++) sum += distance(coordinates, 0, i);
  return sum / Math.max(1, order.length - 1) || 1;
}

/**
 * Any correlation matrix over the distinct times, by the partial correlations of its Cholesky factor (Lewandowski, Kurowicka &
 * Joe 2009, section 3).
 */
function unstructured(data: CorrelationData): Correlation {
  const k = data.occasions;
  const size = (k * (k - 1)) / 2;
  const matrixOf = (free: Float64Array): Float64Array => {
    const l = new Float64Array(k * k);
    let at = 0;
    for (let i = 0; i < k; i++) {
      let rest = 1;
      for (let j = 0; j < i; j++) {
        l[i * k + j] = Elementary.tanh(free[at++]!) * Math.sqrt(rest);
        rest -= l[i * k + j]! ** 2;
      }
      l[i * k + i] = Math.sqrt(rest);
    }
    const c = new Float64Array(k * k);
    for (let i = 0; i < k; i++) {
      for (let j = 0; j <= i; j++) {
        let sum = 0;
        for (let h = 0; h <= j; h++) sum += l[i * k + h]! * l[j * k + h]!;
        c[i * k + j] = sum;
        c[j * k + i] = sum;
      }
    }
    return c;
  };
  return {
    size,
    start: new Float64Array(size).fill(0.1),
    natural(free) {
      const c = matrixOf(free);
      const named: { name: string; value: number }[] = [];
      for (let j = 0; j < k; j++) {
        for (let i = j + 1; i < k; i++) named.push({ name: `cor(${j + 1},${i + 1})`, value: c[i * k + j]! });
      }
      return named;
    },
    whiten(free, columns, count) {
      const c = matrixOf(free);
      return whitenDense(data, (a, b) => c[data.times[a]! * k + data.times[b]!]!, columns, count);
    },
  };
}
