import * as b from "../expressions/build.ts";
import type { Expression } from "../expressions/expression.ts";
import { beta as sampleBeta } from "../random/variates.ts";
import { defineFamily, y } from "./density.ts";
import { PROBABILITY_OR_LOG_LINKS, phi, probabilityMu } from "./dpars.ts";
import { unitResponse } from "./responses.ts";

// With a = mu phi, b = (1 − mu) phi, and h the remainder of log Γ in numeric/stirling.ts:
// log f = a log(y / mu) + b log((1 − y) / (1 − mu)) + h(a) + h(b) − h(phi) − log y − log(1 − y).
const eta = b.parameter("mu");
const logPhi = b.parameter("phi");
const precision = b.exp(logPhi);
const logY = b.log(y);
const logRest = b.log1p(b.neg(y));
const shape = (logit: Expression): Expression => b.mul(b.invLogit(logit), precision);
const part = (logit: Expression, logResponse: Expression): Expression =>
  b.add(
    b.mul(shape(logit), b.sub(logResponse, b.logInvLogit(logit))),
    b.stirlingExcess(b.add(b.logInvLogit(logit), logPhi), shape(logit)),
  );
const logDensity = b.sub(
  b.sub(b.add(part(eta, logY), part(b.neg(eta), logRest)), b.stirlingExcess(logPhi, precision)),
  b.add(logY, logRest),
);

/** Y ~ beta(mu phi, (1 − mu) phi). */
export const beta = defineFamily({
  name: "beta",
  aliases: ["Beta"],
  response: unitResponse,
  dpars: [probabilityMu(PROBABILITY_OR_LOG_LINKS), phi],
  additions: ["cens"],
  density: () => ({
    logDensity,
    logCdf: b.logBetaCdf(shape(eta), shape(b.neg(eta)), y),
    logCcdf: b.logBetaCcdf(shape(eta), shape(b.neg(eta)), y),
  }),
  sample: (rng, _d, p) => sampleBeta(rng, p[0]! * p[1]!, (1 - p[0]!) * p[1]!),
  mean: (_d, p) => p[0]!,
});
