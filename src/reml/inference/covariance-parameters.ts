/**
 * How well θ, the parameters of a residual structure and σ are known: the inverse Hessian of the deviance in them, and how the
 * covariance of the coefficients moves with them, both from central differences of exact gradients.
 */
import { symmetricEigen } from "../../linalg/small-matrices.ts";
import { unscaledCovariance } from "../../marginal/gaussian.ts";
import { whiteningOf } from "../../residuals/whitening.ts";
import { gradientsAt, residualRows } from "../criterion.ts";
import { type LinearModel, prepare, profiledOf } from "../linear-model.ts";
import type { LmmFit } from "../lmm-fit.ts";
import { modelOf } from "../model-of-fit.ts";
import { addStructureGradient } from "../residual/structured-criterion.ts";
import { whitenedModel } from "../residual/whitened-model.ts";

export interface CovarianceParameters {
  /** Asymptotic covariance of (θ, structure, σ), row-major. */
  readonly covariance: Float64Array;
  /** Derivative of the covariance of the coefficients with respect to each of (θ, structure, σ). */
  readonly derivatives: readonly Float64Array[];
}

/** Relative to the unit-free θ: differences of gradients lose about as much to rounding as to curvature. */
const STEP = 1e-4;

export function covarianceParameters(fit: LmmFit): CovarianceParameters {
  const { theta, sigma } = fit;
  const { scale } = modelOf(fit).layout;
  const at = evaluationsOf(fit);
  const free = fit.residual?.free ?? new Float64Array(0);
  const x = Float64Array.from([...theta, ...free]);
  const k = x.length;
  const size = k + 1;
  const hessian = new Float64Array(size * size);
  const derivatives: Float64Array[] = [];
  const sigma2 = sigma * sigma;
  for (let j = 0; j < k; j++) {
    const unit = j < theta.length ? scale[j]! : 1;
    const h = (STEP * Math.max(1, Math.abs(x[j]! * unit))) / unit;
    const shifted = (by: number) => {
      const moved = x.slice();
      moved[j] = x[j]! + by;
      return at(moved);
    };
    const up = shifted(h);
    const down = shifted(-h);
    for (let i = 0; i < k; i++) hessian[i * size + j] = (up.gradient[i]! - down.gradient[i]!) / (2 * h);
    // ∂²/∂x∂σ of residual/σ²
    const mixed = (-2 * (up.residual - down.residual)) / (2 * h) / (sigma2 * sigma);
    hessian[j * size + k] = mixed;
    hessian[k * size + j] = mixed;
    derivatives.push(up.covariance.map((value, i) => (sigma2 * (value - down.covariance[i]!)) / (2 * h)));
  }
  // ∂²/∂σ² of 2m·log σ + residual/σ² at σ² = residual/m
  hessian[k * size + k] = (4 * residualRows(profiledOf(modelOf(fit)))) / sigma2;
  derivatives.push(fit.fixed.covariance.map((value) => (2 * value) / sigma));
  symmetrise(hessian, size);
  return { covariance: twiceInverse(hessian, size), derivatives };
}

interface AtParameters {
  /** Of the deviance at the σ of the fit, with respect to (θ, structure). */
  readonly gradient: Float64Array;
  readonly residual: number;
  /** Of the coefficients, at σ = 1. */
  readonly covariance: Float64Array;
}

function evaluationsOf(fit: LmmFit): (x: Float64Array) => AtParameters {
  const { sigma, residual, theta } = fit;
  const k = theta.length;
  const known = modelOf(fit);
  const base = residual && prepare(fit.design, fit.method === "REML");
  const whitening = residual && whiteningOf(residual.data);
  let like: LinearModel | undefined;
  return (x) => {
    if (base !== undefined) like = whitenedModel(base, residual!.data, x.slice(k), whitening, like)!;
    const model = like ?? known;
    const own = x.slice(0, k);
    const { parts, deviance } = gradientsAt(profiledOf(model), own, sigma)!;
    const gradient = Float64Array.from([...deviance, ...new Float64Array(x.length - k)]);
    if (whitening !== undefined) {
      const weight = parts.residual / sigma ** 2;
      addStructureGradient(model, whitening, own, x.slice(k), weight, gradient.subarray(k));
    }
    return { gradient, residual: parts.residual, covariance: unscaledCovariance(model.system) };
  };
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
