import * as b from "../expressions/build.ts";
import * as Elementary from "../numeric/elementary.ts";
import { defineFamily, y } from "./density.ts";
import { realMu, sigma } from "./dpars.ts";
import { normalDensity } from "./gaussian.ts";
import { positiveResponse } from "./responses.ts";

const ofLog = normalDensity(b.log(y));

/** log Y ~ normal(mu, sigma). */
export const lognormal = defineFamily({
  name: "lognormal",
  response: positiveResponse,
  dpars: [realMu(["identity", "inverse"]), sigma],
  additions: ["cens"],
  logScale: true,
  density: () => ({ ...ofLog, logDensity: b.sub(ofLog.logDensity, b.log(y)) }),
  sample: (rng, _d, p) => Elementary.exp(p[0]! + p[1]! * rng.normal()),
  mean: (_d, p) => Elementary.exp(p[0]! + 0.5 * p[1]! * p[1]!),
});
