/** C_kl = φ^|t_k − t_l|: each row needs the one before it only. AR(1) of whole steps, and of continuous time. */
import * as Elementary from "../../numeric/elementary.ts";
import { median } from "../../numeric/quantile.ts";
import type { CorrelationData } from "../structured-rows.ts";
import type { Correlation, CorrelationKind } from "./correlation.ts";

/** A correlation per gap between two rows, and its derivative with respect to the one parameter. */
interface Decay {
  readonly starts: readonly number[];
  phi(free: number): number;
  unconstrain(phi: number): number;
  at(free: number, gap: number): number;
  slope(free: number, gap: number): number;
}

/** φ = tanh(u/2): negative values have whole times. */
const steps: Decay = {
  starts: [0, 1.5, 3.5],
  phi: (free) => Elementary.tanh(free / 2),
  unconstrain: (phi) => Elementary.log((1 + phi) / (1 - phi)),
  at: (free, gap) => {
    const phi = Elementary.tanh(free / 2);
    return gap === 1 ? phi : phi ** gap;
  },
  slope: (free, gap) => {
    const phi = Elementary.tanh(free / 2);
    return ((1 - phi * phi) / 2) * (gap === 1 ? 1 : gap * phi ** (gap - 1));
  },
};

/** φ^gap = exp(−exp(u)·gap/typical): free of the unit of time. */
function continuous(typical: number): Decay {
  return {
    starts: [0, -2, 1.5],
    phi: (free) => Elementary.exp(-Elementary.exp(free) / typical),
    unconstrain: (phi) => (phi > 0 && phi < 1 ? Elementary.log(-Elementary.log(phi) * typical) : Number.NaN),
    at: (free, gap) => Elementary.exp((-Elementary.exp(free) * gap) / typical),
    slope: (free, gap) => {
      const rate = (Elementary.exp(free) * gap) / typical;
      return -rate * Elementary.exp(-rate);
    },
  };
}

export function markov({ order, start, times }: CorrelationData, decay: Decay): Correlation {
  const n = order.length;
  return {
    size: 1,
    starts: decay.starts.map((value) => Float64Array.of(value)),
    natural: (free) => [{ name: "phi", value: decay.phi(free[0]!) }],
    unconstrain: ([phi]) => Float64Array.of(decay.unconstrain(phi!)),
    whiten(free, columns, count) {
      let logDeterminant = 0;
      for (let g = 0; g + 1 < start.length; g++) {
        for (let k = start[g + 1]! - 1; k > start[g]!; k--) {
          const row = order[k]!;
          const before = order[k - 1]!;
          const rho = decay.at(free[0]!, times[row]! - times[before]!);
          const rest = (1 - rho) * (1 + rho);
          if (!(rest > 0)) return Number.NaN;
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
    pullback(free, columns, adjoint, count, gradient) {
      let byPhi = 0;
      for (let g = 0; g + 1 < start.length; g++) {
        for (let k = start[g]! + 1; k < start[g + 1]!; k++) {
          const row = order[k]!;
          const before = order[k - 1]!;
          const gap = times[row]! - times[before]!;
          const rho = decay.at(free[0]!, gap);
          const rest = (1 - rho) * (1 + rho);
          const root = Math.sqrt(rest);
          let byRho = (-2 * rho) / rest;
          // Forwards in time: the row before is unwhitened already.
          for (let c = 0; c < count; c++) {
            const at = c * n + row;
            const earlier = columns[c * n + before]!;
            const whitened = columns[at]!;
            const along = adjoint[at]!;
            byRho += along * ((whitened * rho) / rest - earlier / root);
            columns[at] = whitened * root + rho * earlier;
          }
          byPhi += byRho * decay.slope(free[0]!, gap);
        }
        // ∂f/∂x_k = ∂f/∂x̃_k / root_k − ρ_{k+1}/root_{k+1}·∂f/∂x̃_{k+1}
        for (let k = start[g]! + 1; k < start[g + 1]!; k++) {
          const row = order[k]!;
          const before = order[k - 1]!;
          const rho = decay.at(free[0]!, times[row]! - times[before]!);
          const root = Math.sqrt((1 - rho) * (1 + rho));
          for (let c = 0; c < count; c++) {
            adjoint[c * n + row]! /= root;
            adjoint[c * n + before]! -= rho * adjoint[c * n + row]!;
          }
        }
      }
      gradient[0]! += byPhi;
    },
  };
}

/** The median gap between rows that follow each other in a group. */
function typicalGap({ order, start, times }: CorrelationData): number {
  const gaps: number[] = [];
  for (let g = 0; g + 1 < start.length; g++) {
    for (let k = start[g]! + 1; k < start[g + 1]!; k++) gaps.push(times[order[k]!]! - times[order[k - 1]!]!);
  }
  return median(gaps);
}

export const ar1: CorrelationKind["correlation"] = (data) => markov(data, steps);

export const car: CorrelationKind = {
  name: "car",
  usage: "car(time, group)",
  columns: [2, 2],
  over: "times",
  correlation: (data) => markov(data, continuous(typicalGap(data))),
};
