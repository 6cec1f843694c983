/**
 * Real numbers on a scale that is linear near zero and logarithmic far from it: x = s·sinh(u). For a standard deviation whose
 * likelihood depends on its square alone: with both signs allowed, zero is a point like any other, where on the logarithmic
 * scale it is the end of a long tail.
 */
import * as Elementary from "../numeric/elementary.ts";
import type { Constraint } from "./constraint.ts";

export interface SinhScale {
  /** s of every element, positive: where linear turns into logarithmic. */
  readonly scale: Float64Array;
}

export const sinh: Constraint<SinhScale> = {
  name: "sinh",
  unconstrainedSize: (size) => size,
  constrain(u, x, { scale }) {
    let logJacobian = 0;
    for (let i = 0; i < x.length; i++) {
      x[i] = scale[i]! * Elementary.sinh(u[i]!);
      logJacobian += Elementary.log(scale[i]!) + logCosh(u[i]!);
    }
    return logJacobian;
  },
  pullback(u, _x, xBar, logJacobianBar, uBar, { scale }) {
    for (let i = 0; i < xBar.length; i++) {
      uBar[i]! += xBar[i]! * scale[i]! * Elementary.cosh(u[i]!) + logJacobianBar * Elementary.tanh(u[i]!);
    }
  },
  unconstrain(x, u, { scale }) {
    for (let i = 0; i < x.length; i++) u[i] = Elementary.asinh(x[i]! / scale[i]!);
  },
};

function logCosh(u: number): number {
  const size = Math.abs(u);
  return size + Elementary.log1p(Elementary.exp(-2 * size)) - Math.LN2;
}
