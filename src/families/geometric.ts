import * as Elementary from "../numeric/elementary.ts";
import { withCountTails } from "./count-tails.ts";
import { negativeBinomial } from "./count-variates.ts";
import { COUNT_LINKS, positiveMu } from "./dpars.ts";
import type { Family, RowKernel } from "./family.ts";
import { orImpossible } from "./impossible.ts";
import { countResponse } from "./responses.ts";

// p = [log mu]; P(Y = y) = muʸ / (1 + mu)^(y + 1).
const kernel: RowKernel = {
  logDensity(d, p, g) {
    const y = d[0]!;
    const eta = p[0]!;
    const e = Elementary.exp(-Math.abs(eta));
    const log1pE = Elementary.log1p(e);
    const weight = (eta > 0 ? 1 : e) / (1 + e);
    g[0] = y - (y + 1) * weight;
    return orImpossible((eta > 0 ? -eta : y * eta) - (y + 1) * log1pE);
  },
};

/** The negative binomial with shape 1: failures before the first success, with mean mu. */
export const geometric: Family = {
  name: "geometric",
  response: countResponse,
  dpars: [positiveMu(COUNT_LINKS)],
  additions: ["cens"],
  kernel: () => withCountTails(kernel),
  sample: (rng, _d, p) => negativeBinomial(rng, p[0]!, 1),
  mean: (_d, p) => p[0]!,
};
