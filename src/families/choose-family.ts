/** The family and links that a user asks for, and whether a design suits them. */

import type { BrmOptions } from "../api/fit-types.ts";
import type { Design } from "../design/design.ts";
import { FamilyError } from "../errors.ts";
import { type OptionTable, such, text } from "../options.ts";
import type { CustomFamilyData } from "./custom.ts";
import type { Family } from "./family.ts";
import { familyOf, isBuiltIn, resolveLinks } from "./index.ts";

export interface FamilyChoiceOptions extends Pick<BrmOptions, "family" | "link"> {}

export const familyOptions = {
  family: such(
    'a family by its name ("poisson"), or what its function returns (poisson())',
    (value) =>
      typeof value === "string" || (typeof value === "object" && value !== null && "family" in value),
  ),
  link: text,
} satisfies OptionTable<FamilyChoiceOptions>;

/** @throws FamilyError for an unknown family or a link that it does not have. */
export function chooseFamily(options: FamilyChoiceOptions): {
  family: Family;
  links: Record<string, string>;
  definition?: CustomFamilyData;
} {
  const given = options.family ?? "gaussian";
  const name = typeof given === "string" ? given : given.family;
  const definition = typeof given === "string" ? undefined : given.definition;
  if (definition !== undefined && isBuiltIn(name)) {
    throw new FamilyError(`the custom family "${name}" has the name of a built-in one; choose another name`);
  }
  const family = familyOf({ name, ...(definition && { definition }) });
  const links = { ...(typeof given === "string" ? {} : given.links) };
  if (options.link !== undefined) links.mu = options.link;
  return { family, links: resolveLinks(family, links), ...(definition && { definition }) };
}

/** @throws FamilyError for a formula of a parameter that the family does not have. */
export function checkDpars(design: Design, family: Family): void {
  for (const { dpar } of design.predictors) {
    if (!family.dpars.some((own) => own.name === dpar)) {
      const names = family.dpars.map((own) => own.name).join(", ");
      throw new FamilyError(
        `the family ${family.name} has no distributional parameter "${dpar}" to predict; it has ${names}`,
      );
    }
  }
  if (design.response.se?.sigma === false && design.predictors.some(({ dpar }) => dpar === "sigma")) {
    throw new FamilyError(
      "sigma is known from se() and cannot be predicted as well; write se(s, sigma = TRUE)",
    );
  }
}
