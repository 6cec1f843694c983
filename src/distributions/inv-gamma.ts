import { inverseGammaDistribution } from "../numeric/cdf.ts";
import * as Elementary from "../numeric/elementary.ts";
import { digamma, logGamma } from "../numeric/special.ts";
import { gamma as draw } from "../random/variates.ts";
import type { Distribution } from "./distribution.ts";

/** Inverse gamma with shape and scale. */
export const invGamma: Distribution = {
  name: "inv_gamma",
  arguments: [
    { name: "shape", domain: "positive" },
    { name: "scale", domain: "positive" },
  ],
  support: "positive",
  logDensity: (x, p) => density(x, p[0]!, p[1]!),
  gradient(x, p, out) {
    const shape = p[0]!;
    const scale = p[1]!;
    out[0] = -(shape + 1) / x + scale / (x * x);
    out[1] = Elementary.log(scale) - digamma(shape) - Elementary.log(x);
    out[2] = shape / scale - 1 / x;
    return density(x, shape, scale);
  },
  cdf: (x, p) => (x <= 0 ? 0 : inverseGammaDistribution(x, p[0]!, p[1]!)),
  sample: (rng, p) => p[1]! / draw(rng, p[0]!, 1),
  mean: (p) => (p[0]! > 1 ? p[1]! / (p[0]! - 1) : Number.NaN),
  sd: (p) => (p[0]! > 2 ? p[1]! / ((p[0]! - 1) * Math.sqrt(p[0]! - 2)) : Number.NaN),
};

function density(x: number, shape: number, scale: number): number {
  if (!(x > 0)) return Number.NEGATIVE_INFINITY;
  return shape * Elementary.log(scale) - logGamma(shape) - (shape + 1) * Elementary.log(x) - scale / x;
}
