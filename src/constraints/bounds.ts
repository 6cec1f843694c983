import * as Elementary from "../numeric/elementary.ts";
import { invLogit, log1pExp } from "../numeric/special.ts";
import type { Bounds, Constraint } from "./constraint.ts";

export const bounds: Constraint<Bounds> = {
  name: "bounds",
  unconstrainedSize(_size, { lower, upper }) {
    let free = 0;
    for (let i = 0; i < lower.length; i++) if (lower[i]! < upper[i]!) free++;
    return free;
  },
  constrain(u, x, { lower, upper }) {
    let logJacobian = 0;
    let k = 0;
    for (let i = 0; i < x.length; i++) {
      const a = lower[i]!;
      const b = upper[i]!;
      if (a === b) {
        x[i] = a;
        continue;
      }
      const t = u[k++]!;
      if (a === Number.NEGATIVE_INFINITY && b === Number.POSITIVE_INFINITY) x[i] = t;
      else if (b === Number.POSITIVE_INFINITY) {
        x[i] = a + Elementary.exp(t);
        logJacobian += t;
      } else if (a === Number.NEGATIVE_INFINITY) {
        x[i] = b - Elementary.exp(t);
        logJacobian += t;
      } else {
        x[i] = a + (b - a) * invLogit(t);
        logJacobian += Elementary.log(b - a) - Math.abs(t) - 2 * log1pExp(-Math.abs(t));
      }
    }
    return logJacobian;
  },
  pullback(u, _x, xBar, logJacobianBar, uBar, { lower, upper }) {
    let k = 0;
    for (let i = 0; i < xBar.length; i++) {
      const a = lower[i]!;
      const b = upper[i]!;
      if (a === b) continue;
      const t = u[k]!;
      if (a === Number.NEGATIVE_INFINITY && b === Number.POSITIVE_INFINITY) uBar[k]! += xBar[i]!;
      else if (b === Number.POSITIVE_INFINITY) uBar[k]! += xBar[i]! * Elementary.exp(t) + logJacobianBar;
      else if (a === Number.NEGATIVE_INFINITY) uBar[k]! += -xBar[i]! * Elementary.exp(t) + logJacobianBar;
      else {
        const p = invLogit(t);
        uBar[k]! += xBar[i]! * (b - a) * p * (1 - p) + logJacobianBar * (1 - 2 * p);
      }
      k++;
    }
  },
  unconstrain(x, u, { lower, upper }) {
    let k = 0;
    for (let i = 0; i < x.length; i++) {
      const a = lower[i]!;
      const b = upper[i]!;
      if (a === b) continue;
      if (a === Number.NEGATIVE_INFINITY && b === Number.POSITIVE_INFINITY) u[k] = x[i]!;
      else if (b === Number.POSITIVE_INFINITY) u[k] = Elementary.log(x[i]! - a);
      else if (a === Number.NEGATIVE_INFINITY) u[k] = Elementary.log(b - x[i]!);
      else u[k] = Elementary.log((x[i]! - a) / (b - x[i]!));
      k++;
    }
  },
};
