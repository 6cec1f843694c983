import { studentDistribution } from "../numeric/cdf.ts";
import * as Elementary from "../numeric/elementary.ts";
import { digamma, logGamma } from "../numeric/special.ts";
import { studentT as draw } from "../random/variates.ts";
import type { Distribution } from "./distribution.ts";

/** Student's t with nu degrees of freedom, location mu and scale sigma. */
export const studentT: Distribution = {
  name: "student_t",
  arguments: [
    { name: "nu", domain: "positive" },
    { name: "mu", domain: "real" },
    { name: "sigma", domain: "positive" },
  ],
  support: "real",
  logDensity(x, p) {
    const z = (x - p[1]!) / p[2]!;
    return constant(p[0]!) - Elementary.log(p[2]!) - 0.5 * (p[0]! + 1) * Elementary.log1p((z * z) / p[0]!);
  },
  gradient(x, p, out) {
    const nu = p[0]!;
    const sigma = p[2]!;
    const z = (x - p[1]!) / sigma;
    const q = (z * z) / nu;
    const slope = ((nu + 1) * z) / (nu * (1 + q));
    out[0] = -slope / sigma;
    out[1] =
      0.5 *
      (digamma(0.5 * (nu + 1)) -
        digamma(0.5 * nu) -
        1 / nu -
        Elementary.log1p(q) +
        ((nu + 1) * q) / (nu * (1 + q)));
    out[2] = slope / sigma;
    out[3] = (slope * z - 1) / sigma;
    return constant(nu) - Elementary.log(sigma) - 0.5 * (nu + 1) * Elementary.log1p(q);
  },
  cdf: (x, p) => studentDistribution((x - p[1]!) / p[2]!, p[0]!),
  sample: (rng, p) => p[1]! + p[2]! * draw(rng, p[0]!),
  mean: (p) => (p[0]! > 1 ? p[1]! : Number.NaN),
  sd: (p) => (p[0]! > 2 ? p[2]! * Math.sqrt(p[0]! / (p[0]! - 2)) : Number.POSITIVE_INFINITY),
};

function constant(nu: number): number {
  return logGamma(0.5 * (nu + 1)) - logGamma(0.5 * nu) - 0.5 * Elementary.log(nu * Math.PI);
}
