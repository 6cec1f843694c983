import * as b from "../expressions/build.ts";
import * as Elementary from "../numeric/elementary.ts";
import { defineFamily, y } from "./density.ts";
import { ndt, realMu, sigma } from "./dpars.ts";
import { normalDensity } from "./gaussian.ts";
import { positiveResponse } from "./responses.ts";

const rest = b.sub(y, b.exp(b.parameter("ndt")));
const possible = b.lt(0, rest);
const logRest = b.log(rest);
const ofLog = normalDensity(logRest);

/** log(Y − ndt) ~ normal(mu, sigma): responses after a time in which nothing can happen. */
export const shiftedLognormal = defineFamily({
  name: "shifted_lognormal",
  response: positiveResponse,
  dpars: [realMu(["identity", "inverse"]), sigma, ndt],
  additions: ["cens"],
  logScale: true,
  density: () => ({
    logDensity: b.select(possible, b.sub(ofLog.logDensity, logRest), -Infinity),
    logCdf: b.select(possible, ofLog.logCdf, -Infinity),
    logCcdf: b.select(possible, ofLog.logCcdf, 0),
  }),
  sample: (rng, _d, p) => p[2]! + Elementary.exp(p[0]! + p[1]! * rng.normal()),
  mean: (_d, p) => p[2]! + Elementary.exp(p[0]! + 0.5 * p[1]! * p[1]!),
});
