/** Increasing vectors: x_1 = u_1, x_k = x_{k−1} + exp(u_k) (Stan Reference Manual, "Ordered vector"). */
import * as Elementary from "../numeric/elementary.ts";
import type { Constraint } from "./constraint.ts";

export const ordered: Constraint = {
  name: "ordered",
  unconstrainedSize: (size) => size,
  constrain(u, x) {
    let logJacobian = 0;
    for (let k = 0; k < x.length; k++) {
      if (k === 0) x[0] = u[0]!;
      else {
        x[k] = x[k - 1]! + Elementary.exp(u[k]!);
        logJacobian += u[k]!;
      }
    }
    return logJacobian;
  },
  pullback(u, _x, xBar, logJacobianBar, uBar) {
    let suffix = 0;
    for (let k = u.length - 1; k >= 0; k--) {
      suffix += xBar[k]!;
      uBar[k]! += k === 0 ? suffix : suffix * Elementary.exp(u[k]!) + logJacobianBar;
    }
  },
  unconstrain(x, u) {
    for (let k = 0; k < x.length; k++) u[k] = k === 0 ? x[0]! : Elementary.log(x[k]! - x[k - 1]!);
  },
};
