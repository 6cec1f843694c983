import * as b from "../expressions/build.ts";
import { poisson as samplePoisson } from "./count-variates.ts";
import { defineFamily, y } from "./density.ts";
import { COUNT_LINKS, positiveMu } from "./dpars.ts";
import { countResponse } from "./responses.ts";

const logMu = b.parameter("mu");

/** Y ~ Poisson(mu). */
export const poisson = defineFamily({
  name: "poisson",
  response: countResponse,
  dpars: [positiveMu(COUNT_LINKS)],
  additions: ["cens"],
  tails: "none",
  density: () => ({
    logDensity: b.sub(b.sub(b.mul(y, logMu), b.exp(logMu)), b.logGamma(b.add(y, 1))),
  }),
  sample: (rng, _d, p) => samplePoisson(rng, p[0]!),
  mean: (_d, p) => p[0]!,
});
