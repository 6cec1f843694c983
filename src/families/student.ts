import * as b from "../expressions/build.ts";
import * as Elementary from "../numeric/elementary.ts";
import { studentT } from "../random/variates.ts";
import { defineFamily, y } from "./density.ts";
import { GAUSSIAN_LINKS, nu, realMu, sigma } from "./dpars.ts";
import { realResponse } from "./responses.ts";

const logSigma = b.parameter("sigma");
const freedom = b.parameter("nu");
const z = b.mul(b.sub(y, b.parameter("mu")), b.exp(b.neg(logSigma)));
// log Γ((nu + 1)/2) − log Γ(nu/2) − ½ log(nu π)
const constant = b.sub(
  b.halfStep(b.mul(0.5, freedom)),
  b.mul(0.5, b.add(b.log(freedom), Elementary.log(Math.PI))),
);
const logDensity = b.sub(
  b.sub(constant, b.mul(b.mul(0.5, b.add(freedom, 1)), b.log1pSquare(z, freedom))),
  logSigma,
);

/** (Y − mu) / sigma ~ Student's t with nu degrees of freedom; sigma is the scale, not the standard deviation. */
export const student = defineFamily({
  name: "student",
  aliases: ["student_t"],
  response: realResponse,
  dpars: [realMu(GAUSSIAN_LINKS), sigma, nu],
  additions: ["se", "cens"],
  density: () => ({
    logDensity,
    logCdf: b.logStudentCdf(z, freedom),
    logCcdf: b.logStudentCdf(b.neg(z), freedom),
  }),
  sample: (rng, _d, p) => p[0]! + p[1]! * studentT(rng, p[2]!),
  mean: (_d, p) => p[0]!,
});
