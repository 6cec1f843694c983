/** R = σ²·D·C·D, D a variance function and C a correlation within groups: what whitens rows and its log-determinant. */
import * as Elementary from "../../numeric/elementary.ts";
import { type Correlation, correlationOf } from "./correlation.ts";
import type { ResidualData } from "./residual-data.ts";
import { type Variance, varianceOf } from "./variance.ts";

export interface Whitening {
  readonly size: number;
  readonly start: Float64Array;
  natural(free: Float64Array): readonly { readonly name: string; readonly value: number }[];
  /** Whitens columns (rows × count, column-major) in place and returns log|D·C·D|; NaN outside the domain. */
  apply(free: Float64Array, columns: Float64Array, count: number): number;
}

export function whiteningOf({ rows: n, correlation, variance }: ResidualData): Whitening {
  const c: Correlation | undefined = correlation && correlationOf(correlation);
  const v: Variance | undefined = variance && varianceOf(variance);
  const own = c?.size ?? 0;
  return {
    size: own + (v?.size ?? 0),
    start: Float64Array.from([...(c?.start ?? []), ...(v?.start ?? [])]),
    natural: (free) => [
      ...(c?.natural(free.subarray(0, own)) ?? []),
      ...(v?.natural(free.subarray(own)) ?? []),
    ],
    apply(free, columns, count) {
      let logDeterminant = 0;
      if (v !== undefined) {
        const log = v.logScales(free.subarray(own), n);
        for (let i = 0; i < n; i++) {
          logDeterminant += 2 * log[i]!;
          const scale = Elementary.exp(-log[i]!);
          for (let k = 0; k < count; k++) columns[k * n + i]! *= scale;
        }
      }
      if (c !== undefined) logDeterminant += c.whiten(free.subarray(0, own), columns, count);
      return logDeterminant;
    },
  };
}
