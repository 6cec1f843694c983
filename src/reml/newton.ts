/** Newton's method with the Hessian by central differences of the exact gradient, safeguarded by a line search. */
import { type MinimiseOptions, type Minimum, minimise, type Objective } from "./minimise.ts";

export function newton(f: Objective, start: Float64Array, options: MinimiseOptions): Minimum {
  let differences = 0;
  const counted: Objective = (x, gradient) => {
    differences++;
    return f(x, gradient);
  };
  const found = minimise(f, start, {
    ...options,
    curvature: (x) => hessianByDifferences(counted, x),
    updates: false,
  });
  return { ...found, evaluations: found.evaluations + differences };
}

/** Symmetrised central differences of the gradient, row-major; `step` relative to max(1, |x|). */
export function hessianByDifferences(f: Objective, x: Float64Array, step = 1e-4): Float64Array {
  const n = x.length;
  const hessian = new Float64Array(n * n);
  const up = new Float64Array(n);
  const down = new Float64Array(n);
  for (let j = 0; j < n; j++) {
    const h = step * Math.max(1, Math.abs(x[j]!));
    const at = x.slice();
    at[j] = x[j]! + h;
    f(at, up);
    at[j] = x[j]! - h;
    f(at, down);
    for (let i = 0; i < n; i++) hessian[i * n + j] = (up[i]! - down[i]!) / (2 * h);
  }
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const mean = (hessian[i * n + j]! + hessian[j * n + i]!) / 2;
      hessian[i * n + j] = mean;
      hessian[j * n + i] = mean;
    }
  }
  return hessian;
}
