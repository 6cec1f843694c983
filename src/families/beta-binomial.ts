import * as b from "../expressions/build.ts";
import { beta as sampleBeta } from "../random/variates.ts";
import { logBinomial, logChoose } from "./binomial.ts";
import { binomial as sampleBinomial } from "./count-variates.ts";
import { defineFamily, trials, y } from "./density.ts";
import { PROBABILITY_LINKS, phi, probabilityMu } from "./dpars.ts";
import { trialsResponse } from "./responses.ts";

// With a = mu phi, b = (1 − mu) phi and the rising excess R, which vanishes as phi grows:
// log f = R(a, y) + R(b, n − y) − R(phi, n) + y log mu + (n − y) log(1 − mu) + log C(n, y).
const eta = b.parameter("mu");
const logPhi = b.parameter("phi");
const precision = b.exp(logPhi);
const rising = (logit: typeof eta, count: typeof y) =>
  b.risingExcess(b.add(b.logInvLogit(logit), logPhi), b.mul(b.invLogit(logit), precision), count);
const excess = b.sub(
  b.add(rising(eta, y), rising(b.neg(eta), b.sub(trials, y))),
  b.risingExcess(logPhi, precision, trials),
);

/** Binomial counts whose probability follows a beta distribution with mean mu and precision phi. */
export const betaBinomial = defineFamily({
  name: "beta_binomial",
  response: trialsResponse,
  dpars: [probabilityMu(PROBABILITY_LINKS), phi],
  additions: ["trials", "cens"],
  tails: "trials",
  density: () => ({ logDensity: b.add(b.add(excess, logBinomial(eta)), logChoose) }),
  sample: (rng, d, p) => sampleBinomial(rng, d[1]!, sampleBeta(rng, p[0]! * p[1]!, (1 - p[0]!) * p[1]!)),
  mean: (d, p) => d[1]! * p[0]!,
});
