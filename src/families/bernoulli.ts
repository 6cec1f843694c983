import * as Elementary from "../numeric/elementary.ts";
import { PROBABILITY_OR_LOG_LINKS, probabilityMu } from "./dpars.ts";
import type { Family, RowKernel } from "./family.ts";
import { orImpossible } from "./impossible.ts";
import { binaryResponse } from "./responses.ts";

// p = [logit mu]; log f = −log(1 + exp(−x)) with x = η for a success and −η for a failure.
const kernel: RowKernel = {
  logDensity(d, p, g) {
    const success = d[0] === 1;
    const x = success ? p[0]! : -p[0]!;
    const e = Elementary.exp(-Math.abs(x));
    const slope = (x > 0 ? e : 1) / (1 + e);
    g[0] = success ? slope : -slope;
    return orImpossible(Math.min(x, 0) - Elementary.log1p(e));
  },
};

/** P(Y = 1) = mu. */
export const bernoulli: Family = {
  name: "bernoulli",
  response: binaryResponse,
  dpars: [probabilityMu(PROBABILITY_OR_LOG_LINKS)],
  additions: [],
  kernel: () => kernel,
  sample: (rng, _d, p) => (rng.uniform() < p[0]! ? 1 : 0),
  mean: (_d, p) => p[0]!,
};
