/** Counts that cannot be zero: a base family given that its draw is positive. */
import * as b from "../expressions/build.ts";
import * as Elementary from "../numeric/elementary.ts";
import { atZero, defineFamily } from "./density.ts";
import type { Family } from "./family.ts";
import { type HurdleBase, sampleTruncated } from "./hurdle.ts";
import { negbinomialBase } from "./hurdle-negbinomial.ts";
import { poissonBase } from "./hurdle-poisson.ts";
import { positiveCountResponse } from "./responses.ts";

function zeroTruncated(name: string, base: HurdleBase): Family {
  return defineFamily({
    name,
    response: positiveCountResponse,
    dpars: base.family.dpars,
    additions: [],
    density(context) {
      const { logDensity } = base.family.density(context);
      return { logDensity: b.sub(logDensity, b.log1mExp(atZero(logDensity))) };
    },
    sample: (rng, d, p, context) => sampleTruncated(base, rng, d, p, context),
    mean: (d, p, context) => base.family.mean(d, p, context) / -Elementary.expm1(base.logZero(p)),
  });
}

/** glmmTMB's truncated_poisson and truncated_nbinom2: mu is the mean before truncation. */
export const truncatedPoisson = zeroTruncated("truncated_poisson", poissonBase);
export const truncatedNegbinomial = zeroTruncated("truncated_negbinomial", negbinomialBase);
