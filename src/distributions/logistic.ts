import * as Elementary from "../numeric/elementary.ts";
import { invLogit, log1pExp } from "../numeric/special.ts";
import type { Distribution } from "./distribution.ts";

/** Logistic with location mu and scale sigma. */
export const logistic: Distribution = {
  name: "logistic",
  arguments: [
    { name: "mu", domain: "real" },
    { name: "sigma", domain: "positive" },
  ],
  support: "real",
  logDensity(x, p) {
    const z = Math.abs((x - p[0]!) / p[1]!);
    return -z - 2 * log1pExp(-z) - Elementary.log(p[1]!);
  },
  gradient(x, p, out) {
    const sigma = p[1]!;
    const z = (x - p[0]!) / sigma;
    const slope = Elementary.tanh(0.5 * z);
    out[0] = -slope / sigma;
    out[1] = slope / sigma;
    out[2] = (slope * z - 1) / sigma;
    return -Math.abs(z) - 2 * log1pExp(-Math.abs(z)) - Elementary.log(sigma);
  },
  cdf: (x, p) => invLogit((x - p[0]!) / p[1]!),
  sample(rng, p) {
    const u = rng.uniform();
    return p[0]! + p[1]! * (Elementary.log(u) - Elementary.log1p(-u));
  },
  mean: (p) => p[0]!,
  sd: (p) => (p[1]! * Math.PI) / Math.sqrt(3),
};
