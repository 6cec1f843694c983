/** Densities whose moments are known, each with the map to the quantities that the moments are of. */
import type { LogDensity, Posterior } from "../../src/log-density.ts";

/** A density whose draws are reported as they are, or through `constrain`. */
export function asPosterior(
  density: LogDensity,
  names: readonly string[] = Array.from({ length: density.dimension }, (_, i) => `q[${i}]`),
  constrain: (q: Float64Array, out: Float64Array) => void = (q, out) => out.set(q.subarray(0, out.length)),
): Posterior {
  return { density, names, constrain: (q, _rng, out) => constrain(q, out) };
}

/** Independent normals with the given means and standard deviations. */
export function independentNormal(mean: readonly number[], sd: readonly number[]): LogDensity {
  const n = mean.length;
  return {
    dimension: n,
    evaluate(q, gradient) {
      let sum = 0;
      for (let i = 0; i < n; i++) {
        const z = (q[i]! - mean[i]!) / sd[i]!;
        sum -= 0.5 * z * z;
        gradient[i] = -z / sd[i]!;
      }
      return sum;
    },
  };
}

/**
 * Stationary first-order autoregression: standard normal margins times `sd`, correlation rho^|i−j|.
 * The precision is tridiagonal: Σ_i (z_i − rho z_{i−1})² / (1 − rho²).
 */
export function autoregressiveNormal(rho: number, sd: readonly number[]): LogDensity {
  const n = sd.length;
  const precision = 1 / (1 - rho * rho);
  return {
    dimension: n,
    evaluate(q, gradient) {
      let before = q[0]! / sd[0]!;
      let sum = -0.5 * before * before;
      gradient[0] = -before / sd[0]!;
      for (let i = 1; i < n; i++) {
        const z = q[i]! / sd[i]!;
        const innovation = z - rho * before;
        sum -= 0.5 * precision * innovation * innovation;
        gradient[i - 1]! += (rho * precision * innovation) / sd[i - 1]!;
        gradient[i] = (-precision * innovation) / sd[i]!;
        before = z;
      }
      return sum;
    },
  };
}

/** Neal's (2003) funnel as it stands: v ~ N(0, 3²), x_i ~ N(0, e^v). */
export function centredFunnel(size: number): LogDensity {
  return {
    dimension: size + 1,
    evaluate(q, gradient) {
      const v = q[0]!;
      const precision = Math.exp(-v);
      let squares = 0;
      for (let i = 1; i <= size; i++) {
        squares += q[i]! * q[i]!;
        gradient[i] = -precision * q[i]!;
      }
      gradient[0] = -v / 9 - size / 2 + 0.5 * precision * squares;
      return -(v * v) / 18 - (size * v) / 2 - 0.5 * precision * squares;
    },
  };
}

/** Independent Student t with `nu` degrees of freedom: variance nu / (nu − 2). */
export function independentStudent(nu: number, size: number): LogDensity {
  return {
    dimension: size,
    evaluate(q, gradient) {
      let sum = 0;
      for (let i = 0; i < size; i++) {
        const x = q[i]!;
        sum -= 0.5 * (nu + 1) * Math.log1p((x * x) / nu);
        gradient[i] = (-(nu + 1) * x) / (nu + x * x);
      }
      return sum;
    },
  };
}

/** Gamma(shape, rate) on the log scale, log-Jacobian included. */
export function logGamma(shape: number, rate: number): LogDensity {
  return {
    dimension: 1,
    coordinateName: () => "log(x)",
    evaluate(q, gradient) {
      const x = Math.exp(q[0]!);
      gradient[0] = shape - rate * x;
      return shape * q[0]! - rate * x;
    },
  };
}

/** Beta(a, b) on the logit scale, log-Jacobian included. */
export function logitBeta(a: number, b: number): LogDensity {
  return {
    dimension: 1,
    coordinateName: () => "logit(x)",
    evaluate(q, gradient) {
      const u = q[0]!;
      const softplus = Math.max(u, 0) + Math.log1p(Math.exp(-Math.abs(u)));
      gradient[0] = a - (a + b) / (1 + Math.exp(-u));
      return a * u - (a + b) * softplus;
    },
  };
}

/**
 * Exponential survival regression with a log link: y_i ~ exponential(rate e^(x_i·b)), b_j ~ N(0, 1).
 * With covariates in the tens, a random start puts linear predictors at ±80.
 */
export function exponentialRegression(x: readonly (readonly number[])[], y: readonly number[]): LogDensity {
  const size = x[0]!.length;
  return {
    dimension: size,
    evaluate(q, gradient) {
      let sum = 0;
      for (let j = 0; j < size; j++) {
        sum -= 0.5 * q[j]! * q[j]!;
        gradient[j] = -q[j]!;
      }
      for (let i = 0; i < y.length; i++) {
        const row = x[i]!;
        let eta = 0;
        for (let j = 0; j < size; j++) eta += row[j]! * q[j]!;
        const hazard = y[i]! * Math.exp(eta);
        sum += eta - hazard;
        for (let j = 0; j < size; j++) gradient[j]! += (1 - hazard) * row[j]!;
      }
      return sum;
    },
  };
}
