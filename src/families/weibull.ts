import * as Elementary from "../numeric/elementary.ts";
import { digamma, logGamma } from "../numeric/special.ts";
import { exponential as sampleExponential } from "../random/variates.ts";
import { POSITIVE_LINKS, positiveMu, shape } from "./dpars.ts";
import type { Family, RowKernel } from "./family.ts";
import { orImpossible } from "./impossible.ts";
import { log1mExp } from "./log-space.ts";
import { positiveResponse } from "./responses.ts";

const EULER = 0.5772156649015329;
const HALF_ZETA_2 = Math.PI ** 2 / 12;

/** log Γ(1 + x) for x ≥ 0, also where 1 + x rounds to 1. */
const logGamma1p = (x: number): number => (x < 1e-8 ? x * (HALF_ZETA_2 * x - EULER) : logGamma(1 + x));

// p = [log mu, log shape]; scale = mu / Γ(1 + 1/k), w = log (y / scale)ᵏ.
function weibullKernel(): RowKernel {
  let known = Number.NaN;
  let k = 0;
  let logGammaTerm = 0;
  let digammaTerm = 0;
  let w = 0;

  const prepare = (d: Float64Array, p: Float64Array): void => {
    if (p[1] !== known) {
      known = p[1]!;
      k = Elementary.exp(known);
      logGammaTerm = logGamma1p(1 / k);
      digammaTerm = digamma(1 + 1 / k);
    }
    w = k * (Elementary.log(d[0]!) - p[0]! + logGammaTerm);
  };

  return {
    logDensity(d, p, g) {
      prepare(d, p);
      const hazard = Elementary.exp(w);
      g[0] = k * (hazard - 1);
      g[1] = 1 + (1 - hazard) * (w - digammaTerm);
      return orImpossible(p[1]! + w - hazard);
    },
    dataTerm: (d) => -Elementary.log(d[0]!),
    logCdf(d, p, g) {
      prepare(d, p);
      const hazard = Elementary.exp(w);
      const slope = hazard === 0 ? 1 : hazard > 700 ? 0 : hazard / Elementary.expm1(hazard);
      g[0] = -k * slope;
      g[1] = slope * (w - digammaTerm);
      return orImpossible(hazard < 1e-16 ? w : log1mExp(-hazard));
    },
    logCcdf(d, p, g) {
      prepare(d, p);
      const hazard = Elementary.exp(w);
      g[0] = k * hazard;
      g[1] = -hazard * (w - digammaTerm);
      return orImpossible(-hazard);
    },
  };
}

const scale = (p: Float64Array): number => p[0]! * Elementary.exp(-logGamma1p(1 / p[1]!));

/** Y ~ Weibull(shape, scale = mu / Γ(1 + 1/shape)), so that mu is the mean. */
export const weibull: Family = {
  name: "weibull",
  response: positiveResponse,
  dpars: [positiveMu(POSITIVE_LINKS), shape],
  additions: ["cens"],
  kernel: weibullKernel,
  sample: (rng, _d, p) => scale(p) * Elementary.pow(sampleExponential(rng, 1), 1 / p[1]!),
  mean: (_d, p) => p[0]!,
};
