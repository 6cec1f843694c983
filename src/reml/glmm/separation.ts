/** Perfect separation: predictors that tell the two outcomes apart without error have no finite estimate. */
import type { Family } from "../../families/family.ts";
import type { FixedEffects } from "../lmm-fit.ts";

/** On the logit scale ±10 is a probability of 5e-5: estimates beyond with a standard error this large are running away. */
const FAR = 8;
const WIDE = 20;

export function separationWarnings(family: Family, { names, estimates, covariance }: FixedEffects): string[] {
  if (family.dpars[0]!.scale !== "logit" && family.thresholds === undefined) return [];
  const p = names.length;
  const suspects = names.filter((_, j) => {
    const se = Math.sqrt(covariance[j * p + j]!);
    return Math.abs(estimates[j]!) > FAR && !(se < WIDE);
  });
  if (suspects.length === 0) return [];
  return [
    `perfect separation: the likelihood keeps rising as ${suspects.join(", ")} ${suspects.length > 1 ? "grow" : "grows"} ` +
      "without bound, because the predictor tells the outcomes apart without error; its estimate and standard error mean " +
      "nothing. Leave it out, merge categories, or use a prior (brm)",
  ];
}
