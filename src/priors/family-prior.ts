/** What the family's own table says of a parameter (brms, default priors). */
import type { Family } from "../families/family.ts";
import type { PriorTarget } from "./prior.ts";

/** A prior or, for the scale of the response, a template. */
export function familyPrior(target: PriorTarget, family: Family): string {
  const isIntercept = target.class === "Intercept";
  const name = isIntercept ? target.dpar : target.class;
  const dpar = family.dpars.find((candidate) => candidate.name === name);
  if (isIntercept) return dpar?.interceptPrior ?? "student_t(3, 0, 2.5)";
  const prior = dpar?.constantPrior ?? "scale";
  return prior === "scale" ? "student_t(3, 0, {intercept_scale})" : prior;
}
