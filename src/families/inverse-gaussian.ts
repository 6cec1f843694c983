import * as b from "../expressions/build.ts";
import { HALF_LOG_TWO_PI } from "../numeric/normal-tail.ts";
import { defineFamily, y } from "./density.ts";
import { positiveMu, shape } from "./dpars.ts";
import { positiveResponse } from "./responses.ts";

const logMu = b.parameter("mu");
const logShape = b.parameter("shape");
const ratio = b.mul(y, b.exp(b.neg(logMu)));
const excess = b.sub(ratio, 1);
const distance = b.mul(b.div(b.exp(logShape), y), b.square(excess));
const logDensity = b.sub(b.mul(0.5, b.sub(logShape, distance)), b.add(HALF_LOG_TWO_PI, b.mul(1.5, b.log(y))));

// P(Y ≤ y) = Φ(u) + exp(2 shape/mu) Φ(−v) with root = √(shape / y), u = root (y/mu − 1), v = root (y/mu + 1) (Shuster 1968).
const root = b.div(b.exp(b.mul(0.5, logShape)), b.sqrt(y));
const u = b.mul(root, excess);
const v = b.mul(root, b.add(ratio, 1));
const second = b.add(b.mul(2, b.exp(b.sub(logShape, logMu))), b.logNormalCdf(b.neg(v)));

/** Density √(shape / (2 π y³)) exp(−shape (y − mu)² / (2 mu² y)). */
export const inverseGaussian = defineFamily({
  name: "inverse.gaussian",
  aliases: ["inverse_gaussian", "inv_gaussian"],
  response: positiveResponse,
  dpars: [positiveMu(["1/mu^2", "inverse", "identity", "log", "softplus", "squareplus"]), shape],
  additions: ["cens"],
  density: () => ({
    logDensity,
    logCdf: b.logSumExp(b.logNormalCdf(u), second),
    logCcdf: b.logDiffExp(b.logNormalCdf(b.neg(u)), second),
  }),
  // Michael, Schucany & Haas (1976); the smaller root of their quadratic in the form that does not cancel.
  sample(rng, _d, p) {
    const mu = p[0]!;
    const z = rng.normal();
    const w = (mu * z * z) / p[1]!;
    const x = mu / (1 + 0.5 * w + Math.sqrt(w + 0.25 * w * w));
    return rng.uniform() * (mu + x) <= mu ? x : (mu * mu) / x;
  },
  mean: (_d, p) => p[0]!,
});
