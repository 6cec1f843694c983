import * as b from "../expressions/build.ts";
import { defineFamily, y } from "./density.ts";
import { PROBABILITY_OR_LOG_LINKS, probabilityMu } from "./dpars.ts";
import { binaryResponse } from "./responses.ts";

const eta = b.parameter("mu");

/** P(Y = 1) = mu. */
export const bernoulli = defineFamily({
  name: "bernoulli",
  response: binaryResponse,
  dpars: [probabilityMu(PROBABILITY_OR_LOG_LINKS)],
  additions: [],
  density: () => ({ logDensity: b.select(b.eq(y, 1), b.logInvLogit(eta), b.logInvLogit(b.neg(eta))) }),
  sample: (rng, _d, p) => (rng.uniform() < p[0]! ? 1 : 0),
  mean: (_d, p) => p[0]!,
});
