/** Working correlations of estimating equations: whitened as residual structures are, estimated by moments of Pearson residuals. */
import type { NamedValue } from "../../residuals/correlations/correlation.ts";
import { findCorrelation } from "../../residuals/correlations/index.ts";
import type { CorrelationData } from "../../residuals/structured-rows.ts";

/** α holds natural values: correlations. */
export interface MomentCorrelation {
  none(): Float64Array;
  natural(alpha: Float64Array): readonly NamedValue[];
  whiten(alpha: Float64Array, columns: Float64Array, count: number): number;
  /** `from`: the estimate before, where a search begins. */
  estimate(pearson: Float64Array, scale: number, from: Float64Array): Float64Array;
}

export const independent: MomentCorrelation = {
  none: () => new Float64Array(0),
  natural: () => [],
  whiten: () => 0,
  estimate: () => new Float64Array(0),
};

export function momentCorrelation(data: CorrelationData): MomentCorrelation {
  const structure = findCorrelation(data.call.kind).correlation(data);
  const estimate = estimators[data.call.kind]!;
  return {
    none: () => new Float64Array(structure.size),
    natural: (alpha) =>
      structure.size === 1
        ? [{ name: "alpha", value: alpha[0]! }]
        : structure.natural(structure.starts[0]!).map(({ name }, k) => ({ name, value: alpha[k]! })),
    whiten(alpha, columns, count) {
      if (alpha.every((value) => value === 0)) return 0;
      const free = structure.unconstrain([...alpha]);
      return free.every(Number.isFinite) ? structure.whiten(free, columns, count) : Number.NaN;
    },
    estimate: (pearson, scale, from) => estimate(data, pearson, scale, from),
  };
}

type Estimator = (
  data: CorrelationData,
  pearson: Float64Array,
  scale: number,
  from: Float64Array,
) => Float64Array;

/** Calls `visit` for every pair of rows of one cluster. */
function eachPair({ order, start }: CorrelationData, visit: (later: number, earlier: number) => void): void {
  for (let g = 0; g + 1 < start.length; g++) {
    for (let k = start[g]! + 1; k < start[g + 1]!; k++) {
      for (let j = start[g]!; j < k; j++) visit(order[k]!, order[j]!);
    }
  }
}

const estimators: Readonly<Record<string, Estimator>> = {
  /** The mean product of two residuals of a cluster. */
  cs(data, pearson, scale) {
    let sum = 0;
    let pairs = 0;
    eachPair(data, (a, b) => {
      sum += (pearson[a]! * pearson[b]!) / scale;
      pairs++;
    });
    return Float64Array.of(sum / pairs);
  },
  /** The root of Σ lag·α^(lag − 1)·(product − α^lag): Newton's method on least squares over all pairs. */
  ar(data, pearson, scale, from) {
    const sums: number[] = [];
    const counts: number[] = [];
    eachPair(data, (a, b) => {
      const lag = data.times[a]! - data.times[b]!;
      sums[lag] = (sums[lag] ?? 0) + (pearson[a]! * pearson[b]!) / scale;
      counts[lag] = (counts[lag] ?? 0) + 1;
    });
    const first = sums[1] === undefined ? 0.1 : sums[1] / counts[1]!;
    let alpha = from[0] === 0 ? Math.max(-0.95, Math.min(0.95, first)) : from[0]!;
    for (let iteration = 0; iteration < 100; iteration++) {
      let score = 0;
      let information = 0;
      for (let lag = 1; lag < sums.length; lag++) {
        if (sums[lag] === undefined) continue;
        const slope = lag * alpha ** (lag - 1);
        score += slope * (sums[lag]! - counts[lag]! * alpha ** lag);
        information += counts[lag]! * slope * slope;
      }
      const step = score / information;
      alpha += step;
      if (Math.abs(step) < 1e-13) break;
    }
    return Float64Array.of(alpha);
  },
  /** The mean product for every pair of occasions. */
  unstructured(data, pearson, scale) {
    const k = data.occasions;
    const sums = new Float64Array(k * k);
    const counts = new Int32Array(k * k);
    eachPair(data, (a, b) => {
      const at = data.times[b]! * k + data.times[a]!;
      sums[at]! += (pearson[a]! * pearson[b]!) / scale;
      counts[at]!++;
    });
    const alpha: number[] = [];
    for (let j = 0; j < k; j++) {
      for (let i = j + 1; i < k; i++)
        alpha.push(counts[j * k + i]! === 0 ? 0 : sums[j * k + i]! / counts[j * k + i]!);
    }
    return Float64Array.from(alpha);
  },
};
