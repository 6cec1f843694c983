import * as Elementary from "../numeric/elementary.ts";
import type { Distribution } from "./distribution.ts";

/** Laplace with location mu and scale sigma. */
export const doubleExponential: Distribution = {
  name: "double_exponential",
  arguments: [
    { name: "mu", domain: "real" },
    { name: "sigma", domain: "positive" },
  ],
  support: "real",
  logDensity: (x, p) => -Math.abs(x - p[0]!) / p[1]! - Elementary.log(2 * p[1]!),
  gradient(x, p, out) {
    const sigma = p[1]!;
    const z = (x - p[0]!) / sigma;
    out[0] = -Math.sign(z) / sigma;
    out[1] = Math.sign(z) / sigma;
    out[2] = (Math.abs(z) - 1) / sigma;
    return -Math.abs(z) - Elementary.log(2 * sigma);
  },
  cdf(x, p) {
    const z = (x - p[0]!) / p[1]!;
    return z < 0 ? 0.5 * Elementary.exp(z) : 1 - 0.5 * Elementary.exp(-z);
  },
  sample(rng, p) {
    const u = rng.uniform() - 0.5;
    return p[0]! - p[1]! * Math.sign(u) * Elementary.log1p(-2 * Math.abs(u));
  },
  mean: (p) => p[0]!,
  sd: (p) => p[1]! * Math.SQRT2,
};
