/**
 * Real numbers on a scale that is linear near zero and logarithmic far from it: x = s·sinh(u). For a standard deviation whose
 * likelihood depends on its square alone: with both signs allowed, zero is a point like any other, where on the logarithmic
 * scale it is the end of a long tail.
 */
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
      x[i] = scale[i]! * Math.sinh(u[i]!);
      logJacobian += Math.log(scale[i]!) + logCosh(u[i]!);
    }
    return logJacobian;
  },
  pullback(u, _x, xBar, logJacobianBar, uBar, { scale }) {
    for (let i = 0; i < xBar.length; i++) {
      uBar[i]! += xBar[i]! * scale[i]! * Math.cosh(u[i]!) + logJacobianBar * Math.tanh(u[i]!);
    }
  },
  unconstrain(x, u, { scale }) {
    for (let i = 0; i < x.length; i++) u[i] = asinh(x[i]! / scale[i]!);
  },
};

function logCosh(u: number): number {
  const size = Math.abs(u);
  return size + Math.log1p(Math.exp(-2 * size)) - Math.LN2;
}

export function asinh(x: number): number {
  const size = Math.abs(x);
  // x + √(1 + x²) − 1 without cancellation.
  const value =
    size > 1e150
      ? Math.log(size) + Math.LN2
      : Math.log1p(size + (size * size) / (1 + Math.sqrt(1 + size * size)));
  return x < 0 ? -value : value;
}
