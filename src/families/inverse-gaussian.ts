import * as Elementary from "../numeric/elementary.ts";
import { logNormalCdf } from "../numeric/special.ts";
import { positiveMu, shape } from "./dpars.ts";
import type { Family, RowKernel } from "./family.ts";
import { orImpossible } from "./impossible.ts";
import { logAddExp, logDiffExp } from "./log-space.ts";
import { HALF_LOG_TWO_PI, inverseMills } from "./normal-tail.ts";
import { positiveResponse } from "./responses.ts";

// p = [log mu, log shape]. P(Y ≤ y) = Φ(u) + exp(2 shape/mu) Φ(−v) with root = √(shape / y),
// u = root (y/mu − 1), v = root (y/mu + 1) (Shuster 1968).
function tail(lower: boolean, d: Float64Array, p: Float64Array, g: Float64Array): number {
  const sign = lower ? 1 : -1;
  const root = Elementary.exp(0.5 * p[1]!) / Math.sqrt(d[0]!);
  const ratio = d[0]! * Elementary.exp(-p[0]!);
  const u = root * (ratio - 1);
  const v = root * (ratio + 1);
  const twice = 2 * Elementary.exp(p[1]! - p[0]!);
  const first = logNormalCdf(sign * u);
  const second = twice + logNormalCdf(-v);
  const value = lower ? logAddExp(first, second) : logDiffExp(first, second);
  const firstSlope = sign * Elementary.exp(first - value) * inverseMills(sign * u);
  const secondWeight = sign * Elementary.exp(second - value);
  // Where the second term vanishes its slope may have overflowed.
  const hazard = secondWeight === 0 ? 0 : inverseMills(-v);
  g[0] = -firstSlope * root * ratio + secondWeight * (hazard * root * ratio - twice);
  g[1] = 0.5 * firstSlope * u + secondWeight * (twice - 0.5 * hazard * v);
  return orImpossible(value);
}

const kernel: RowKernel = {
  logDensity(d, p, g) {
    const y = d[0]!;
    const ratio = y * Elementary.exp(-p[0]!);
    const rate = Elementary.exp(p[1]!) / y;
    const distance = rate * (ratio - 1) * (ratio - 1);
    g[0] = rate * (ratio - 1) * ratio;
    g[1] = 0.5 * (1 - distance);
    return orImpossible(0.5 * (p[1]! - distance));
  },
  dataTerm: (d) => -HALF_LOG_TWO_PI - 1.5 * Elementary.log(d[0]!),
  logCdf: (d, p, g) => tail(true, d, p, g),
  logCcdf: (d, p, g) => tail(false, d, p, g),
};

/** Density √(shape / (2 π y³)) exp(−shape (y − mu)² / (2 mu² y)). */
export const inverseGaussian: Family = {
  name: "inverse.gaussian",
  aliases: ["inverse_gaussian", "inv_gaussian"],
  response: positiveResponse,
  dpars: [positiveMu(["1/mu^2", "inverse", "identity", "log", "softplus", "squareplus"]), shape],
  additions: ["cens"],
  kernel: () => kernel,
  // Michael, Schucany & Haas (1976); the smaller root of their quadratic in the form that does not cancel.
  sample(rng, _d, p) {
    const mu = p[0]!;
    const z = rng.normal();
    const w = (mu * z * z) / p[1]!;
    const x = mu / (1 + 0.5 * w + Math.sqrt(w + 0.25 * w * w));
    return rng.uniform() * (mu + x) <= mu ? x : (mu * mu) / x;
  },
  mean: (_d, p) => p[0]!,
};
