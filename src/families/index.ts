/** The table of families. A new family is one file and one line here. */
import { didYouMean, FamilyError } from "../errors.ts";
import { acat } from "./acat.ts";
import { asymLaplace, zeroInflatedAsymLaplace } from "./asym-laplace.ts";
import { bernoulli } from "./bernoulli.ts";
import { beta } from "./beta.ts";
import { betaBinomial } from "./beta-binomial.ts";
import { binomial } from "./binomial.ts";
import { cratio } from "./cratio.ts";
import { cumulative } from "./cumulative.ts";
import { type CustomFamilyData, familyFromData } from "./custom.ts";
import { discreteWeibull } from "./discrete-weibull.ts";
import { exgaussian } from "./exgaussian.ts";
import { exponential } from "./exponential.ts";
import type { Family } from "./family.ts";
import { frechet } from "./frechet.ts";
import { gamma } from "./gamma.ts";
import { gaussian } from "./gaussian.ts";
import { geometric } from "./geometric.ts";
import { hurdleNegbinomial } from "./hurdle-negbinomial.ts";
import { hurdlePoisson } from "./hurdle-poisson.ts";
import { hurdleGamma, hurdleLognormal } from "./hurdle-positive.ts";
import { inverseGaussian } from "./inverse-gaussian.ts";
import { lognormal } from "./lognormal.ts";
import { nbinom1 } from "./nbinom1.ts";
import { negbinomial } from "./negbinomial.ts";
import { poisson } from "./poisson.ts";
import { shiftedLognormal } from "./shifted-lognormal.ts";
import { skewNormal } from "./skew-normal.ts";
import { sratio } from "./sratio.ts";
import { student } from "./student.ts";
import { truncatedNegbinomial, truncatedPoisson } from "./truncated-counts.ts";
import { vonMises } from "./von-mises.ts";
import { weibull } from "./weibull.ts";
import { zeroInflatedBeta, zeroOneInflatedBeta } from "./zero-inflated-beta.ts";
import { zeroInflatedBetaBinomial } from "./zero-inflated-beta-binomial.ts";
import { zeroInflatedBinomial } from "./zero-inflated-binomial.ts";
import { zeroInflatedNbinom1 } from "./zero-inflated-nbinom1.ts";
import { zeroInflatedNegbinomial } from "./zero-inflated-negbinomial.ts";
import { zeroInflatedPoisson } from "./zero-inflated-poisson.ts";

export const families = {
  gaussian,
  student,
  skew_normal: skewNormal,
  lognormal,
  shifted_lognormal: shiftedLognormal,
  exgaussian,
  asym_laplace: asymLaplace,
  zero_inflated_asym_laplace: zeroInflatedAsymLaplace,
  von_mises: vonMises,
  Gamma: gamma,
  weibull,
  frechet,
  exponential,
  "inverse.gaussian": inverseGaussian,
  beta,
  zero_inflated_beta: zeroInflatedBeta,
  zero_one_inflated_beta: zeroOneInflatedBeta,
  bernoulli,
  binomial,
  beta_binomial: betaBinomial,
  zero_inflated_beta_binomial: zeroInflatedBetaBinomial,
  poisson,
  truncated_poisson: truncatedPoisson,
  truncated_negbinomial: truncatedNegbinomial,
  discrete_weibull: discreteWeibull,
  negbinomial,
  nbinom1,
  geometric,
  zero_inflated_poisson: zeroInflatedPoisson,
  zero_inflated_negbinomial: zeroInflatedNegbinomial,
  zero_inflated_nbinom1: zeroInflatedNbinom1,
  zero_inflated_binomial: zeroInflatedBinomial,
  hurdle_poisson: hurdlePoisson,
  hurdle_negbinomial: hurdleNegbinomial,
  hurdle_gamma: hurdleGamma,
  hurdle_lognormal: hurdleLognormal,
  cumulative,
  sratio,
  cratio,
  acat,
} as const satisfies Record<string, Family>;

export type FamilyName = keyof typeof families;

/**
 * The family of that name or alias.
 * @throws FamilyError when there is none, with the nearest name.
 */
export function findFamily(name: string): Family {
  if (Object.hasOwn(families, name)) return families[name as FamilyName];
  const all: readonly Family[] = Object.values(families);
  const found = all.find((family) => family.aliases?.includes(name));
  if (found !== undefined) return found;
  const names = all.flatMap((family) => [family.name, ...(family.aliases ?? [])]);
  throw new FamilyError(
    `there is no family "${name}"${didYouMean(name, names)} (families: ${Object.keys(families).join(", ")})`,
  );
}

/** Whether a built-in family has that name or alias. */
export function isBuiltIn(name: string): boolean {
  const all: readonly Family[] = Object.values(families);
  return all.some((family) => family.name === name || family.aliases?.includes(name));
}

/** A family as a model keeps it: by name, or with the definition of a custom one. */
export interface FamilyRef {
  readonly name: string;
  readonly definition?: CustomFamilyData;
}

/** @throws FamilyError for a name that no family has */
export function familyOf({ name, definition }: FamilyRef): Family {
  return definition === undefined ? findFamily(name) : familyFromData(definition);
}

/**
 * The link of each dpar: as given, otherwise the family's default.
 * @throws FamilyError for a dpar that the family does not have or a link that it does not permit.
 */
export function resolveLinks(
  family: Family,
  given: Readonly<Record<string, string | undefined>> = {},
): Record<string, string> {
  const names = family.dpars.map((dpar) => dpar.name);
  for (const name of Object.keys(given)) {
    if (names.includes(name)) continue;
    throw new FamilyError(
      `family "${family.name}" has no parameter "${name}" to give a link to (it has: ${names.join(", ")})`,
    );
  }
  const resolved: Record<string, string> = {};
  for (const dpar of family.dpars) {
    const link = given[dpar.name] ?? dpar.links[0]!;
    if (!dpar.links.includes(link)) {
      throw new FamilyError(
        `family "${family.name}" does not permit the link "${link}" for ${dpar.name}` +
          `${didYouMean(link, dpar.links)} (permitted: ${dpar.links.join(", ")})`,
      );
    }
    resolved[dpar.name] = link;
  }
  return resolved;
}
