import * as b from "../expressions/build.ts";
import * as Elementary from "../numeric/elementary.ts";
import type { Rng } from "../random/rng.ts";
import { defineFamily, y } from "./density.ts";
import { quantile, REAL_LINKS, realMu, sigma, zi } from "./dpars.ts";
import { realResponse } from "./responses.ts";

const logSigma = b.parameter("sigma");
const logit = b.parameter("quantile");
const logBelow = b.logInvLogit(logit);
const logAbove = b.logInvLogit(b.neg(logit));
const z = b.mul(b.sub(y, b.parameter("mu")), b.exp(b.neg(logSigma)));
/** ρ(z) = z (p − [z < 0]) */
const check = b.select(b.lt(z, 0), b.mul(b.neg(b.exp(logAbove)), z), b.mul(b.exp(logBelow), z));
const density = {
  logDensity: b.sub(b.sub(b.add(logBelow, logAbove), logSigma), check),
  logCdf: b.select(b.lt(z, 0), b.sub(logBelow, check), b.log1mExp(b.sub(logAbove, check))),
  logCcdf: b.select(b.lt(z, 0), b.log1mExp(b.sub(logBelow, check)), b.sub(logAbove, check)),
};

/** A difference of two exponential variates. */
const sample = (rng: Rng, p: Float64Array): number => {
  const [mu, scale, below] = p as unknown as [number, number, number];
  const positive = -Elementary.log(rng.uniform()) / below;
  const negative = -Elementary.log(rng.uniform()) / (1 - below);
  return mu + scale * (positive - negative);
};
const mean = (p: Float64Array): number => p[0]! + (p[1]! * (1 - 2 * p[2]!)) / (p[2]! * (1 - p[2]!));

/** f(y) = p (1 − p) / sigma · exp(−ρ_p((y − mu) / sigma)): mu is the quantile of probability p (Yu & Zhang 2005). */
export const asymLaplace = defineFamily({
  name: "asym_laplace",
  response: realResponse,
  dpars: [realMu(REAL_LINKS), sigma, quantile],
  additions: ["cens"],
  density: () => density,
  sample: (rng, _d, p) => sample(rng, p),
  mean: (_d, p) => mean(p),
});

const zeta = b.parameter("zi");

/** Zero with probability zi, which a continuous draw never is. */
export const zeroInflatedAsymLaplace = defineFamily({
  name: "zero_inflated_asym_laplace",
  response: realResponse,
  dpars: [realMu(REAL_LINKS), sigma, quantile, zi],
  additions: [],
  density: () => ({
    logDensity: b.select(b.eq(y, 0), b.logInvLogit(zeta), b.sub(density.logDensity, b.log1pExp(zeta))),
  }),
  sample: (rng, _d, p) => (rng.uniform() < p[3]! ? 0 : sample(rng, p)),
  mean: (_d, p) => (1 - p[3]!) * mean(p),
});
