/**
 * Any correlation of two rows: whitened by the Cholesky factor of each group, C = LLᵀ. Groups of the same pattern share a
 * factor. The derivative of f + log|C| with respect to C is L⁻ᵀ(I − H)L⁻¹ with H = X̃SX̃ᵀ.
 */
import { choleskyInPlace } from "../../linalg/dense-cholesky.ts";
import * as Elementary from "../../numeric/elementary.ts";
import type { CorrelationData } from "../structured-rows.ts";
import type { Correlation } from "./correlation.ts";

export interface CorrelationFunction
  extends Pick<Correlation, "size" | "starts" | "natural" | "unconstrain"> {
  /** The correlation of two different rows. */
  at(free: Float64Array): (a: number, b: number) => number;
  /** Takes the derivative of a function with respect to the correlations of pairs of rows; then adds that by parameters. */
  reverse(free: Float64Array): {
    add(a: number, b: number, derivative: number): void;
    finish(gradient: Float64Array): void;
  };
}

/** Groups whose correlation matrices are equal whatever the parameters. */
interface Pattern {
  /** Positions in `order`: the first row of each group. */
  readonly groups: readonly number[];
  readonly size: number;
}

/** @param key what tells the patterns of two groups apart: of the rows of a group, in order; without it each is its own. */
export function denseCorrelation(
  { order, start }: CorrelationData,
  f: CorrelationFunction,
  key?: (rows: Int32Array) => string,
): Correlation {
  const n = order.length;
  const patterns = patternsOf(order, start, key);
  const factorOf = ({ groups, size: m }: Pattern, free: Float64Array): Float64Array | undefined => {
    const between = f.at(free);
    const from = groups[0]!;
    const l = new Float64Array(m * m);
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < i; j++) l[i * m + j] = between(order[from + i]!, order[from + j]!);
      l[i * m + i] = 1;
    }
    return choleskyInPlace(l, m, m) >= 0 ? undefined : l;
  };
  return {
    size: f.size,
    starts: f.starts,
    natural: f.natural,
    unconstrain: f.unconstrain,
    whiten(free, columns, count) {
      let logDeterminant = 0;
      for (const pattern of patterns) {
        const l = factorOf(pattern, free);
        if (l === undefined) return Number.NaN;
        const { groups, size: m } = pattern;
        for (let i = 0; i < m; i++) logDeterminant += 2 * groups.length * Elementary.log(l[i * m + i]!);
        for (const from of groups) {
          for (let c = 0; c < count; c++) solveLower(l, m, columns, c * n, order, from);
        }
      }
      return logDeterminant;
    },
    pullback(free, columns, adjoint, count, gradient) {
      const derivative = f.reverse(free);
      for (const pattern of patterns) {
        const { groups, size: m } = pattern;
        const l = factorOf(pattern, free)!;
        const inner = new Float64Array(m * m);
        for (let i = 0; i < m; i++) inner[i * m + i] = groups.length;
        for (const from of groups) {
          for (let i = 0; i < m; i++) {
            for (let j = 0; j <= i; j++) {
              let h = 0;
              for (let c = 0; c < count; c++) {
                h += columns[c * n + order[from + i]!]! * adjoint[c * n + order[from + j]!]!;
              }
              inner[i * m + j]! -= h / 2;
              if (j < i) inner[j * m + i]! -= h / 2;
            }
          }
          for (let c = 0; c < count; c++) {
            multiplyLower(l, m, columns, c * n, order, from);
            solveTransposed(l, m, adjoint, c * n, order, from);
          }
        }
        sandwich(l, m, inner);
        const from = groups[0]!;
        for (let i = 0; i < m; i++) {
          for (let j = 0; j < i; j++) {
            derivative.add(order[from + i]!, order[from + j]!, inner[i * m + j]! + inner[j * m + i]!);
          }
        }
      }
      derivative.finish(gradient);
    },
  };
}

function patternsOf(order: Int32Array, start: Int32Array, key?: (rows: Int32Array) => string): Pattern[] {
  const found = new Map<string, { groups: number[]; size: number }>();
  for (let g = 0; g + 1 < start.length; g++) {
    const rows = order.subarray(start[g]!, start[g + 1]!);
    const name = key === undefined ? String(g) : key(rows);
    const known = found.get(name);
    if (known === undefined) found.set(name, { groups: [start[g]!], size: rows.length });
    else known.groups.push(start[g]!);
  }
  return [...found.values()];
}

/** x ← L⁻¹x for the elements of a column at the rows of a group. */
function solveLower(
  l: Float64Array,
  m: number,
  x: Float64Array,
  column: number,
  order: Int32Array,
  from: number,
): void {
  for (let i = 0; i < m; i++) {
    const at = column + order[from + i]!;
    let sum = x[at]!;
    for (let j = 0; j < i; j++) sum -= l[i * m + j]! * x[column + order[from + j]!]!;
    x[at] = sum / l[i * m + i]!;
  }
}

/** x ← L⁻ᵀx. */
function solveTransposed(
  l: Float64Array,
  m: number,
  x: Float64Array,
  column: number,
  order: Int32Array,
  from: number,
): void {
  for (let i = m - 1; i >= 0; i--) {
    const at = column + order[from + i]!;
    const value = x[at]! / l[i * m + i]!;
    x[at] = value;
    for (let j = 0; j < i; j++) x[column + order[from + j]!]! -= l[i * m + j]! * value;
  }
}

/** x ← Lx. */
function multiplyLower(
  l: Float64Array,
  m: number,
  x: Float64Array,
  column: number,
  order: Int32Array,
  from: number,
): void {
  for (let i = m - 1; i >= 0; i--) {
    let sum = 0;
    for (let j = 0; j <= i; j++) sum += l[i * m + j]! * x[column + order[from + j]!]!;
    x[column + order[from + i]!] = sum;
  }
}

/** A ← L⁻ᵀ·A·L⁻¹ for a full matrix A, row-major. */
function sandwich(l: Float64Array, m: number, a: Float64Array): void {
  const identity = Int32Array.from({ length: m }, (_, i) => i);
  // Rows of A·L⁻¹ are L⁻ᵀ times those of A.
  for (let i = 0; i < m; i++) solveTransposed(l, m, a, i * m, identity, 0);
  for (let i = m - 1; i >= 0; i--) {
    for (let k = 0; k < m; k++) a[i * m + k]! /= l[i * m + i]!;
    for (let j = 0; j < i; j++) {
      const factor = l[i * m + j]!;
      if (factor === 0) continue;
      for (let k = 0; k < m; k++) a[j * m + k]! -= factor * a[i * m + k]!;
    }
  }
}
