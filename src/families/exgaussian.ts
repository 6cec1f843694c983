import * as Elementary from "../numeric/elementary.ts";
import { logNormalCdf } from "../numeric/special.ts";
import { exponential } from "../random/variates.ts";
import { beta, REAL_LINKS, realMu, sigma } from "./dpars.ts";
import type { Family, RowKernel } from "./family.ts";
import { orImpossible } from "./impossible.ts";
import { logAddExp, logDiffExp } from "./log-space.ts";
import { HALF_LOG_TWO_PI, hazardExcess, inverseMills } from "./normal-tail.ts";
import { realResponse } from "./responses.ts";

// p = [mu, log sigma, log beta]; u = (y − mu + beta) / sigma, v = sigma / beta, x = v − u.
// log f = −log beta + B with B = v²/2 − u v + log Φ(−x) and ∂B/∂u = k − u, ∂B/∂v = −k, k the hazard's excess at x.
function exgaussianKernel(): RowKernel {
  let inverseSigma = 0;
  let u = 0;
  let v = 0;
  let excess = 0;

  /** Sets the variables above, writes the gradient of B into g, returns B. */
  const prepare = (d: Float64Array, p: Float64Array, g: Float64Array): number => {
    inverseSigma = Elementary.exp(-p[1]!);
    v = Elementary.exp(p[1]! - p[2]!);
    u = (d[0]! - p[0]!) * inverseSigma + 1 / v;
    const x = v - u;
    excess = hazardExcess(x);
    const byU = excess - u;
    g[0] = -byU * inverseSigma;
    g[1] = -byU * u - v * excess;
    g[2] = byU / v + v * excess;
    return x > 10
      ? -0.5 * u * u - HALF_LOG_TWO_PI - Elementary.log(x + excess)
      : v * (0.5 * v - u) + logNormalCdf(-x);
  };

  // P(Y ≤ y) = Φ(u) − exp(B)
  const tail = (lower: boolean, d: Float64Array, p: Float64Array, g: Float64Array): number => {
    const second = prepare(d, p, g);
    const sign = lower ? 1 : -1;
    const first = logNormalCdf(sign * u);
    const value = lower ? logDiffExp(first, second) : logAddExp(first, second);
    const firstSlope = sign * Elementary.exp(first - value) * inverseMills(sign * u);
    const secondWeight = -sign * Elementary.exp(second - value);
    // Where the second term vanishes its slopes may have overflowed.
    if (secondWeight === 0) g.fill(0);
    g[0] = secondWeight * g[0]! - firstSlope * inverseSigma;
    g[1] = secondWeight * g[1]! - firstSlope * u;
    g[2] = secondWeight * g[2]! + firstSlope / v;
    return orImpossible(value);
  };

  return {
    logDensity(d, p, g) {
      const value = prepare(d, p, g) - p[2]!;
      g[2]! -= 1;
      return orImpossible(value);
    },
    logCdf: (d, p, g) => tail(true, d, p, g),
    logCcdf: (d, p, g) => tail(false, d, p, g),
  };
}

/** Y ~ normal(mu − beta, sigma) plus an exponential with mean beta: mu is the mean of the sum. */
export const exgaussian: Family = {
  name: "exgaussian",
  response: realResponse,
  dpars: [realMu(REAL_LINKS), sigma, beta],
  additions: ["cens"],
  kernel: exgaussianKernel,
  sample: (rng, _d, p) => p[0]! - p[2]! + p[1]! * rng.normal() + exponential(rng, 1 / p[2]!),
  mean: (_d, p) => p[0]!,
};
