/** `gp()`: what is learned from the data, and what the rows of any data are. Semantics follow brms (documentation of `gp`). */
import { DataError } from "../../errors.ts";
import { type Matrix, zeros } from "../../linalg/matrix.ts";
import type { CovarianceName } from "./covariances.ts";
import { type HilbertBasis, hilbertMatrix, learnHilbert } from "./hilbert.ts";

export interface GpCall {
  readonly label: string;
  readonly variables: readonly string[];
  readonly covariance: CovarianceName;
  /** One length scale for all variables. */
  readonly iso: boolean;
  /** Equal points are one. */
  readonly gr: boolean;
  /** Variables are divided by the largest distance between points. */
  readonly scale: boolean;
  /** Functions per dimension of the Hilbert-space form; absent = exact. */
  readonly k?: number;
  /** Boundary factor, one or one per dimension. */
  readonly c: readonly number[];
  /** One process per level, or (false) the first level's for all rows and one per further level. */
  readonly cmc: boolean;
}

/** `by`: numbers, or levels. */
export type GpBy =
  | { readonly kind: "numbers"; readonly values: Float64Array }
  | { readonly kind: "levels"; readonly names: readonly string[]; readonly codes: Int32Array };

/** One process. */
export interface GpProcess {
  /** Appended to the name of the term: the level of `by`, `Intercept`, the name of its numbers, nothing. */
  readonly level?: string;
  /** Whether rows of all levels belong to it. */
  readonly all: boolean;
  readonly divisor: number;
  /** Points × variables, scaled: those of an exact process, the distinct ones of the data. */
  readonly points: Matrix;
  readonly hilbert?: HilbertBasis;
}

export interface GpState {
  readonly call: GpCall;
  readonly levels?: readonly string[];
  readonly processes: readonly GpProcess[];
}

export function learnGp(call: GpCall, columns: readonly Float64Array[], by: GpBy | undefined): GpState {
  if (by?.kind !== "levels") return { call, processes: [learnProcess(call, columns, undefined, true)] };
  const processes = by.names.map((level, j) => {
    const all = !call.cmc && j === 0;
    const keep = all ? columns : columns.map((column) => column.filter((_, row) => by.codes[row] === j));
    if (keep[0]!.length === 0) {
      throw new DataError(`${call.label} has a process per level, but no row has level "${level}"`);
    }
    return learnProcess(call, keep, all ? "Intercept" : level, all);
  });
  return { call, levels: by.names, processes };
}

function learnProcess(
  call: GpCall,
  columns: readonly Float64Array[],
  level: string | undefined,
  all: boolean,
): GpProcess {
  const raw = call.gr || call.k !== undefined ? distinctInOrder(columns) : matrixOf(columns);
  const divisor = call.scale ? Math.sqrt(largest(squaredDistances(raw))) : 1;
  if (!(divisor > 0)) {
    throw new DataError(
      `${call.label} needs different values of ${call.variables.join(", ")}${level === undefined ? "" : ` in level "${level}"`}, and there is only one`,
    );
  }
  const points = scaled(raw, divisor);
  return {
    ...(level === undefined ? {} : { level }),
    all,
    divisor,
    points,
    ...(call.k === undefined ? {} : { hilbert: learnHilbert(points, call.k, call.c) }),
  };
}

/** Rows of one process: weights of its functions (Hilbert), or which point (exact); `weights` is 0 where a row is none of its. */
export type GpRows =
  | { readonly kind: "functions"; readonly columns: Matrix }
  | {
      readonly kind: "points";
      readonly index: Int32Array;
      readonly weights: Float64Array | undefined;
      /** Points beyond those of the fit, in the order of their indices. */
      readonly unseen: readonly (readonly number[])[];
    };

export function gpRows(
  { call, processes }: GpState,
  columns: readonly Float64Array[],
  by: GpBy | undefined,
): GpRows[] {
  return processes.map((process, j) => {
    const weights =
      by === undefined || (by.kind === "levels" && process.all)
        ? undefined
        : by.kind === "numbers"
          ? by.values
          : Float64Array.from(by.codes, (code) => (code === j ? 1 : 0));
    const points = scaled(matrixOf(columns), process.divisor);
    if (process.hilbert !== undefined) {
      const functions = hilbertMatrix(process.hilbert, points);
      if (weights !== undefined) {
        for (let at = 0; at < functions.values.length; at++)
          functions.values[at]! *= weights[at % points.rows]!;
      }
      return { kind: "functions", columns: functions };
    }
    return pointRows(process, points, weights, call.gr);
  });
}

function pointRows(
  { points: known }: GpProcess,
  points: Matrix,
  weights: Float64Array | undefined,
  gr: boolean,
): GpRows {
  const places = new Map<string, number[]>();
  for (let i = 0; i < known.rows; i++) {
    const key = keyOf(known, i);
    places.set(key, [...(places.get(key) ?? []), i]);
  }
  const unseen: number[][] = [];
  const used = new Map<string, number>();
  const index = Int32Array.from({ length: points.rows }, (_, row) => {
    // A row that is none of this process' points anywhere, with weight 0.
    if (weights !== undefined && weights[row] === 0) return 0;
    const key = keyOf(points, row);
    const own = places.get(key);
    if (own !== undefined) {
      // Without grouping equal points have values of their own, in the order of the rows.
      const turn = gr ? 0 : (used.get(key) ?? 0);
      used.set(key, turn + 1);
      return own[Math.min(turn, own.length - 1)]!;
    }
    const at = known.rows + unseen.length;
    places.set(key, [at]);
    unseen.push(pointOf(points, row));
    return at;
  });
  return { kind: "points", index, weights, unseen };
}

/** Squared distances between the rows, the lower triangle without its diagonal, row by row; of one variable where it is given. */
export function squaredDistances(points: Matrix, variable?: number): Float64Array {
  const n = points.rows;
  const result = new Float64Array((n * (n - 1)) / 2);
  for (let i = 0, at = 0; i < n; i++) {
    for (let j = 0; j < i; j++, at++) {
      let sum = 0;
      for (let d = variable ?? 0; d < (variable === undefined ? points.columns : variable + 1); d++) {
        sum += (points.values[d * n + i]! - points.values[d * n + j]!) ** 2;
      }
      result[at] = sum;
    }
  }
  return result;
}

function distinctInOrder(columns: readonly Float64Array[]): Matrix {
  const all = matrixOf(columns);
  const seen = new Set<string>();
  const kept: number[] = [];
  for (let i = 0; i < all.rows; i++) {
    const key = keyOf(all, i);
    if (seen.has(key)) continue;
    seen.add(key);
    kept.push(i);
  }
  return matrixOf(columns.map((column) => Float64Array.from(kept, (row) => column[row]!)));
}

function matrixOf(columns: readonly Float64Array[]): Matrix {
  const result = zeros(columns[0]!.length, columns.length);
  columns.forEach((column, d) => {
    result.values.set(column, d * result.rows);
  });
  return result;
}

function scaled(points: Matrix, divisor: number): Matrix {
  return { ...points, values: points.values.map((value) => value / divisor) };
}

function pointOf(points: Matrix, row: number): number[] {
  return Array.from({ length: points.columns }, (_, d) => points.values[d * points.rows + row]!);
}

function keyOf(points: Matrix, row: number): string {
  return pointOf(points, row).join(" ");
}

function largest(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}
