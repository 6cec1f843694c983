/** What a predictive check looks at: observed and replicated responses. */
import { DataError } from "../errors.ts";

export type ResponseKind = "continuous" | "count" | "binary" | "category";

export interface Predictive {
  /** The user's name of the response. */
  readonly response: string;
  /** Observed, one per row; null for a prior-predictive check without data. */
  readonly y: Float64Array | null;
  /** draws × rows, row-major. */
  readonly yrep: Float64Array;
  readonly draws: number;
  readonly rows: number;
  readonly kind: ResponseKind;
  /** Labels of the categories 1 … K. */
  readonly categories?: readonly string[];
  /** Expected responses, draws × rows. */
  readonly epred?: Float64Array;
  readonly group?: { readonly name: string; readonly labels: readonly string[]; readonly index: Int32Array };
  readonly x?: { readonly name: string; readonly values: Float64Array };
  /** Writes the leave-one-out log weights of an observation (normalised, one per draw). */
  readonly looLogWeights?: (observation: number, out: Float64Array) => void;
  /** Censoring codes: −1 left, 0 none, 1 right, 2 interval. */
  readonly status?: Int8Array;
}

/** The observed responses. @throws DataError when there are none. */
export function observed({ y }: Predictive): Float64Array {
  if (y === null) throw new DataError("this check compares with observed responses, and there are none");
  return y;
}

export function replicate({ yrep, rows }: Predictive, draw: number): Float64Array {
  return yrep.subarray(draw * rows, (draw + 1) * rows);
}

/** `count` draws, evenly spaced. */
export function someDraws({ draws }: Predictive, count: number): number[] {
  const used = Math.min(count, draws);
  return Array.from({ length: used }, (_, k) => Math.floor((k * draws) / used));
}

/** The replicates of one row. */
export function rowDraws(
  p: Predictive,
  row: number,
  out: Float64Array,
  from: Float64Array = p.yrep,
): Float64Array {
  for (let s = 0; s < p.draws; s++) out[s] = from[s * p.rows + row]!;
  return out;
}

/** Some of the rows. */
export function takePredictive(p: Predictive, rows: readonly number[]): Predictive {
  const floats = (from: Float64Array): Float64Array => Float64Array.from(rows, (i) => from[i]!);
  const matrix = (from: Float64Array): Float64Array => {
    const out = new Float64Array(p.draws * rows.length);
    for (let s = 0; s < p.draws; s++) {
      for (let k = 0; k < rows.length; k++) out[s * rows.length + k] = from[s * p.rows + rows[k]!]!;
    }
    return out;
  };
  const { looLogWeights } = p;
  return {
    ...p,
    y: p.y && floats(p.y),
    yrep: matrix(p.yrep),
    rows: rows.length,
    ...(p.epred && { epred: matrix(p.epred) }),
    ...(p.x && { x: { ...p.x, values: floats(p.x.values) } }),
    ...(p.status && { status: Int8Array.from(rows, (i) => p.status![i]!) }),
    ...(looLogWeights && { looLogWeights: (k: number, out: Float64Array) => looLogWeights(rows[k]!, out) }),
  };
}
