/**
 * Any correlation matrix over the distinct times, by the partial correlations of its Cholesky factor (Lewandowski, Kurowicka &
 * Joe 2009, section 3).
 */
import * as Elementary from "../../numeric/elementary.ts";
import type { CorrelationKind } from "./correlation.ts";
import { denseCorrelation } from "./dense.ts";

export const unstructured: CorrelationKind = {
  name: "unstructured",
  usage: "unstructured(time, group)",
  columns: [2, 2],
  over: "occasions",
  correlation(data) {
    const { occasions: k, times } = data;
    const size = (k * (k - 1)) / 2;
    return denseCorrelation(
      data,
      {
        size,
        starts: [0.1, 0.5].map((value) => new Float64Array(size).fill(value)),
        natural(free) {
          const c = product(factor(free, k), k);
          return pairs(k).map(([i, j]) => ({ name: `cor(${j + 1},${i + 1})`, value: c[i * k + j]! }));
        },
        unconstrain(values) {
          const c = new Float64Array(k * k);
          for (let i = 0; i < k; i++) c[i * k + i] = 1;
          pairs(k).forEach(([i, j], at) => {
            c[i * k + j] = values[at]!;
            c[j * k + i] = values[at]!;
          });
          return partials(c, k);
        },
        at(free) {
          const c = product(factor(free, k), k);
          return (a, b) => c[times[a]! * k + times[b]!]!;
        },
        reverse(free) {
          const byPair = new Float64Array(k * k);
          return {
            add: (a, b, derivative) => {
              byPair[times[a]! * k + times[b]!]! += derivative;
              byPair[times[b]! * k + times[a]!]! += derivative;
            },
            finish: (gradient) => addGradient(free, factor(free, k), byPair, k, gradient),
          };
        },
      },
      (rows) => rows.reduce((text, row) => `${text},${times[row]}`, ""),
    );
  },
};

/** (row, column) below the diagonal, column by column: nlme's order. */
function pairs(k: number): [number, number][] {
  return Array.from({ length: k }, (_, j) =>
    Array.from({ length: k - 1 - j }, (_, below): [number, number] => [j + 1 + below, j]),
  ).flat();
}

/** Row i of L: z_ij·√(1 − Σ_{h<j} l_ih²), z = tanh u, row by row. */
function factor(free: Float64Array, k: number): Float64Array {
  const l = new Float64Array(k * k);
  let at = 0;
  for (let i = 0; i < k; i++) {
    let rest = 1;
    for (let j = 0; j < i; j++) {
      const z = Elementary.tanh(free[at++]!);
      l[i * k + j] = z * Math.sqrt(rest);
      rest *= 1 - z * z;
    }
    l[i * k + i] = Math.sqrt(rest);
  }
  return l;
}

function product(l: Float64Array, k: number): Float64Array {
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
}

/** From ∂f/∂C (both triangles, each pair's derivative in either place) to the free parameters. */
function addGradient(
  free: Float64Array,
  l: Float64Array,
  byPair: Float64Array,
  k: number,
  gradient: Float64Array,
): void {
  let at = 0;
  for (let i = 0; i < k; i++) {
    // ∂f/∂L of row i: Σ_j ∂f/∂c_ij·l_jh; c_ii is 1 whatever the parameters.
    const byRow = new Float64Array(i + 1);
    for (let h = 0; h <= i; h++) {
      for (let j = 0; j < k; j++) if (j !== i) byRow[h]! += byPair[i * k + j]! * l[j * k + h]!;
    }
    // Backwards through the stick breaking.
    let byRest = 0;
    const rest = new Float64Array(i + 1);
    rest[0] = 1;
    for (let j = 0; j < i; j++) {
      const z = Elementary.tanh(free[at + j]!);
      rest[j + 1] = rest[j]! * (1 - z * z);
    }
    byRest = byRow[i]! / (2 * Math.sqrt(rest[i]!));
    for (let j = i - 1; j >= 0; j--) {
      const z = Elementary.tanh(free[at + j]!);
      const root = Math.sqrt(rest[j]!);
      const byZ = byRow[j]! * root - byRest * rest[j]! * 2 * z;
      gradient[at + j]! += byZ * (1 - z * z);
      byRest = (byRow[j]! * z) / (2 * root) + byRest * (1 - z * z);
    }
    at += i;
  }
}

function partials(c: Float64Array, k: number): Float64Array {
  const l = new Float64Array(k * k);
  const free: number[] = [];
  for (let i = 0; i < k; i++) {
    let rest = 1;
    for (let j = 0; j < i; j++) {
      let sum = c[i * k + j]!;
      for (let h = 0; h < j; h++) sum -= l[i * k + h]! * l[j * k + h]!;
      l[i * k + j] = sum / l[j * k + j]!;
      const z = l[i * k + j]! / Math.sqrt(rest);
      free.push(Elementary.log((1 + z) / (1 - z)) / 2);
      rest *= 1 - z * z;
    }
    l[i * k + i] = Math.sqrt(rest);
  }
  return Float64Array.from(free);
}
