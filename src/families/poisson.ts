import * as Elementary from "../numeric/elementary.ts";
import { logGamma } from "../numeric/special.ts";
import { withCountTails } from "./count-tails.ts";
import { poisson as samplePoisson } from "./count-variates.ts";
import { COUNT_LINKS, positiveMu } from "./dpars.ts";
import type { Family, RowKernel } from "./family.ts";
import { orImpossible } from "./impossible.ts";
import { countResponse } from "./responses.ts";

// p = [log mu].
export const poissonKernel: RowKernel = {
  logDensity(d, p, g) {
    const mu = Elementary.exp(p[0]!);
    g[0] = d[0]! - mu;
    return orImpossible(d[0]! * p[0]! - mu);
  },
  dataTerm: (d) => -logGamma(d[0]! + 1),
};

/** Y ~ Poisson(mu). */
export const poisson: Family = {
  name: "poisson",
  response: countResponse,
  dpars: [positiveMu(COUNT_LINKS)],
  additions: ["cens"],
  kernel: () => withCountTails(poissonKernel),
  sample: (rng, _d, p) => samplePoisson(rng, p[0]!),
  mean: (_d, p) => p[0]!,
};
