import * as Elementary from "../numeric/elementary.ts";
import { logGamma } from "../numeric/special.ts";
import { withCountTails } from "./count-tails.ts";
import { negativeBinomial } from "./count-variates.ts";
import { COUNT_LINKS, negbinomialShape, positiveMu } from "./dpars.ts";
import type { Family, RowKernel } from "./family.ts";
import { orImpossible } from "./impossible.ts";
import { countResponse } from "./responses.ts";
import { logRisingExcess, logRisingExcessSlope } from "./stirling.ts";

// p = [log mu, log shape]; with t = log(mu / shape) and R of stirling.ts
// log f = R(shape, y) + y log mu − (y + shape) log(1 + exp(t)) − log y!, whose terms stay small as shape grows.
export const negbinomialKernel: RowKernel = {
  logDensity(d, p, g) {
    const y = d[0]!;
    const shape = Elementary.exp(p[1]!);
    const t = p[0]! - p[1]!;
    const e = Elementary.exp(-Math.abs(t));
    const log1pE = Elementary.log1p(e);
    const logSum = t > 0 ? t + log1pE : log1pE;
    // shape mu / (shape + mu) and y mu / (shape + mu)
    const weight = (t > 0 ? 1 : e) / (1 + e);
    g[0] = y - (y + shape) * weight;
    g[1] = logRisingExcessSlope(shape, y) + (y + shape) * weight - shape * logSum;
    return orImpossible(logRisingExcess(shape, y) + y * p[0]! - (y + shape) * logSum);
  },
  dataTerm: (d) => -logGamma(d[0]! + 1),
};

/** Y ~ negative binomial with mean mu and variance mu + mu² / shape. */
export const negbinomial: Family = {
  name: "negbinomial",
  aliases: ["neg_binomial_2", "negative_binomial"],
  response: countResponse,
  dpars: [positiveMu(COUNT_LINKS), negbinomialShape],
  additions: ["cens"],
  kernel: () => withCountTails(negbinomialKernel),
  sample: (rng, _d, p) => negativeBinomial(rng, p[0]!, p[1]!),
  mean: (_d, p) => p[0]!,
};
