import * as Elementary from "../numeric/elementary.ts";
import { logNormalCdf } from "../numeric/special.ts";
import { alpha, GAUSSIAN_LINKS, realMu, sigma } from "./dpars.ts";
import type { Family, RowKernel } from "./family.ts";
import { orImpossible } from "./impossible.ts";
import { HALF_LOG_TWO_PI, inverseMills } from "./normal-tail.ts";
import { realResponse } from "./responses.ts";

/** Mean of |Z|, Z standard normal. */
const HALF_MEAN = Math.sqrt(2 / Math.PI);

// p = [mu, log sigma, alpha]; mu and sigma are mean and standard deviation. With delta = alpha / √(1 + alpha²) and
// r = √(1 − 2 delta²/π), Azzalini's scale is sigma / r and his standardised variable z = (y − mu) r / sigma + √(2/π) delta.
const kernel: RowKernel = {
  logDensity(d, p, g) {
    const a = p[2]!;
    const root = Math.sqrt(1 + a * a);
    const delta = a / root;
    const r = Math.sqrt(1 - HALF_MEAN * HALF_MEAN * delta * delta);
    const inverseSigma = Elementary.exp(-p[1]!);
    const w = (d[0]! - p[0]!) * inverseSigma;
    const z = w * r + HALF_MEAN * delta;
    const hazard = inverseMills(a * z);
    const byZ = a * hazard - z;
    const byDelta = -(HALF_MEAN * HALF_MEAN * delta) / r;
    g[0] = -byZ * r * inverseSigma;
    g[1] = -1 - byZ * w * r;
    g[2] = hazard * z + (byDelta / r + byZ * (w * byDelta + HALF_MEAN)) / (root * root * root);
    return orImpossible(Elementary.log(r) - p[1]! - 0.5 * z * z + logNormalCdf(a * z));
  },
  dataTerm: () => Math.LN2 - HALF_LOG_TWO_PI,
};

/** Skew normal by its mean mu, standard deviation sigma and slant alpha. */
export const skewNormal: Family = {
  name: "skew_normal",
  response: realResponse,
  dpars: [realMu(GAUSSIAN_LINKS), sigma, alpha],
  additions: ["se"],
  kernel: () => kernel,
  sample(rng, _d, p) {
    const delta = p[2]! / Math.sqrt(1 + p[2]! * p[2]!);
    const scale = p[1]! / Math.sqrt(1 - HALF_MEAN * HALF_MEAN * delta * delta);
    const z = delta * Math.abs(rng.normal()) + Math.sqrt(1 - delta * delta) * rng.normal();
    return p[0]! + scale * (z - HALF_MEAN * delta);
  },
  mean: (_d, p) => p[0]!,
};
