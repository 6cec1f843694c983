import * as Elementary from "../numeric/elementary.ts";
import { logNormalCdf } from "../numeric/special.ts";
import { GAUSSIAN_LINKS, realMu, sigma } from "./dpars.ts";
import type { Family, RowKernel } from "./family.ts";
import { orImpossible } from "./impossible.ts";
import { HALF_LOG_TWO_PI, inverseMills } from "./normal-tail.ts";
import { realResponse } from "./responses.ts";

// p = [mu, log sigma]; z = (y − mu) / sigma.
const kernel: RowKernel = {
  logDensity(d, p, g) {
    const inverseSigma = Elementary.exp(-p[1]!);
    const z = (d[0]! - p[0]!) * inverseSigma;
    g[0] = z * inverseSigma;
    g[1] = z * z - 1;
    return orImpossible(-0.5 * z * z - p[1]!);
  },
  dataTerm: () => -HALF_LOG_TWO_PI,
  logCdf(d, p, g) {
    const inverseSigma = Elementary.exp(-p[1]!);
    const z = (d[0]! - p[0]!) * inverseSigma;
    const hazard = inverseMills(z);
    g[0] = -hazard * inverseSigma;
    g[1] = -hazard * z;
    return orImpossible(logNormalCdf(z));
  },
  logCcdf(d, p, g) {
    const inverseSigma = Elementary.exp(-p[1]!);
    const z = (d[0]! - p[0]!) * inverseSigma;
    const hazard = inverseMills(-z);
    g[0] = hazard * inverseSigma;
    g[1] = hazard * z;
    return orImpossible(logNormalCdf(-z));
  },
};

/** Y ~ normal(mu, sigma). */
export const gaussian: Family = {
  name: "gaussian",
  aliases: ["normal"],
  response: realResponse,
  dpars: [realMu(GAUSSIAN_LINKS), sigma],
  additions: ["se", "cens"],
  kernel: () => kernel,
  sample: (rng, _d, p) => p[0]! + p[1]! * rng.normal(),
  mean: (_d, p) => p[0]!,
};
