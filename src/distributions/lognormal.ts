import * as Elementary from "../numeric/elementary.ts";
import { normalCdf } from "../numeric/special.ts";
import type { Distribution } from "./distribution.ts";

const LOG_SQRT_TWO_PI = 0.5 * Elementary.log(2 * Math.PI);

/** log x ~ N(mu, sigma). */
export const lognormal: Distribution = {
  name: "lognormal",
  arguments: [
    { name: "mu", domain: "real" },
    { name: "sigma", domain: "positive" },
  ],
  support: "positive",
  logDensity: (x, p) => density(x, p[0]!, p[1]!),
  gradient(x, p, out) {
    const sigma = p[1]!;
    const z = (Elementary.log(x) - p[0]!) / sigma;
    out[0] = -(1 + z / sigma) / x;
    out[1] = z / sigma;
    out[2] = (z * z - 1) / sigma;
    return density(x, p[0]!, sigma);
  },
  cdf: (x, p) => (x <= 0 ? 0 : normalCdf((Elementary.log(x) - p[0]!) / p[1]!)),
  sample: (rng, p) => Elementary.exp(p[0]! + p[1]! * rng.normal()),
  mean: (p) => Elementary.exp(p[0]! + 0.5 * p[1]! ** 2),
  sd: (p) => Elementary.exp(p[0]! + 0.5 * p[1]! ** 2) * Math.sqrt(Elementary.expm1(p[1]! ** 2)),
};

function density(x: number, mu: number, sigma: number): number {
  if (!(x > 0)) return Number.NEGATIVE_INFINITY;
  const z = (Elementary.log(x) - mu) / sigma;
  return -0.5 * z * z - Elementary.log(sigma) - Elementary.log(x) - LOG_SQRT_TWO_PI;
}
