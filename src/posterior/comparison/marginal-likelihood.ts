/** The marginal likelihood of a fitted model, for Bayes factors. */

import type { Fit } from "../../api/fit-types.ts";
import { PriorError } from "../../errors.ts";
import { bridgeSampling, type MarginalLikelihood } from "../../loo/bridge-sampling.ts";
import { compileModel } from "../../model/compile.ts";
import { improperPriors } from "../../priors/resolve.ts";
import { stream } from "../../random/streams.ts";
import { requirePosterior } from "../prior-only.ts";
import { unconstrainedDraws } from "./unconstrained.ts";

/**
 * By bridge sampling. A model whose Gaussian effects are integrated out needs it over its few other parameters alone, which makes
 * it far more precise.
 * @throws PriorError when a prior is improper: the marginal likelihood is then not defined.
 */
export function marginalLikelihood(fit: Fit): MarginalLikelihood {
  requirePosterior(fit, "marginalLikelihood()");
  const improper = improperPriors(fit.priors);
  if (improper.length > 0) {
    const names = improper.map(({ target }) =>
      [target.class, target.coef, target.group].filter((t) => t !== "").join(" "),
    );
    throw new PriorError(
      `a marginal likelihood needs proper priors; flat are: ${names.join(", ")}. Give them priors, such as normal(0, 10)`,
    );
  }
  const posterior = compileModel(fit.spec, { oneToOne: true });
  const gradient = new Float64Array(posterior.density.dimension);
  return bridgeSampling(
    unconstrainedDraws(fit, posterior),
    (q) => posterior.density.evaluate(q, gradient),
    stream(fit.settings.seed, 0, "bridge sampling"),
  );
}
