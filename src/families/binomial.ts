import * as b from "../expressions/build.ts";
import type { Expression } from "../expressions/expression.ts";
import { binomial as sampleBinomial } from "./count-variates.ts";
import { defineFamily, trials, y } from "./density.ts";
import { PROBABILITY_OR_LOG_LINKS, probabilityMu } from "./dpars.ts";
import { trialsResponse } from "./responses.ts";

const failures = b.sub(trials, y);
const logFactorial = (n: Expression): Expression => b.logGamma(b.add(n, 1));

/** log of the binomial coefficient, exact 0 at the ends. */
export const logChoose = b.select(
  b.eq(b.mul(y, failures), 0),
  0,
  b.sub(logFactorial(trials), b.add(logFactorial(y), logFactorial(failures))),
);

/** y log mu + (n − y) log(1 − mu), from logit mu. */
export const logBinomial = (eta: Expression): Expression =>
  b.add(b.mul(y, b.logInvLogit(eta)), b.mul(failures, b.logInvLogit(b.neg(eta))));

/** Y ~ binomial(trials, mu). */
export const binomial = defineFamily({
  name: "binomial",
  response: trialsResponse,
  dpars: [probabilityMu(PROBABILITY_OR_LOG_LINKS)],
  additions: ["trials", "cens"],
  tails: "trials",
  density: () => ({ logDensity: b.add(logBinomial(b.parameter("mu")), logChoose) }),
  sample: (rng, d, p) => sampleBinomial(rng, d[1]!, p[0]!),
  mean: (d, p) => d[1]! * p[0]!,
});
