/** What needs a prior: every parameter (or block of parameters) of a model, in the order in which they are listed. */
import type { Shape } from "../autodiff/op.ts";
import type { Design, PredictorDesign } from "../design/design.ts";
import type { Dpar, Family } from "../families/family.ts";
import type { PriorTarget } from "../priors/prior.ts";
import { predictorKey } from "../quantities/predictor-key.ts";
import type { TermTarget } from "../terms/term.ts";
import { groupBlocks } from "./groups.ts";
import { coefficientName } from "./names.ts";
import { placedTerms, priorKeyOf } from "./terms.ts";

export function priorTargets(design: Design, family: Family, categories: number): PriorTarget[] {
  return [
    ...design.predictors.flatMap((predictor) => predictorTargets(predictor, family, categories)),
    ...groupTargets(design),
    ...termTargets(design),
    ...constantDpars(design, family).map((dpar) =>
      target({ class: dpar.name, lower: dpar.lower, upper: dpar.upper }),
    ),
  ];
}

/** Distributional parameters that are one constant to be estimated: neither predicted, nor fixed, nor given by se(). */
export function constantDpars(design: Design, family: Family): Dpar[] {
  const knownSigma = design.response.se !== undefined && !design.response.se.sigma;
  return family.dpars.filter(
    (dpar) =>
      dpar.fixed === undefined &&
      !design.predictors.some((predictor) => predictor.dpar === dpar.name) &&
      !(dpar.name === "sigma" && knownSigma),
  );
}

/** Whether mu's intercept is replaced by ordered thresholds. */
export function hasThresholds(family: Family, dpar: string): boolean {
  return family.thresholds !== undefined && dpar === "mu";
}

function predictorTargets(
  { dpar, resp, nlpar, population }: PredictorDesign,
  family: Family,
  categories: number,
): PriorTarget[] {
  const key = predictorKey(dpar, { resp, nlpar });
  const coefficients = population.names.map((name) =>
    target({ class: "b", coef: coefficientName(name), ...key }),
  );
  if (hasThresholds(family, dpar)) {
    const thresholds = Array.from({ length: categories - 1 }, (_, k) =>
      target({ class: "Intercept", coef: String(k + 1), ...key }),
    );
    return [...coefficients, ...thresholds];
  }
  return population.intercept ? [...coefficients, target({ class: "Intercept", ...key })] : coefficients;
}

function groupTargets(design: Design): PriorTarget[] {
  const blocks = groupBlocks(design);
  const sds = blocks.flatMap(({ group, coefficients }) =>
    coefficients.map(({ key, name }) => target({ class: "sd", coef: name, group, ...key, lower: 0 })),
  );
  const correlations = blocks
    .filter((block) => block.correlated)
    .map(({ group }) => target({ class: "cor", group, lower: -1, upper: 1 }));
  return [...sds, ...correlations];
}

function termTargets(design: Design): PriorTarget[] {
  return placedTerms(design).flatMap(({ key, parameters }) =>
    parameters.flatMap(({ prior, shape }) =>
      prior.kind === "standardNormal"
        ? []
        : prior.kind === "elements"
          ? prior.targets.map((own) => target({ ...priorKeyOf(key, own), ...boundsOf(own) }))
          : [target({ ...priorKeyOf(key, prior.target), ...wholeOf(prior.target, shape) })],
    ),
  );
}

function boundsOf({ lower, upper, otherwise }: TermTarget): Partial<PriorTarget> {
  return {
    ...(lower !== undefined && { lower }),
    ...(upper !== undefined && { upper }),
    ...(otherwise !== undefined && { otherwise }),
  };
}

/** A simplex is a vector, a Cholesky factor a matrix. */
function wholeOf(own: TermTarget, shape: Shape): Partial<PriorTarget> {
  return { ...boundsOf(own), ...(shape.length === 1 && { simplex: shape[0]! }) };
}

/** Targets write mu, and the response of a model of one, as nothing. */
function target({ resp = "", ...given }: Partial<PriorTarget> & Pick<PriorTarget, "class">): PriorTarget {
  return {
    coef: "",
    group: "",
    nlpar: "",
    lower: Number.NEGATIVE_INFINITY,
    upper: Number.POSITIVE_INFINITY,
    ...given,
    dpar: given.dpar === "mu" ? "" : (given.dpar ?? ""),
    ...(resp !== "" && { resp }),
  };
}
