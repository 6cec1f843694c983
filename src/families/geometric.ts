import * as b from "../expressions/build.ts";
import { negativeBinomial } from "./count-variates.ts";
import { defineFamily, y } from "./density.ts";
import { COUNT_LINKS, positiveMu } from "./dpars.ts";
import { countResponse } from "./responses.ts";

// P(Y = y) = muʸ / (1 + mu)^(y + 1).
const logMu = b.parameter("mu");
const logDensity = b.sub(b.mul(y, b.logInvLogit(logMu)), b.log1pExp(logMu));

/** The negative binomial with shape 1: failures before the first success, with mean mu. */
export const geometric = defineFamily({
  name: "geometric",
  response: countResponse,
  dpars: [positiveMu(COUNT_LINKS)],
  additions: ["cens"],
  tails: "none",
  density: () => ({ logDensity }),
  sample: (rng, _d, p) => negativeBinomial(rng, p[0]!, 1),
  mean: (_d, p) => p[0]!,
});
