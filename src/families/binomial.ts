import * as Elementary from "../numeric/elementary.ts";
import { withCountTails } from "./count-tails.ts";
import { binomial as sampleBinomial } from "./count-variates.ts";
import { PROBABILITY_OR_LOG_LINKS, probabilityMu } from "./dpars.ts";
import type { Family, RowKernel } from "./family.ts";
import { orImpossible } from "./impossible.ts";
import { logChoose } from "./log-choose.ts";
import { trialsResponse } from "./responses.ts";

// p = [logit mu]; log f = y η − n log(1 + exp(η)), arranged so that nothing cancels when |η| is large.
export const binomialKernel: RowKernel = {
  logDensity(d, p, g) {
    const y = d[0]!;
    const n = d[1]!;
    const eta = p[0]!;
    const e = Elementary.exp(-Math.abs(eta));
    g[0] = eta > 0 ? (n * e) / (1 + e) - (n - y) : y - (n * e) / (1 + e);
    return orImpossible((eta > 0 ? (y - n) * eta : y * eta) - n * Elementary.log1p(e));
  },
  dataTerm: (d) => logChoose(d[1]!, d[0]!),
};

/** Y ~ binomial(trials, mu). */
export const binomial: Family = {
  name: "binomial",
  response: trialsResponse,
  dpars: [probabilityMu(PROBABILITY_OR_LOG_LINKS)],
  additions: ["trials", "cens"],
  kernel: () => withCountTails(binomialKernel, "trials"),
  sample: (rng, d, p) => sampleBinomial(rng, d[1]!, p[0]!),
  mean: (d, p) => d[1]! * p[0]!,
};
