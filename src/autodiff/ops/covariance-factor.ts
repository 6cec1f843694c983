/**
 * The Cholesky factor of the covariance matrix of a Gaussian process at n points: K = sd²·Π κ_d(r²_d / ℓ_d²) + jitter·I, K = L·Lᵀ.
 * In one operation, because neither K nor its gradient is wanted by anybody else.
 *
 * Backward: K̄ = L⁻ᵀ·Φ(Lᵀ·L̄)·L⁻¹, symmetrised, where Φ takes the lower triangle and halves its diagonal (Murray 2016,
 * arXiv:1602.07527, equation 10).
 */
import { formatShape, type Op, requireShape } from "../op.ts";

/** κ as a function of the squared distance over the squared length scale, κ(0) = 1. */
export interface Correlation {
  readonly value: (square: number) => number;
  readonly derivative: (square: number) => number;
}

export interface CovarianceFactor {
  readonly correlation: Correlation;
  /** Squared distances by length scale, the lower triangle without its diagonal, row by row. */
  readonly squares: readonly Float64Array[];
  readonly count: number;
  readonly jitter: number;
}

interface Work {
  /** The factor's adjoint, then the covariance's. */
  readonly bar: Float64Array;
  readonly column: Float64Array;
}

/** Inputs: the standard deviation, and the length scales (one number, or one per entry of `squares`). */
export const covarianceFactor: Op<CovarianceFactor, Work> = {
  name: "covarianceFactor",
  shape([sd, scales], { squares, count }) {
    requireShape(
      sd!.length === 0 && (scales!.length === 0 ? squares.length === 1 : scales![0] === squares.length),
      `covarianceFactor: ${formatShape(sd!)} and ${formatShape(scales!)} do not fit ${squares.length} length scales`,
    );
    return [count, count];
  },
  workspace: ({ attributes: { count } }) => ({
    bar: new Float64Array(count * count),
    column: new Float64Array(count),
  }),
  forward({ x, y, attributes: { correlation, squares, count: n, jitter } }) {
    const variance = x[0]![0]! ** 2;
    const scales = x[1]!;
    y.fill(0);
    for (let i = 0, at = 0; i < n; i++) {
      for (let j = 0; j < i; j++, at++) {
        let value = variance;
        for (let d = 0; d < squares.length; d++)
          value *= correlation.value(squares[d]![at]! / scales[d]! ** 2);
        y[i * n + j] = value;
      }
      y[i * n + i] = variance + jitter;
    }
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) {
        let sum = y[i * n + j]!;
        for (let k = 0; k < j; k++) sum -= y[i * n + k]! * y[j * n + k]!;
        // A covariance that is not positive definite in floating point has no density: NaN rejects the point.
        y[i * n + j] = i === j ? (sum > 0 ? Math.sqrt(sum) : Number.NaN) : sum / y[j * n + j]!;
      }
    }
  },
  backward({ x, y, xBar, yBar, work, attributes: { correlation, squares, count: n } }) {
    covarianceAdjoint(y, yBar, n, work);
    const { bar } = work;
    const sd = x[0]![0]!;
    const scales = x[1]!;
    const sdBar = xBar[0];
    const scaleBar = xBar[1];
    let varianceBar = 0;
    for (let i = 0, at = 0; i < n; i++) {
      varianceBar += bar[i * n + i]!;
      for (let j = 0; j < i; j++, at++) {
        // Both (i, j) and (j, i).
        const weight = bar[i * n + j]! + bar[j * n + i]!;
        if (weight === 0) continue;
        let product = 1;
        for (let d = 0; d < squares.length; d++)
          product *= correlation.value(squares[d]![at]! / scales[d]! ** 2);
        varianceBar += weight * product;
        if (scaleBar == null || product === 0) continue;
        for (let d = 0; d < squares.length; d++) {
          const square = squares[d]![at]! / scales[d]! ** 2;
          if (square === 0) continue;
          const others = product / correlation.value(square);
          scaleBar[d]! +=
            (weight * sd * sd * others * correlation.derivative(square) * -2 * square) / scales[d]!;
        }
      }
    }
    if (sdBar != null) sdBar[0]! += 2 * sd * varianceBar;
  },
};

/** work.bar ← L⁻ᵀ·Φ(Lᵀ·L̄)·L⁻¹ with halves of the symmetric sum left to the caller, who adds (i, j) and (j, i). */
function covarianceAdjoint(l: Float64Array, lBar: Float64Array, n: number, { bar, column }: Work): void {
  bar.fill(0);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = i; k < n; k++) sum += l[k * n + i]! * lBar[k * n + j]!;
      bar[i * n + j] = i === j ? sum / 2 : sum;
    }
  }
  // L⁻ᵀ from the left, column by column.
  for (let j = 0; j < n; j++) {
    for (let i = n - 1; i >= 0; i--) {
      let sum = bar[i * n + j]!;
      for (let k = i + 1; k < n; k++) sum -= l[k * n + i]! * column[k]!;
      column[i] = sum / l[i * n + i]!;
    }
    for (let i = 0; i < n; i++) bar[i * n + j] = column[i]!;
  }
  // L⁻¹ from the right, row by row.
  for (let i = 0; i < n; i++) {
    for (let j = n - 1; j >= 0; j--) {
      let sum = bar[i * n + j]!;
      for (let k = j + 1; k < n; k++) sum -= column[k]! * l[k * n + j]!;
      column[j] = sum / l[j * n + j]!;
    }
    for (let j = 0; j < n; j++) bar[i * n + j] = column[j]!;
  }
}
