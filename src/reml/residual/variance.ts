/** Variance functions: standard deviation of a row relative to σ (Pinheiro & Bates 2000, section 5.2). */
import * as Elementary from "../../numeric/elementary.ts";
import { greatest } from "../../numeric/greatest.ts";
import type { VarianceData } from "./residual-data.ts";

export interface Variance {
  readonly size: number;
  readonly start: Float64Array;
  natural(free: Float64Array): readonly { readonly name: string; readonly value: number }[];
  /** log of the relative standard deviation of each row. */
  logScales(free: Float64Array, rows: number): Float64Array;
}

export function varianceOf({ kind, levels, codes, covariate }: VarianceData): Variance {
  switch (kind) {
    case "ident":
      return {
        size: levels.length - 1,
        start: new Float64Array(levels.length - 1),
        natural: (free) =>
          levels.slice(1).map((level, k) => ({ name: `ratio(${level})`, value: Elementary.exp(free[k]!) })),
        logScales: (free) => Float64Array.from(codes, (code) => (code === 0 ? 0 : free[code - 1]!)),
      };
    case "power":
      return {
        size: 1,
        start: Float64Array.of(0.1),
        natural: (free) => [{ name: "power", value: free[0]! }],
        logScales: (free) => covariate.map((value) => free[0]! * Elementary.log(Math.abs(value))),
      };
    case "exp": {
      // In units of the covariate's spread, so that a step of the search is one of the data.
      const spread = Math.max(greatest(covariate.map(Math.abs)), 1e-300);
      return {
        size: 1,
        start: Float64Array.of(0.1),
        natural: (free) => [{ name: "exp", value: free[0]! / spread }],
        logScales: (free) => covariate.map((value) => (free[0]! * value) / spread),
      };
    }
    case "fixed":
      return {
        size: 0,
        start: new Float64Array(0),
        natural: () => [],
        logScales: () => covariate.map((value) => Elementary.log(value) / 2),
      };
  }
}
