/** Hurdle models of positive continuous responses: zero with probability hu, a draw of the base family otherwise. */
import * as b from "../expressions/build.ts";
import { defineFamily, y } from "./density.ts";
import { hu } from "./dpars.ts";
import type { Family } from "./family.ts";
import { gamma } from "./gamma.ts";
import { lognormal } from "./lognormal.ts";
import { nonnegativeResponse } from "./responses.ts";

const zeta = b.parameter("hu");
const logRest = b.neg(b.log1pExp(zeta));
const positive = b.lt(0, y);

function hurdlePositive(name: string, base: Family): Family {
  const last = base.dpars.length;
  return defineFamily({
    name,
    response: nonnegativeResponse,
    dpars: [...base.dpars, hu],
    additions: base.additions,
    ...(base.logScale ? { logScale: true } : {}),
    density(context) {
      const { logDensity, logCdf, logCcdf } = base.density(context);
      return {
        logDensity: b.select(positive, b.add(logRest, logDensity), b.logInvLogit(zeta)),
        // P(Y ≤ y) = (1 − hu) (exp ζ + P(base ≤ y))
        logCdf: b.select(positive, b.add(logRest, b.logSumExp(zeta, logCdf!)), b.logInvLogit(zeta)),
        // P(Y > y) = (1 − hu) P(base > y)
        logCcdf: b.add(logRest, b.select(positive, logCcdf!, 0)),
      };
    },
    sample: (rng, d, p, context) => (rng.uniform() < p[last]! ? 0 : base.sample(rng, d, p, context)),
    mean: (d, p, context) => (1 - p[last]!) * base.mean(d, p, context),
  });
}

/** P(Y = 0) = hu; positive responses follow the Gamma family. */
export const hurdleGamma = hurdlePositive("hurdle_gamma", gamma);

/** P(Y = 0) = hu; positive responses follow the lognormal family. */
export const hurdleLognormal = hurdlePositive("hurdle_lognormal", lognormal);
