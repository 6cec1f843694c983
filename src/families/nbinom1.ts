import { withCountTails } from "./count-tails.ts";
import { negativeBinomial } from "./count-variates.ts";
import { COUNT_LINKS, phi, positiveMu } from "./dpars.ts";
import type { Family, RowKernel } from "./family.ts";
import { negbinomialKernel } from "./negbinomial.ts";
import { countResponse } from "./responses.ts";

const inner = new Float64Array(2);
const innerGradient = new Float64Array(2);

// p = [log mu, log phi]: the negative binomial whose shape is mu / phi.
export const nbinom1Kernel: RowKernel = {
  logDensity(d, p, g) {
    inner[0] = p[0]!;
    inner[1] = p[0]! - p[1]!;
    const value = negbinomialKernel.logDensity(d, inner, innerGradient);
    g[0] = innerGradient[0]! + innerGradient[1]!;
    g[1] = -innerGradient[1]!;
    return value;
  },
  dataTerm: negbinomialKernel.dataTerm!,
};

/** Y ~ negative binomial with mean mu and variance mu (1 + phi): glmmTMB's nbinom1 ("NB1", Cameron & Trivedi 1986). */
export const nbinom1: Family = {
  name: "nbinom1",
  aliases: ["negbinomial1"],
  response: countResponse,
  dpars: [positiveMu(COUNT_LINKS), phi],
  additions: ["cens"],
  kernel: () => withCountTails(nbinom1Kernel),
  sample: (rng, _d, p) => negativeBinomial(rng, p[0]!, p[0]! / p[1]!),
  mean: (_d, p) => p[0]!,
};
