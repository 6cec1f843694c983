/**
 * Covariance functions of Gaussian processes (Rasmussen & Williams 2006, chapter 4), as correlations of distances and as spectral
 * densities; r is the distance over the length scale. With a length scale per dimension the exact process has the product of one
 * correlation per dimension, the Hilbert-space form the density in Σ ℓ_d²ω_d² (which differ but for `exp_quad`), both as in brms.
 */
import type { Correlation } from "../../autodiff/ops/covariance-factor.ts";
import type { SpectralDensity } from "../../autodiff/ops/spectral-sds.ts";
import * as Elementary from "../../numeric/elementary.ts";
import { logGamma } from "../../numeric/special.ts";

export interface Covariance {
  readonly correlation: Correlation;
  readonly spectral: SpectralDensity;
}

const ROOT_3 = Math.sqrt(3);
const ROOT_5 = Math.sqrt(5);

/** exp(−r²/2) */
const squaredExponential: Covariance = {
  correlation: {
    value: (s) => Elementary.exp(-s / 2),
    derivative: (s) => -Elementary.exp(-s / 2) / 2,
  },
  spectral: {
    constant: (d) => (d / 2) * Elementary.log(2 * Math.PI),
    value: (u) => -u / 2,
    derivative: () => -0.5,
  },
};

/** exp(−r) */
const exponential: Covariance = {
  correlation: {
    value: (s) => Elementary.exp(-Math.sqrt(s)),
    derivative: (s) => -Elementary.exp(-Math.sqrt(s)) / (2 * Math.sqrt(s)),
  },
  spectral: maternSpectrum(0.5),
};

/** (1 + √3 r) exp(−√3 r) */
const matern32: Covariance = {
  correlation: {
    value: (s) => {
      const r = ROOT_3 * Math.sqrt(s);
      return (1 + r) * Elementary.exp(-r);
    },
    derivative: (s) => -1.5 * Elementary.exp(-ROOT_3 * Math.sqrt(s)),
  },
  spectral: maternSpectrum(1.5),
};

/** (1 + √5 r + 5r²/3) exp(−√5 r) */
const matern52: Covariance = {
  correlation: {
    value: (s) => {
      const r = ROOT_5 * Math.sqrt(s);
      return (1 + r + (r * r) / 3) * Elementary.exp(-r);
    },
    derivative: (s) => {
      const r = ROOT_5 * Math.sqrt(s);
      return (-5 / 6) * (1 + r) * Elementary.exp(-r);
    },
  },
  spectral: maternSpectrum(2.5),
};

/** By their names in formulas. */
export const covariances = {
  exp_quad: squaredExponential,
  matern15: matern32,
  matern32,
  matern25: matern52,
  matern52,
  exponential,
  matern05: exponential,
  matern12: exponential,
} as const satisfies Record<string, Covariance>;

export type CovarianceName = keyof typeof covariances;

/** 2ᵈ π^(d/2) Γ(ν + d/2) (2ν)^ν / Γ(ν) · ℓᵈ (2ν + u)^−(ν + d/2) */
function maternSpectrum(nu: number): SpectralDensity {
  return {
    constant: (d) =>
      d * Math.LN2 +
      (d / 2) * Elementary.log(Math.PI) +
      logGamma(nu + d / 2) -
      logGamma(nu) +
      nu * Elementary.log(2 * nu),
    value: (u, d) => -(nu + d / 2) * Elementary.log(2 * nu + u),
    derivative: (u, d) => -(nu + d / 2) / (2 * nu + u),
  };
}
