import * as b from "../expressions/build.ts";
import { HALF_LOG_TWO_PI } from "../numeric/normal-tail.ts";
import { defineFamily, y } from "./density.ts";
import { alpha, GAUSSIAN_LINKS, realMu, sigma } from "./dpars.ts";
import { realResponse } from "./responses.ts";

/** Mean of |Z|, Z standard normal. */
const HALF_MEAN = Math.sqrt(2 / Math.PI);

// mu and sigma are mean and standard deviation. With delta = alpha / √(1 + alpha²) and r = √(1 − 2 delta²/π), Azzalini's scale
// is sigma / r and his standardised variable z = (y − mu) r / sigma + √(2/π) delta.
const a = b.parameter("alpha");
const logSigma = b.parameter("sigma");
const delta = b.sinOfSlope(a);
const r = b.sqrt(b.sub(1, b.mul(HALF_MEAN * HALF_MEAN, b.square(delta))));
const w = b.mul(b.sub(y, b.parameter("mu")), b.exp(b.neg(logSigma)));
const z = b.add(b.mul(w, r), b.mul(HALF_MEAN, delta));
const logDensity = b.sum([
  b.log(r),
  b.neg(logSigma),
  b.mul(-0.5, b.square(z)),
  b.logNormalCdf(b.mul(a, z)),
  Math.LN2 - HALF_LOG_TWO_PI,
]);

/** Skew normal by its mean mu, standard deviation sigma and slant alpha. */
export const skewNormal = defineFamily({
  name: "skew_normal",
  response: realResponse,
  dpars: [realMu(GAUSSIAN_LINKS), sigma, alpha],
  additions: ["se"],
  density: () => ({ logDensity }),
  sample(rng, _d, p) {
    const delta = p[2]! / Math.sqrt(1 + p[2]! * p[2]!);
    const scale = p[1]! / Math.sqrt(1 - HALF_MEAN * HALF_MEAN * delta * delta);
    const z = delta * Math.abs(rng.normal()) + Math.sqrt(1 - delta * delta) * rng.normal();
    return p[0]! + scale * (z - HALF_MEAN * delta);
  },
  mean: (_d, p) => p[0]!,
});
