import { betaDistribution } from "../numeric/cdf.ts";
import * as Elementary from "../numeric/elementary.ts";
import { digamma, logGamma } from "../numeric/special.ts";
import { beta as draw } from "../random/variates.ts";
import type { Distribution } from "./distribution.ts";

/** Beta(alpha, beta). */
export const beta: Distribution = {
  name: "beta",
  arguments: [
    { name: "alpha", domain: "positive" },
    { name: "beta", domain: "positive" },
  ],
  support: "unit",
  logDensity: (x, p) => density(x, p[0]!, p[1]!),
  gradient(x, p, out) {
    const a = p[0]!;
    const b = p[1]!;
    const both = digamma(a + b);
    out[0] = (a - 1) / x - (b - 1) / (1 - x);
    out[1] = both - digamma(a) + Elementary.log(x);
    out[2] = both - digamma(b) + Elementary.log1p(-x);
    return density(x, a, b);
  },
  cdf: (x, p) => (x <= 0 ? 0 : x >= 1 ? 1 : betaDistribution(x, p[0]!, p[1]!)),
  sample: (rng, p) => draw(rng, p[0]!, p[1]!),
  mean: (p) => p[0]! / (p[0]! + p[1]!),
  sd: (p) => Math.sqrt((p[0]! * p[1]!) / (p[0]! + p[1]! + 1)) / (p[0]! + p[1]!),
};

function density(x: number, a: number, b: number): number {
  if (!(x >= 0 && x <= 1)) return Number.NEGATIVE_INFINITY;
  const power = (exponent: number, logBase: number) => (exponent === 0 ? 0 : exponent * logBase);
  return (
    logGamma(a + b) -
    logGamma(a) -
    logGamma(b) +
    power(a - 1, Elementary.log(x)) +
    power(b - 1, Elementary.log1p(-x))
  );
}
