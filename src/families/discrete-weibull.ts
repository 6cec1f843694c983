import * as b from "../expressions/build.ts";
import * as Elementary from "../numeric/elementary.ts";
import { defineFamily, y } from "./density.ts";
import { PROBABILITY_LINKS, probabilityMu, shape } from "./dpars.ts";
import { countResponse } from "./responses.ts";

const logMu = b.logInvLogit(b.parameter("mu"));
const power = b.exp(b.parameter("shape"));
/** log P(Y ≥ k) = k^shape log mu. */
const above = (k: b.Operand) => b.mul(b.select(b.lt(0, k), b.pow(b.max(k, 1), power), 0), logMu);
const upper = above(b.add(y, 1));
const lower = above(y);

/** P(Y ≥ k) = mu^(k^shape): mu is the probability of not being zero (Nakagawa & Osaki 1975). */
export const discreteWeibull = defineFamily({
  name: "discrete_weibull",
  response: countResponse,
  dpars: [probabilityMu(PROBABILITY_LINKS), shape],
  additions: ["cens"],
  density: () => ({
    logDensity: b.add(lower, b.log1mExp(b.sub(upper, lower))),
    logCdf: b.log1mExp(upper),
    logCcdf: upper,
  }),
  sample: (rng, _d, p) =>
    Math.floor(Elementary.pow(Elementary.log(rng.uniform()) / Elementary.log(p[0]!), 1 / p[1]!)),
  mean(_d, p) {
    const log = Elementary.log(p[0]!);
    let sum = 0;
    for (let k = 1; k < 1e7; k++) {
      const term = Elementary.exp(Elementary.pow(k, p[1]!) * log);
      sum += term;
      if (term < 1e-14 * sum) break;
    }
    return sum;
  },
});
