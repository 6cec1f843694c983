/**
 * Running (co)variance of the draws of a metric window by Welford's recurrence, shrunk as Stan does
 * (Stan Reference Manual, "Adaptation": n/(n+5) · estimate + 5/(n+5) · 10⁻³ · I).
 */

export interface CovarianceEstimate {
  add(q: Float64Array): void;
  /** Writes the regularised estimate (diagonal, or all of it row-major); only valid after two or more draws. */
  final(out: Float64Array): void;
  restart(): void;
  readonly count: number;
}

export function createCovarianceEstimate(kind: "diag" | "dense", dimension: number): CovarianceEstimate {
  const mean = new Float64Array(dimension);
  const before = new Float64Array(dimension);
  const sum = new Float64Array(kind === "diag" ? dimension : dimension * dimension);
  let count = 0;
  return {
    get count() {
      return count;
    },
    add(q) {
      count++;
      for (let i = 0; i < dimension; i++) {
        before[i] = q[i]! - mean[i]!;
        mean[i]! += before[i]! / count;
      }
      if (kind === "diag") {
        for (let i = 0; i < dimension; i++) sum[i]! += before[i]! * (q[i]! - mean[i]!);
        return;
      }
      for (let i = 0, k = 0; i < dimension; i++) {
        const after = q[i]! - mean[i]!;
        for (let j = 0; j < dimension; j++, k++) sum[k]! += after * before[j]!;
      }
    },
    final(out) {
      const scale = count / (count + 5) / (count - 1);
      const floor = (1e-3 * 5) / (count + 5);
      const diagonalStep = kind === "diag" ? 1 : dimension + 1;
      for (let k = 0; k < sum.length; k++) out[k] = scale * sum[k]!;
      for (let i = 0; i < dimension; i++) out[i * diagonalStep]! += floor;
    },
    restart() {
      count = 0;
      mean.fill(0);
      sum.fill(0);
    },
  };
}
