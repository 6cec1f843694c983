/** Simplexes by stick-breaking: z_k = logit⁻¹(u_k − log(K − k)) (Stan Reference Manual, "Unit simplex"). */
import * as Elementary from "../numeric/elementary.ts";
import { invLogit, log1pExp } from "../numeric/special.ts";
import type { Constraint } from "./constraint.ts";

export const simplex: Constraint = {
  name: "simplex",
  unconstrainedSize: (size) => size - 1,
  constrain(u, x) {
    const last = x.length - 1;
    let logRest = 0;
    let logJacobian = 0;
    for (let k = 0; k < last; k++) {
      const t = u[k]! - Elementary.log(last - k);
      x[k] = Elementary.exp(logRest) * invLogit(t);
      logJacobian += logRest - log1pExp(t) - log1pExp(-t);
      logRest -= log1pExp(t);
    }
    x[last] = Elementary.exp(logRest);
    return logJacobian;
  },
  pullback(u, x, xBar, logJacobianBar, uBar) {
    const last = x.length - 1;
    let logRestBar = xBar[last]! * x[last]!;
    for (let k = last - 1; k >= 0; k--) {
      const z = invLogit(u[k]! - Elementary.log(last - k));
      const own = xBar[k]! * x[k]!;
      uBar[k]! += own * (1 - z) + logJacobianBar * (1 - 2 * z) - logRestBar * z;
      logRestBar += own + logJacobianBar;
    }
  },
  unconstrain(x, u) {
    const last = x.length - 1;
    let rest = 1;
    for (let k = 0; k < last; k++) {
      const z = x[k]! / rest;
      u[k] = Elementary.log(z / (1 - z)) + Elementary.log(last - k);
      rest -= x[k]!;
    }
  },
};
