import * as Elementary from "../numeric/elementary.ts";
import { beta as sampleBeta } from "../random/variates.ts";
import { logBetaCdf } from "./beta-tail.ts";
import { PROBABILITY_OR_LOG_LINKS, phi, probabilityMu } from "./dpars.ts";
import type { Family, RowKernel } from "./family.ts";
import { orImpossible } from "./impossible.ts";
import { unitResponse } from "./responses.ts";
import { stirlingExcess, stirlingExcessSlope } from "./stirling.ts";

// p = [logit mu, log phi]; a = mu phi, b = (1 − mu) phi, and h the remainder of log Γ in stirling.ts:
// log f = a log(y / mu) + b log((1 − y) / (1 − mu)) + h(a) + h(b) − h(phi) − log y − log(1 − y).
function betaKernel(): RowKernel {
  let known = Number.NaN;
  let phi = 0;
  let excess = 0;
  let excessSlope = 0;
  const partials = new Float64Array(3);

  const tail = (lower: boolean, d: Float64Array, p: Float64Array, g: Float64Array): number => {
    const e = Elementary.exp(-Math.abs(p[0]!));
    const small = e / (1 + e);
    const large = 1 / (1 + e);
    const mu = p[0]! < 0 ? small : large;
    const complement = p[0]! < 0 ? large : small;
    const phi = Elementary.exp(p[1]!);
    const a = mu * phi;
    const b = complement * phi;
    const y = d[0]!;
    // 1 − I_y(a, b) = I_{1−y}(b, a)
    const value = lower ? logBetaCdf(y, 1 - y, a, b, partials) : logBetaCdf(1 - y, y, b, a, partials);
    const byA = lower ? partials[0]! : partials[1]!;
    const byB = lower ? partials[1]! : partials[0]!;
    g[0] = mu * complement * phi * (byA - byB);
    g[1] = a * byA + b * byB;
    return orImpossible(value);
  };

  return {
    logDensity(d, p, g) {
      if (p[1] !== known) {
        known = p[1]!;
        phi = Elementary.exp(known);
        excess = stirlingExcess(phi);
        excessSlope = stirlingExcessSlope(phi);
      }
      const eta = p[0]!;
      const e = Elementary.exp(-Math.abs(eta));
      const small = e / (1 + e);
      const large = 1 / (1 + e);
      const logLarge = -Elementary.log1p(e);
      const mu = eta < 0 ? small : large;
      const complement = eta < 0 ? large : small;
      const a = mu * phi;
      const b = complement * phi;
      const logRatio = Elementary.log(d[0]!) - (eta < 0 ? eta + logLarge : logLarge);
      const logRatioComplement = Elementary.log1p(-d[0]!) - (eta < 0 ? logLarge : logLarge - eta);
      const slopeA = stirlingExcessSlope(a);
      const slopeB = stirlingExcessSlope(b);
      g[0] = complement * (a * (logRatio - logRatioComplement) + slopeA) - mu * slopeB;
      const main = a * logRatio + b * logRatioComplement;
      g[1] = main + slopeA + slopeB - excessSlope;
      return orImpossible(main + stirlingExcess(a) + stirlingExcess(b) - excess);
    },
    dataTerm: (d) => -Elementary.log(d[0]!) - Elementary.log1p(-d[0]!),
    logCdf: (d, p, g) => tail(true, d, p, g),
    logCcdf: (d, p, g) => tail(false, d, p, g),
  };
}

/** Y ~ beta(mu phi, (1 − mu) phi). */
export const beta: Family = {
  name: "beta",
  aliases: ["Beta"],
  response: unitResponse,
  dpars: [probabilityMu(PROBABILITY_OR_LOG_LINKS), phi],
  additions: ["cens"],
  kernel: betaKernel,
  sample: (rng, _d, p) => sampleBeta(rng, p[0]! * p[1]!, (1 - p[0]!) * p[1]!),
  mean: (_d, p) => p[0]!,
};
