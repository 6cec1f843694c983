import * as Elementary from "../numeric/elementary.ts";
import type { Distribution } from "./distribution.ts";

/** Cauchy with location mu and scale sigma. */
export const cauchy: Distribution = {
  name: "cauchy",
  arguments: [
    { name: "mu", domain: "real" },
    { name: "sigma", domain: "positive" },
  ],
  support: "real",
  logDensity(x, p) {
    const z = (x - p[0]!) / p[1]!;
    return -Elementary.log(Math.PI * p[1]!) - Elementary.log1p(z * z);
  },
  gradient(x, p, out) {
    const sigma = p[1]!;
    const z = (x - p[0]!) / sigma;
    const slope = (2 * z) / (1 + z * z);
    out[0] = -slope / sigma;
    out[1] = slope / sigma;
    out[2] = (slope * z - 1) / sigma;
    return -Elementary.log(Math.PI * sigma) - Elementary.log1p(z * z);
  },
  cdf: (x, p) => 0.5 + Elementary.atan((x - p[0]!) / p[1]!) / Math.PI,
  sample: (rng, p) => p[0]! + p[1]! * Elementary.tan(Math.PI * (rng.uniform() - 0.5)),
  mean: () => Number.NaN,
  sd: () => Number.NaN,
};
