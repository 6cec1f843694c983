import * as b from "../expressions/build.ts";
import * as Elementary from "../numeric/elementary.ts";
import { logGamma } from "../numeric/special.ts";
import { exponential as sampleExponential } from "../random/variates.ts";
import { defineFamily, y } from "./density.ts";
import { nu, POSITIVE_LINKS, positiveMu } from "./dpars.ts";
import { positiveResponse } from "./responses.ts";

// scale = mu / Γ(1 − 1/nu), u = log(y / scale).
const shape = b.parameter("nu");
const logScale = b.sub(b.parameter("mu"), b.logGamma(b.sub(1, b.recip(shape))));
const u = b.sub(b.log(y), logScale);
const power = b.mul(shape, u);
const tail = b.exp(b.neg(power));

/** P(Y ≤ y) = exp(−(y / scale)^−nu), scale = mu / Γ(1 − 1/nu): mu is the mean, nu above one. */
export const frechet = defineFamily({
  name: "frechet",
  response: positiveResponse,
  dpars: [positiveMu(POSITIVE_LINKS), nu],
  additions: ["cens"],
  density: () => ({
    logDensity: b.sub(b.sub(b.log(shape), power), b.add(tail, b.log(y))),
    logCdf: b.neg(tail),
    // 1 − exp(−t) is t to rounding below 1e-16.
    logCcdf: b.select(b.lt(tail, 1e-16), b.neg(power), b.log1mExp(b.neg(tail))),
  }),
  sample: (rng, _d, p) =>
    p[0]! * Elementary.exp(-logGamma(1 - 1 / p[1]!)) * Elementary.pow(sampleExponential(rng, 1), -1 / p[1]!),
  mean: (_d, p) => p[0]!,
});
