import * as Elementary from "../numeric/elementary.ts";
import { studentT } from "../random/variates.ts";
import { GAUSSIAN_LINKS, nu, realMu, sigma } from "./dpars.ts";
import type { Family, RowKernel } from "./family.ts";
import { orImpossible } from "./impossible.ts";
import { realResponse } from "./responses.ts";
import { logGammaHalfStep, logGammaHalfStepDerivative } from "./stirling.ts";
import { createLogStudentCdf } from "./student-tail.ts";

const LOG_PI = Elementary.log(Math.PI);

// p = [mu, log sigma, nu]; z = (y − mu) / sigma.
function studentKernel(): RowKernel {
  // The constant of nu is dear and the same for all rows unless nu is predicted.
  let known = Number.NaN;
  let constant = 0;
  let constantSlope = 0;
  const partials = new Float64Array(2);
  const logStudentCdf = createLogStudentCdf();

  const tail = (sign: number, d: Float64Array, p: Float64Array, g: Float64Array): number => {
    const inverseSigma = Elementary.exp(-p[1]!);
    const z = (d[0]! - p[0]!) * inverseSigma;
    const value = logStudentCdf(sign * z, p[2]!, partials);
    const slope = sign * partials[0]!;
    g[0] = -slope * inverseSigma;
    g[1] = -slope * z;
    g[2] = partials[1]!;
    return orImpossible(value);
  };

  return {
    logDensity(d, p, g) {
      const nu = p[2]!;
      if (!(nu > 0)) return -Infinity;
      if (nu !== known) {
        known = nu;
        constant = logGammaHalfStep(nu / 2) - 0.5 * (Elementary.log(nu) + LOG_PI);
        constantSlope = 0.5 * logGammaHalfStepDerivative(nu / 2) - 0.5 / nu;
      }
      const inverseSigma = Elementary.exp(-p[1]!);
      const z = (d[0]! - p[0]!) * inverseSigma;
      // log(1 + z²/nu) and −∂ log f/∂z = (nu + 1) z / (nu + z²), also where z² overflows.
      const finite = z * z < Infinity;
      const logTail = finite
        ? Elementary.log1p((z * z) / nu)
        : 2 * Elementary.log(Math.abs(z)) - Elementary.log(nu);
      const pull = finite ? ((nu + 1) * z) / (nu + z * z) : (nu + 1) / z;
      g[0] = pull * inverseSigma;
      g[1] = pull * z - 1;
      g[2] = constantSlope - 0.5 * logTail + (0.5 * pull * z) / nu;
      return orImpossible(constant - 0.5 * (nu + 1) * logTail - p[1]!);
    },
    logCdf: (d, p, g) => tail(1, d, p, g),
    logCcdf: (d, p, g) => tail(-1, d, p, g),
  };
}

/** (Y − mu) / sigma ~ Student's t with nu degrees of freedom; sigma is the scale, not the standard deviation. */
export const student: Family = {
  name: "student",
  aliases: ["student_t"],
  response: realResponse,
  dpars: [realMu(GAUSSIAN_LINKS), sigma, nu],
  additions: ["se", "cens"],
  kernel: studentKernel,
  sample: (rng, _d, p) => p[0]! + p[1]! * studentT(rng, p[2]!),
  mean: (_d, p) => p[0]!,
};
