/** Fits whose draws come from the prior alone: what such draws cannot say is refused. */
import type { Fit } from "../api/fit-types.ts";
import { SettingsError } from "../errors.ts";

/** @throws SettingsError for a fit with `samplePrior: true`. */
export function requirePosterior({ spec }: Pick<Fit, "spec">, what: string): void {
  if (!spec.priorOnly) return;
  throw new SettingsError(
    `${what} needs a posterior, but this fit drew from the prior alone (samplePrior, --sample-prior): it has not seen the data. ` +
      "Fit again without it; ppCheck() and nutmix check show what the prior predicts",
  );
}

export const PRIOR_ONLY =
  "These are draws from the prior: the likelihood was left out (samplePrior), and nothing here was learned from the data.";
