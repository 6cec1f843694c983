/**
 * Cholesky factors of correlation matrices: canonical partial correlations z = tanh(u), row by row
 * (Lewandowski, Kurowicka & Joe 2009; Stan Reference Manual, "Cholesky factors of correlation matrices").
 */
import * as Elementary from "../numeric/elementary.ts";
import { log1pExp } from "../numeric/special.ts";
import type { Constraint } from "./constraint.ts";

export const choleskyCorrelation: Constraint = {
  name: "cholesky_correlation",
  unconstrainedSize(size) {
    const k = Math.round(Math.sqrt(size));
    return (k * (k - 1)) / 2;
  },
  constrain(u, x) {
    const size = Math.round(Math.sqrt(x.length));
    x.fill(0);
    x[0] = 1;
    let logJacobian = 0;
    let at = 0;
    for (let i = 1; i < size; i++) {
      // log of what is left of the row's unit length
      let logRest = 0;
      for (let j = 0; j < i; j++) {
        const t = u[at++]!;
        const logSech2 = 2 * (Math.LN2 - Math.abs(t) - log1pExp(-2 * Math.abs(t)));
        x[i * size + j] = Elementary.tanh(t) * Elementary.exp(0.5 * logRest);
        logJacobian += logSech2 + 0.5 * logRest;
        logRest += logSech2;
      }
      x[i * size + i] = Elementary.exp(0.5 * logRest);
    }
    return logJacobian;
  },
  /**
   * With x_ij = z_j·√R_j, R_{j+1} = R_j·(1 − z_j²) and x_ii = √R_i: the adjoint of log R runs backwards along a row.
   */
  pullback(u, x, xBar, logJacobianBar, uBar) {
    const size = Math.round(Math.sqrt(x.length));
    for (let i = 1; i < size; i++) {
      const first = (i * (i - 1)) / 2;
      let logRestBar = 0.5 * xBar[i * size + i]! * x[i * size + i]!;
      for (let j = i - 1; j >= 0; j--) {
        const t = u[first + j]!;
        const z = Elementary.tanh(t);
        const own = xBar[i * size + j]!;
        const value = x[i * size + j]!;
        // d log sech² / dt = −2 tanh t; dz/dt = sech² t; x = z·e^{logRest/2}.
        const sech2 = Elementary.exp(2 * (Math.LN2 - Math.abs(t) - log1pExp(-2 * Math.abs(t))));
        const rest = z === 0 ? restBefore(x, size, i, j) : value / z;
        uBar[first + j]! += own * sech2 * rest + (logJacobianBar + logRestBar) * -2 * z;
        logRestBar += 0.5 * (own * value + logJacobianBar);
      }
    }
  },
  unconstrain(x, u) {
    const size = Math.round(Math.sqrt(x.length));
    let at = 0;
    for (let i = 1; i < size; i++) {
      for (let j = 0; j < i; j++) u[at++] = Elementary.atanh(x[i * size + j]! / restBefore(x, size, i, j));
    }
  },
};

/** √(1 − Σ_{k<j} x_ik²). */
function restBefore(x: Float64Array, size: number, i: number, j: number): number {
  let rest = 1;
  for (let k = 0; k < j; k++) rest -= x[i * size + k]! ** 2;
  return Math.sqrt(rest);
}
