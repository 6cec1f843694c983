import { gammaDistribution } from "../numeric/cdf.ts";
import * as Elementary from "../numeric/elementary.ts";
import { digamma, logGamma } from "../numeric/special.ts";
import { gamma as draw } from "../random/variates.ts";
import type { Distribution } from "./distribution.ts";

/** Gamma with shape and rate. */
export const gamma: Distribution = {
  name: "gamma",
  arguments: [
    { name: "shape", domain: "positive" },
    { name: "rate", domain: "positive" },
  ],
  support: "positive",
  logDensity: (x, p) => density(x, p[0]!, p[1]!),
  gradient(x, p, out) {
    const shape = p[0]!;
    const rate = p[1]!;
    out[0] = (shape - 1) / x - rate;
    out[1] = Elementary.log(rate) - digamma(shape) + Elementary.log(x);
    out[2] = shape / rate - x;
    return density(x, shape, rate);
  },
  cdf: (x, p) => (x <= 0 ? 0 : gammaDistribution(x, p[0]!, p[1]!)),
  sample: (rng, p) => draw(rng, p[0]!, p[1]!),
  mean: (p) => p[0]! / p[1]!,
  sd: (p) => Math.sqrt(p[0]!) / p[1]!,
};

function density(x: number, shape: number, rate: number): number {
  if (!(x > 0)) return Number.NEGATIVE_INFINITY;
  return shape * Elementary.log(rate) - logGamma(shape) + (shape - 1) * Elementary.log(x) - rate * x;
}
