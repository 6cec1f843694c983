import * as Elementary from "../numeric/elementary.ts";
import { logNormalCdf } from "../numeric/special.ts";
import { realMu, sigma } from "./dpars.ts";
import type { Family, RowKernel } from "./family.ts";
import { orImpossible } from "./impossible.ts";
import { HALF_LOG_TWO_PI, inverseMills } from "./normal-tail.ts";
import { positiveResponse } from "./responses.ts";

// p = [mu, log sigma]; z = (log y − mu) / sigma. `sign` 1: log Φ(z), −1: log Φ(−z).
function tail(sign: number, d: Float64Array, p: Float64Array, g: Float64Array): number {
  const inverseSigma = Elementary.exp(-p[1]!);
  const z = (Elementary.log(d[0]!) - p[0]!) * inverseSigma;
  const slope = sign * inverseMills(sign * z);
  g[0] = -slope * inverseSigma;
  g[1] = -slope * z;
  return orImpossible(logNormalCdf(sign * z));
}

const kernel: RowKernel = {
  logDensity(d, p, g) {
    const inverseSigma = Elementary.exp(-p[1]!);
    const z = (Elementary.log(d[0]!) - p[0]!) * inverseSigma;
    g[0] = z * inverseSigma;
    g[1] = z * z - 1;
    return orImpossible(-0.5 * z * z - p[1]!);
  },
  dataTerm: (d) => -Elementary.log(d[0]!) - HALF_LOG_TWO_PI,
  logCdf: (d, p, g) => tail(1, d, p, g),
  logCcdf: (d, p, g) => tail(-1, d, p, g),
};

/** log Y ~ normal(mu, sigma). */
export const lognormal: Family = {
  name: "lognormal",
  response: positiveResponse,
  dpars: [realMu(["identity", "inverse"]), sigma],
  additions: ["cens"],
  logScale: true,
  kernel: () => kernel,
  sample: (rng, _d, p) => Elementary.exp(p[0]! + p[1]! * rng.normal()),
  mean: (_d, p) => Elementary.exp(p[0]! + 0.5 * p[1]! * p[1]!),
};
