import * as Elementary from "../numeric/elementary.ts";
import { normalCdf } from "../numeric/special.ts";
import type { Distribution } from "./distribution.ts";

const LOG_SQRT_TWO_PI = 0.5 * Elementary.log(2 * Math.PI);

/** N(mu, sigma), sigma the standard deviation. */
export const normal: Distribution = {
  name: "normal",
  arguments: [
    { name: "mu", domain: "real" },
    { name: "sigma", domain: "positive" },
  ],
  support: "real",
  logDensity(x, p) {
    const z = (x - p[0]!) / p[1]!;
    return -0.5 * z * z - Elementary.log(p[1]!) - LOG_SQRT_TWO_PI;
  },
  gradient(x, p, out) {
    const sigma = p[1]!;
    const z = (x - p[0]!) / sigma;
    out[0] = -z / sigma;
    out[1] = z / sigma;
    out[2] = (z * z - 1) / sigma;
    return -0.5 * z * z - Elementary.log(sigma) - LOG_SQRT_TWO_PI;
  },
  cdf: (x, p) => normalCdf((x - p[0]!) / p[1]!),
  sample: (rng, p) => p[0]! + p[1]! * rng.normal(),
  mean: (p) => p[0]!,
  sd: (p) => p[1]!,
};
