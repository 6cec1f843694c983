import * as b from "../expressions/build.ts";
import { exponential } from "../random/variates.ts";
import { defineFamily, y } from "./density.ts";
import { beta, REAL_LINKS, realMu, sigma } from "./dpars.ts";
import { realResponse } from "./responses.ts";

// u = (y − mu + beta) / sigma, v = sigma / beta: log f = −log beta + B with B = v²/2 − u v + log Φ(u − v), and
// P(Y ≤ y) = Φ(u) − exp(B).
const logSigma = b.parameter("sigma");
const logBeta = b.parameter("beta");
const v = b.exp(b.sub(logSigma, logBeta));
const u = b.add(b.mul(b.sub(y, b.parameter("mu")), b.exp(b.neg(logSigma))), b.exp(b.sub(logBeta, logSigma)));
const tilted = b.logExgaussian(u, v);

/** Y ~ normal(mu − beta, sigma) plus an exponential with mean beta: mu is the mean of the sum. */
export const exgaussian = defineFamily({
  name: "exgaussian",
  response: realResponse,
  dpars: [realMu(REAL_LINKS), sigma, beta],
  additions: ["cens"],
  density: () => ({
    logDensity: b.sub(tilted, logBeta),
    logCdf: b.logDiffExp(b.logNormalCdf(u), tilted),
    logCcdf: b.logSumExp(b.logNormalCdf(b.neg(u)), tilted),
  }),
  sample: (rng, _d, p) => p[0]! - p[2]! + p[1]! * rng.normal() + exponential(rng, 1 / p[2]!),
  mean: (_d, p) => p[0]!,
});
