import * as Elementary from "../numeric/elementary.ts";
import { gamma as sampleGamma } from "../random/variates.ts";
import { POSITIVE_LINKS, positiveMu, shape } from "./dpars.ts";
import type { Family, RowKernel } from "./family.ts";
import { logGammaCcdf, logGammaCdf } from "./gamma-tail.ts";
import { orImpossible } from "./impossible.ts";
import { positiveResponse } from "./responses.ts";
import { log1pMinus, stirlingExcess, stirlingExcessSlope } from "./stirling.ts";

// p = [log mu, log shape]; with r = y / mu and a = shape
// log f = a (log r − r + 1) + (a log a − a − log Γ(a)) − log y, whose two parts do not cancel as a grows.
function gammaKernel(): RowKernel {
  let known = Number.NaN;
  let a = 0;
  let constant = 0;
  let constantSlope = 0;
  const partials = new Float64Array(2);

  const tail = (of: typeof logGammaCdf, d: Float64Array, p: Float64Array, g: Float64Array): number => {
    const shape = Elementary.exp(p[1]!);
    const x = shape * d[0]! * Elementary.exp(-p[0]!);
    const value = of(shape, x, partials);
    const slope = x * partials[1]!;
    g[0] = -slope;
    g[1] = slope + shape * partials[0]!;
    return orImpossible(value);
  };

  return {
    logDensity(d, p, g) {
      if (p[1] !== known) {
        known = p[1]!;
        a = Elementary.exp(known);
        constant = stirlingExcess(a);
        constantSlope = stirlingExcessSlope(a);
      }
      const r = d[0]! * Elementary.exp(-p[0]!);
      const u = r - 1;
      // log r from the logarithms where r itself may have under- or overflowed.
      const main = a * (Math.abs(u) < 0.25 ? log1pMinus(u) : Elementary.log(d[0]!) - p[0]! - u);
      g[0] = a * u;
      g[1] = main + constantSlope;
      return orImpossible(main + constant);
    },
    dataTerm: (d) => -Elementary.log(d[0]!),
    logCdf: (d, p, g) => tail(logGammaCdf, d, p, g),
    logCcdf: (d, p, g) => tail(logGammaCcdf, d, p, g),
  };
}

/** Y ~ gamma(shape, rate = shape / mu). */
export const gamma: Family = {
  name: "Gamma",
  aliases: ["gamma"],
  response: positiveResponse,
  dpars: [positiveMu(POSITIVE_LINKS), shape],
  additions: ["cens"],
  kernel: gammaKernel,
  sample: (rng, _d, p) => sampleGamma(rng, p[1]!, p[1]! / p[0]!),
  mean: (_d, p) => p[0]!,
};
