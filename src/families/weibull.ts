import * as b from "../expressions/build.ts";
import * as Elementary from "../numeric/elementary.ts";
import { logGamma1p } from "../numeric/stirling.ts";
import { exponential as sampleExponential } from "../random/variates.ts";
import { defineFamily, y } from "./density.ts";
import { POSITIVE_LINKS, positiveMu, shape } from "./dpars.ts";
import { positiveResponse } from "./responses.ts";

// scale = mu / Γ(1 + 1/k), w = log (y / scale)ᵏ.
const logShape = b.parameter("shape");
const w = b.expTimes(
  logShape,
  b.add(b.sub(b.log(y), b.parameter("mu")), b.logGamma1p(b.exp(b.neg(logShape)))),
);
const hazard = b.exp(w);

/** Y ~ Weibull(shape, scale = mu / Γ(1 + 1/shape)), so that mu is the mean. */
export const weibull = defineFamily({
  name: "weibull",
  response: positiveResponse,
  dpars: [positiveMu(POSITIVE_LINKS), shape],
  additions: ["cens"],
  density: () => ({
    logDensity: b.sub(b.sub(b.add(logShape, w), hazard), b.log(y)),
    logCdf: b.select(b.lt(hazard, 1e-16), w, b.log1mExp(b.neg(hazard))),
    logCcdf: b.neg(hazard),
  }),
  sample: (rng, _d, p) =>
    p[0]! * Elementary.exp(-logGamma1p(1 / p[1]!)) * Elementary.pow(sampleExponential(rng, 1), 1 / p[1]!),
  mean: (_d, p) => p[0]!,
});
