/**
 * How well θ and σ are known: the inverse Hessian of the deviance in (θ, σ), and how the covariance of the coefficients moves
 * with them, both from central differences of exact gradients.
 */
import { symmetricEigen } from "../../linalg/small-matrices.ts";
import { unscaledCovariance } from "../../marginal/gaussian.ts";
import { gradientsAt, residualRows } from "../criterion.ts";
import { profiledOf } from "../linear-model.ts";
import type { LmmFit } from "../lmm-fit.ts";
import { modelOf } from "../model-of-fit.ts";

export interface CovarianceParameters {
  /** Asymptotic covariance of (θ, σ), row-major. */
  readonly covariance: Float64Array;
  /** Derivative of the covariance of the coefficients with respect to each of (θ, σ). */
  readonly derivatives: readonly Float64Array[];
}

/** Relative to the unit-free θ: differences of gradients lose about as much to rounding as to curvature. */
const STEP = 1e-4;

export function covarianceParameters(fit: LmmFit): CovarianceParameters {
  const model = modelOf(fit);
  const profiled = profiledOf(model);
  const { theta, sigma } = fit;
  const k = theta.length;
  const size = k + 1;
  const hessian = new Float64Array(size * size);
  const derivatives: Float64Array[] = [];
  const sigma2 = sigma * sigma;
  for (let j = 0; j < k; j++) {
    const h = (STEP * Math.max(1, theta[j]! * model.layout.scale[j]!)) / model.layout.scale[j]!;
    const at = (shift: number) => {
      const moved = theta.slice();
      moved[j] = theta[j]! + shift;
      const gradients = gradientsAt(profiled, moved, sigma);
      return { ...gradients!, covariance: unscaledCovariance(model.system) };
    };
    const up = at(h);
    const down = at(-h);
    for (let i = 0; i < k; i++) {
      hessian[i * size + j] = (up.deviance[i]! - down.deviance[i]!) / (2 * h);
    }
    // ∂²/∂θ∂σ of residual/σ²
    const mixed = (-2 * (up.parts.residual - down.parts.residual)) / (2 * h) / (sigma2 * sigma);
    hessian[j * size + k] = mixed;
    hessian[k * size + j] = mixed;
    derivatives.push(up.covariance.map((value, i) => (sigma2 * (value - down.covariance[i]!)) / (2 * h)));
  }
  // ∂²/∂σ² of 2m·log σ + residual/σ² at σ² = residual/m
  hessian[k * size + k] = (4 * residualRows(profiled)) / sigma2;
  derivatives.push(fit.fixed.covariance.map((value) => (2 * value) / sigma));
  symmetrise(hessian, size);
  return { covariance: twiceInverse(hessian, size), derivatives };
}

function symmetrise(a: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const mean = (a[i * n + j]! + a[j * n + i]!) / 2;
      a[i * n + j] = mean;
      a[j * n + i] = mean;
    }
  }
}

/** 2·H⁻ (the deviance is −2 log likelihood), over the directions in which the deviance curves upwards, as lmerTest does. */
function twiceInverse(hessian: Float64Array, n: number): Float64Array {
  const { values, vectors } = symmetricEigen(hessian, n);
  const out = new Float64Array(n * n);
  values.forEach((value, k) => {
    if (!(value > 1e-8)) return;
    const vector = vectors[k]!;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) out[i * n + j]! += (2 * vector[i]! * vector[j]!) / value;
    }
  });
  return out;
}
