import * as b from "../expressions/build.ts";
import type { Expression } from "../expressions/expression.ts";
import { HALF_LOG_TWO_PI } from "../numeric/normal-tail.ts";
import { defineFamily, y } from "./density.ts";
import { GAUSSIAN_LINKS, realMu, sigma } from "./dpars.ts";
import type { RowDensity } from "./family.ts";
import { realResponse } from "./responses.ts";

/** `x` ~ normal(mu, sigma). */
export function normalDensity(x: Expression): Required<RowDensity> {
  const logSigma = b.parameter("sigma");
  const z = b.mul(b.sub(x, b.parameter("mu")), b.exp(b.neg(logSigma)));
  return {
    logDensity: b.sub(b.sub(b.mul(-0.5, b.square(z)), logSigma), HALF_LOG_TWO_PI),
    logCdf: b.logNormalCdf(z),
    logCcdf: b.logNormalCdf(b.neg(z)),
  };
}

/** Y ~ normal(mu, sigma). */
export const gaussian = defineFamily({
  name: "gaussian",
  aliases: ["normal"],
  response: realResponse,
  dpars: [realMu(GAUSSIAN_LINKS), sigma],
  additions: ["se", "cens"],
  density: () => normalDensity(y),
  sample: (rng, _d, p) => p[0]! + p[1]! * rng.normal(),
  mean: (_d, p) => p[0]!,
});
