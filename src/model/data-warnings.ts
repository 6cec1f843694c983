/** What design and family together give reason to say before anything is sampled. */

import { RESPONSE_WIDTH } from "../autodiff/ops/likelihood.ts";
import type { Design, GroupDesign } from "../design/design.ts";
import { separatedColumns } from "../design/separation.ts";
import type { Family } from "../families/family.ts";
import { packResponse } from "../families/response-data.ts";
import type { ResolvedPrior } from "../priors/prior.ts";

/** Groups below this number say little about their standard deviation (Gelman & Hill 2007, section 12.9). */
const FEW_GROUPS = 5;

export function dataWarnings(
  design: Design,
  family: Family,
  links: Readonly<Record<string, string>>,
  priors: readonly ResolvedPrior[],
): string[] {
  return [
    ...fewGroups(design),
    ...oneRowPerLevel(design, family),
    ...separation(design, family, links, priors),
  ];
}

function fewGroups({ predictors }: Design): string[] {
  const seen = new Map<string, GroupDesign>();
  for (const { groups } of predictors) {
    for (const group of groups) {
      const known = seen.get(group.group);
      if (known === undefined || known.names.length < group.names.length) seen.set(group.group, group);
    }
  }
  return [...seen.values()].flatMap(({ group, levels, names, correlated }) => {
    const needed = correlated && names.length > 1 ? Math.max(FEW_GROUPS, names.length + 3) : FEW_GROUPS;
    if (levels.length === 1 || levels.length >= needed) return [];
    const what =
      names.length === 1
        ? "its standard deviation"
        : `the standard deviations${correlated ? " and correlations" : ""} of ${names.join(", ")}`;
    return [
      `${group} has only ${levels.length} levels (${levels.join(", ")}): ${what} ${names.length === 1 ? "is" : "are"} learned from ${levels.length} groups, ` +
        `so the prior decides much; look at the priors of class sd${names.length === 1 ? "" : ", take simpler terms"}, or use ${group} as a population-level factor`,
    ];
  });
}

/** In a model with a residual of unknown size; where it is known (se()), or there is none, such an effect is well defined. */
function oneRowPerLevel({ predictors, response, nobs }: Design, family: Family): string[] {
  if (!family.dpars.some(({ name }) => name === "sigma")) return [];
  if (response.se !== undefined && !response.se.sigma) return [];
  return predictors.flatMap(({ groups }) =>
    groups.flatMap(({ group, levels }) =>
      levels.length === nobs && nobs > 1
        ? [
            `each level of ${group} has exactly one row: its effect and the residual are hard to tell apart; ` +
              "leave one of them out, or give known standard errors: y | se(s)",
          ]
        : [],
    ),
  );
}

const COUNTS: ReadonlySet<string> = new Set(["poisson", "negbinomial", "geometric", "nbinom1"]);
const BINARY: ReadonlySet<string> = new Set(["bernoulli", "binomial"]);

function separation(
  design: Design,
  family: Family,
  links: Readonly<Record<string, string>>,
  priors: readonly ResolvedPrior[],
): string[] {
  const [mu] = design.predictors;
  const kind =
    BINARY.has(family.name) && links.mu === "logit"
      ? "logit"
      : COUNTS.has(family.name) && links.mu === "log"
        ? "log"
        : undefined;
  if (kind === undefined || design.response.censoring !== undefined) return [];
  const packed = packResponse(design.response, family);
  const { nobs } = design;
  const { trials } = design.response;
  const found = separatedColumns(mu!.population, {
    values: Float64Array.from({ length: nobs }, (_, i) => packed[i * RESPONSE_WIDTH]!),
    ...(trials && { trials }),
    ...(mu!.offset && { offset: mu!.offset }),
    kind,
  });
  if (found.length === 0) return [];
  const flat = priors.some(
    ({ target, call }) => target.class === "b" && target.dpar === "" && call.name === "",
  );
  const what =
    kind === "logit"
      ? `the predictors tell the outcomes apart without error (separation)`
      : `some combination of the predictors has no counts but zero (separation)`;
  return [
    `${what}: the likelihood keeps rising as ${found.join(", ")} ${found.length > 1 ? "grow" : "grows"} without bound. ` +
      (flat
        ? "With a flat prior the posterior has no end there: its estimates mean nothing. Give these coefficients a proper prior, " +
          "such as normal(0, 2.5), class=b, or leave the predictor out"
        : "Their posterior is limited by the prior alone: report it together with the prior, and try others"),
  ];
}
