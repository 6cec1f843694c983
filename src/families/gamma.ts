import * as b from "../expressions/build.ts";
import { gamma as sampleGamma } from "../random/variates.ts";
import { defineFamily, y } from "./density.ts";
import { POSITIVE_LINKS, positiveMu, shape } from "./dpars.ts";
import { positiveResponse } from "./responses.ts";

// With r = y / mu and a = shape
// log f = a (log r − r + 1) + (a log a − a − log Γ(a)) − log y, whose two parts do not cancel as a grows.
const logMu = b.parameter("mu");
const logShape = b.parameter("shape");
const a = b.exp(logShape);
const logRatio = b.sub(b.log(y), logMu);
const ratio = b.mul(y, b.exp(b.neg(logMu)));
const logDensity = b.sub(
  b.add(b.mul(a, b.logRatioMinus(logRatio, ratio)), b.stirlingExcess(logShape, a)),
  b.log(y),
);
const logX = b.add(logShape, logRatio);

/** Y ~ gamma(shape, rate = shape / mu). */
export const gamma = defineFamily({
  name: "Gamma",
  aliases: ["gamma"],
  response: positiveResponse,
  dpars: [positiveMu(POSITIVE_LINKS), shape],
  additions: ["cens"],
  density: () => ({
    logDensity,
    logCdf: b.logGammaCdf(logShape, logX),
    logCcdf: b.logGammaCcdf(logShape, logX),
  }),
  sample: (rng, _d, p) => sampleGamma(rng, p[1]!, p[1]! / p[0]!),
  mean: (_d, p) => p[0]!,
});
