/** Proportions that may be exactly 0, or 0 and 1: these values have probabilities of their own (Ospina & Ferrari 2012). */
import * as b from "../expressions/build.ts";
import { beta } from "./beta.ts";
import { defineFamily, y } from "./density.ts";
import { coi, zi, zoi } from "./dpars.ts";
import { closedUnitResponse, unitOrZeroResponse } from "./responses.ts";

const zeta = b.parameter("zi");

/** 0 with probability zi, otherwise beta. */
export const zeroInflatedBeta = defineFamily({
  name: "zero_inflated_beta",
  response: unitOrZeroResponse,
  dpars: [...beta.dpars, zi],
  additions: [],
  density: (context) => ({
    logDensity: b.select(
      b.eq(y, 0),
      b.logInvLogit(zeta),
      b.sub(beta.density(context).logDensity, b.log1pExp(zeta)),
    ),
  }),
  sample: (rng, d, p, context) => (rng.uniform() < p[2]! ? 0 : beta.sample(rng, d, p, context)),
  mean: (_d, p) => (1 - p[2]!) * p[0]!,
});

const inflated = b.parameter("zoi");
const one = b.parameter("coi");

/** 0 or 1 with probability zoi, and then 1 with probability coi; otherwise beta. */
export const zeroOneInflatedBeta = defineFamily({
  name: "zero_one_inflated_beta",
  response: closedUnitResponse,
  dpars: [...beta.dpars, zoi, coi],
  additions: [],
  density: (context) => ({
    logDensity: b.select(
      b.eq(y, 0),
      b.add(b.logInvLogit(inflated), b.logInvLogit(b.neg(one))),
      b.select(
        b.eq(y, 1),
        b.add(b.logInvLogit(inflated), b.logInvLogit(one)),
        b.sub(beta.density(context).logDensity, b.log1pExp(inflated)),
      ),
    ),
  }),
  sample(rng, d, p, context) {
    if (rng.uniform() >= p[2]!) return beta.sample(rng, d, p, context);
    return rng.uniform() < p[3]! ? 1 : 0;
  },
  mean: (_d, p) => p[2]! * p[3]! + (1 - p[2]!) * p[0]!,
});
