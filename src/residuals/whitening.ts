/** R = σ²·D·C·D, D a product of variance functions and C a correlation within groups: what whitens rows, and its derivative. */
import * as Elementary from "../numeric/elementary.ts";
import type { Correlation } from "./correlations/correlation.ts";
import { findCorrelation } from "./correlations/index.ts";
import type { ResidualData } from "./structured-rows.ts";
import { findVariance } from "./variance.ts";

/** As of a correlation; log|C| is log|D·C·D|, and what a reversal turns back is used up. */
export interface Whitening extends Correlation {
  /** Backwards: from independent residuals to ones of the structure, in place. */
  colour(free: Float64Array, residuals: Float64Array): void;
  /** log of the relative standard deviation of each row. */
  logScales(free: Float64Array): Float64Array;
}

export function whiteningOf({ rows: n, correlation, variances }: ResidualData): Whitening {
  const c: Correlation | undefined =
    correlation && findCorrelation(correlation.call.kind).correlation(correlation);
  const own = variances.map((data) => findVariance(data.call.kind).variance(data));
  const parts = [...(c ? [c] : []), ...own];
  const first: number[] = [0];
  for (const { size } of parts) first.push(first.at(-1)! + size);
  const of = (free: Float64Array, k: number): Float64Array => free.subarray(first[k]!, first[k + 1]!);
  const offset = c === undefined ? 0 : 1;
  const logScales = (free: Float64Array): Float64Array => {
    const total = new Float64Array(n);
    own.forEach((variance, k) => {
      const log = variance.logScales(of(free, k + offset), n);
      for (let i = 0; i < n; i++) total[i]! += log[i]!;
    });
    return total;
  };
  return {
    size: first.at(-1)!,
    starts: startsOf(parts.map(({ starts }) => starts)),
    natural: (free) => parts.flatMap((part, k) => part.natural(of(free, k))),
    unconstrain: (values) =>
      Float64Array.from(
        parts.flatMap((part, k) => [...part.unconstrain(values.slice(first[k]!, first[k + 1]!))]),
      ),
    logScales,
    whiten(free, columns, count) {
      let logDeterminant = 0;
      if (own.length > 0) {
        const log = logScales(free);
        for (let i = 0; i < n; i++) {
          logDeterminant += 2 * log[i]!;
          const scale = Elementary.exp(-log[i]!);
          for (let k = 0; k < count; k++) columns[k * n + i]! *= scale;
        }
      }
      if (c !== undefined) logDeterminant += c.whiten(of(free, 0), columns, count);
      return Number.isFinite(logDeterminant) ? logDeterminant : Number.NaN;
    },
    colour(free, residuals) {
      c?.pullback(of(free, 0), residuals, new Float64Array(n), 1, new Float64Array(c.size));
      logScales(free).forEach((log, i) => {
        residuals[i]! *= Elementary.exp(log);
      });
    },
    pullback(free, columns, adjoint, count, gradient) {
      c?.pullback(of(free, 0), columns, adjoint, count, gradient.subarray(first[0]!, first[1]!));
      if (own.length === 0) return;
      const byLog = new Float64Array(n);
      for (let i = 0; i < n; i++) {
        let sum = 2;
        for (let k = 0; k < count; k++) sum -= adjoint[k * n + i]! * columns[k * n + i]!;
        byLog[i] = sum;
      }
      own.forEach((variance, k) => {
        const at = k + offset;
        variance.pullback(of(free, at), byLog, gradient.subarray(first[at]!, first[at + 1]!));
      });
    },
  };
}

/** The parts' best guesses together, then each part's other guesses beside the best ones of the others. */
function startsOf(parts: readonly (readonly Float64Array[])[]): Float64Array[] {
  const joined = (chosen: readonly Float64Array[]): Float64Array =>
    Float64Array.from(chosen.flatMap((values) => [...values]));
  const best = parts.map((starts) => starts[0]!);
  return [
    joined(best),
    ...parts.flatMap((starts, k) =>
      starts.slice(1).map((other) => joined(best.map((values, j) => (j === k ? other : values)))),
    ),
  ];
}
