import * as b from "../expressions/build.ts";
import { exponential as sampleExponential } from "../random/variates.ts";
import { defineFamily, y } from "./density.ts";
import { POSITIVE_LINKS, positiveMu } from "./dpars.ts";
import { nonnegativeResponse } from "./responses.ts";

const logMu = b.parameter("mu");
const ratio = b.mul(y, b.exp(b.neg(logMu)));

/** Y ~ exponential(rate = 1 / mu). */
export const exponential = defineFamily({
  name: "exponential",
  response: nonnegativeResponse,
  dpars: [positiveMu(POSITIVE_LINKS)],
  additions: ["cens"],
  density: () => ({
    logDensity: b.sub(b.neg(logMu), ratio),
    logCdf: b.select(b.lt(ratio, 1e-16), b.sub(b.log(y), logMu), b.log1mExp(b.neg(ratio))),
    logCcdf: b.neg(ratio),
  }),
  sample: (rng, _d, p) => sampleExponential(rng, 1 / p[0]!),
  mean: (_d, p) => p[0]!,
});
