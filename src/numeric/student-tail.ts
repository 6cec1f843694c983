import { logBetaCdf } from "./beta-tail.ts";
import * as Elementary from "./elementary.ts";
import { complement } from "./gamma-tail.ts";
import { inverseMills } from "./normal-tail.ts";
import { logNormalCdf } from "./special.ts";
import { logGammaHalfStep } from "./stirling.ts";

/** From here on two terms of the expansion around the normal distribution (Abramowitz & Stegun 26.7.8) are exact. */
const NEARLY_NORMAL = 1e8;

/** log P(T ≤ t) for Student's t with ν degrees of freedom; `partials` of length 2 gets ∂/∂t and ∂/∂ν. */
export type LogStudentCdf = (t: number, nu: number, partials: Float64Array) => number;

/** One function for each kernel, because it owns a scratch buffer. */
export function createLogStudentCdf(): LogStudentCdf {
  const beta = new Float64Array(3);
  return (t, nu, partials) => {
    if (!(nu > 0)) return -Infinity;
    if (nu > NEARLY_NORMAL) return nearlyNormal(t, nu, partials);
    const square = t * t;
    if (square === Infinity) {
      partials.fill(0);
      return t < 0 ? -Infinity : 0;
    }
    const total = nu + square;
    if (square === 0) {
      partials[0] = 2 * Elementary.exp(logGammaHalfStep(nu / 2) - 0.5 * Elementary.log(nu * Math.PI));
      partials[1] = 0;
      return -Math.LN2;
    }
    const value = -Math.LN2 + logBetaCdf(nu / total, square / total, nu / 2, 0.5, beta);
    // x = ν / (ν + t²): dx/dt = −2 ν t / (ν + t²)², dx/dν = t² / (ν + t²)².
    partials[0] = (beta[2]! * 2 * (nu / total) * Math.abs(t)) / total;
    partials[1] = 0.5 * beta[0]! + (beta[2]! * (square / total)) / total;
    if (t < 0) return value;
    partials[0] = -partials[0];
    return complement(value, partials);
  };
}

// P(T ≤ t) = Φ(t) − φ(t) (t³ + t) / (4 ν) + O(ν⁻²)
function nearlyNormal(t: number, nu: number, partials: Float64Array): number {
  const hazard = inverseMills(t);
  const correction = (hazard * (t * t * t + t)) / (4 * nu);
  partials[0] = hazard;
  partials[1] = correction / nu;
  return logNormalCdf(t) + Elementary.log1p(-correction);
}
