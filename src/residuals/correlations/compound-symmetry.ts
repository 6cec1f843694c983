/** C = (1 − ρ)I + ρJ, with −1/(m − 1) < ρ < 1 for the largest group of m. */
import * as Elementary from "../../numeric/elementary.ts";
import type { CorrelationKind } from "./correlation.ts";

export const compoundSymmetry: CorrelationKind = {
  name: "cs",
  usage: "cs(group)",
  columns: [1, 1],
  over: "nothing",
  correlation({ order, start }) {
    const n = order.length;
    let largest = 2;
    for (let g = 0; g + 1 < start.length; g++) largest = Math.max(largest, start[g + 1]! - start[g]!);
    const least = -1 / (largest - 1);
    const unconstrain = (rho: number): number => Elementary.log((rho - least) / (1 - rho));
    const rhoOf = (free: number): number => least + (1 - least) / (1 + Elementary.exp(-free));
    return {
      size: 1,
      starts: [0.1, 0.6, least / 2].map((rho) => Float64Array.of(unconstrain(rho))),
      natural: (free) => [{ name: "rho", value: rhoOf(free[0]!) }],
      unconstrain: ([rho]) => Float64Array.of(unconstrain(rho!)),
      whiten(free, columns, count) {
        const rho = rhoOf(free[0]!);
        let logDeterminant = 0;
        for (let g = 0; g + 1 < start.length; g++) {
          const m = start[g + 1]! - start[g]!;
          const along = 1 + (m - 1) * rho;
          if (!(along > 0 && rho < 1)) return Number.NaN;
          logDeterminant += Elementary.log(along) + (m - 1) * Elementary.log(1 - rho);
          const across = 1 / Math.sqrt(1 - rho);
          const shift = (1 / Math.sqrt(along) - across) / m;
          combine(columns, n, count, order, start[g]!, start[g + 1]!, across, shift);
        }
        return logDeterminant;
      },
      pullback(free, columns, adjoint, count, gradient) {
        const rho = rhoOf(free[0]!);
        const across = 1 / Math.sqrt(1 - rho);
        const acrossSlope = across ** 3 / 2;
        let byRho = 0;
        for (let g = 0; g + 1 < start.length; g++) {
          const [from, to] = [start[g]!, start[g + 1]!];
          const m = to - from;
          const along = 1 + (m - 1) * rho;
          const inverse = 1 / Math.sqrt(along);
          const shift = (inverse - across) / m;
          const shiftSlope = ((-(m - 1) * inverse ** 3) / 2 - acrossSlope) / m;
          combine(columns, n, count, order, from, to, 1 / across, (1 / inverse - 1 / across) / m);
          for (let c = 0; c < count; c++) {
            let sum = 0;
            let adjointSum = 0;
            let product = 0;
            for (let k = from; k < to; k++) {
              const at = c * n + order[k]!;
              sum += columns[at]!;
              adjointSum += adjoint[at]!;
              product += columns[at]! * adjoint[at]!;
            }
            byRho += acrossSlope * product + shiftSlope * sum * adjointSum;
          }
          byRho += (m - 1) / along - (m - 1) / (1 - rho);
          combine(adjoint, n, count, order, from, to, across, shift);
        }
        gradient[0]! += (byRho * (rho - least) * (1 - rho)) / (1 - least);
      },
    };
  },
};

/** x ← across·x + shift·Σx over the rows of one group, column by column. */
function combine(
  x: Float64Array,
  n: number,
  count: number,
  order: Int32Array,
  from: number,
  to: number,
  across: number,
  shift: number,
): void {
  for (let c = 0; c < count; c++) {
    let sum = 0;
    for (let k = from; k < to; k++) sum += x[c * n + order[k]!]!;
    for (let k = from; k < to; k++) {
      const at = c * n + order[k]!;
      x[at] = across * x[at]! + shift * sum;
    }
  }
}
