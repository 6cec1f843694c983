import * as b from "../expressions/build.ts";
import { negativeBinomial } from "./count-variates.ts";
import { defineFamily } from "./density.ts";
import { COUNT_LINKS, phi, positiveMu } from "./dpars.ts";
import { logNegbinomial } from "./negbinomial.ts";
import { countResponse } from "./responses.ts";

// The negative binomial whose shape is mu / phi.
const logMu = b.parameter("mu");
const logDensity = logNegbinomial(logMu, b.sub(logMu, b.parameter("phi")));

/** Y ~ negative binomial with mean mu and variance mu (1 + phi): glmmTMB's nbinom1 ("NB1", Cameron & Trivedi 1986). */
export const nbinom1 = defineFamily({
  name: "nbinom1",
  aliases: ["negbinomial1"],
  response: countResponse,
  dpars: [positiveMu(COUNT_LINKS), phi],
  additions: ["cens"],
  tails: "none",
  density: () => ({ logDensity }),
  sample: (rng, _d, p) => negativeBinomial(rng, p[0]!, p[0]! / p[1]!),
  mean: (_d, p) => p[0]!,
});
