import * as Elementary from "../numeric/elementary.ts";
import { beta as sampleBeta } from "../random/variates.ts";
import { withCountTails } from "./count-tails.ts";
import { binomial as sampleBinomial } from "./count-variates.ts";
import { PROBABILITY_LINKS, phi, probabilityMu } from "./dpars.ts";
import type { Family, RowKernel } from "./family.ts";
import { orImpossible } from "./impossible.ts";
import { logChoose } from "./log-choose.ts";
import { trialsResponse } from "./responses.ts";
import { logRisingExcess, logRisingExcessSlope } from "./stirling.ts";

// p = [logit mu, log phi]; a = mu phi, b = (1 − mu) phi and R of stirling.ts, which vanishes as phi grows:
// log f = R(a, y) + R(b, n − y) − R(phi, n) + y log mu + (n − y) log(1 − mu) + log C(n, y).
const kernel: RowKernel = {
  logDensity(d, p, g) {
    const y = d[0]!;
    const n = d[1]!;
    const eta = p[0]!;
    const e = Elementary.exp(-Math.abs(eta));
    const small = e / (1 + e);
    const large = 1 / (1 + e);
    const mu = eta < 0 ? small : large;
    const complement = eta < 0 ? large : small;
    const phi = Elementary.exp(p[1]!);
    const a = mu * phi;
    const b = complement * phi;
    const slopeA = logRisingExcessSlope(a, y);
    const slopeB = logRisingExcessSlope(b, n - y);
    g[0] = complement * (slopeA + y) - mu * (slopeB + n - y);
    g[1] = slopeA + slopeB - logRisingExcessSlope(phi, n);
    const main = (eta > 0 ? (y - n) * eta : y * eta) - n * Elementary.log1p(e);
    return orImpossible(main + logRisingExcess(a, y) + logRisingExcess(b, n - y) - logRisingExcess(phi, n));
  },
  dataTerm: (d) => logChoose(d[1]!, d[0]!),
};

/** Binomial counts whose probability follows a beta distribution with mean mu and precision phi. */
export const betaBinomial: Family = {
  name: "beta_binomial",
  response: trialsResponse,
  dpars: [probabilityMu(PROBABILITY_LINKS), phi],
  additions: ["trials", "cens"],
  kernel: () => withCountTails(kernel, "trials"),
  sample: (rng, d, p) => sampleBinomial(rng, d[1]!, sampleBeta(rng, p[0]! * p[1]!, (1 - p[0]!) * p[1]!)),
  mean: (d, p) => d[1]! * p[0]!,
};
