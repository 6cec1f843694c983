/** Formula, data, family and priors → `ModelSpec`. */

import type { BrmOptions, PriorChoice } from "../api/fit-types.ts";
import { type DataOptions, dataOptions, readData } from "../data/data-options.ts";
import type { Table } from "../data/table.ts";
import { buildDesign } from "../design/build.ts";
import type { Design } from "../design/design.ts";
import { coefficients } from "../design/distinct-names.ts";
import { contrastsOption } from "../design/factor-coding.ts";
import { PriorError } from "../errors.ts";
import { checkDpars, chooseFamily, familyOptions } from "../families/choose-family.ts";
import {
  type ConstantResponse,
  constantResponse,
  refuseWithoutSpread,
} from "../families/constant-response.ts";
import type { Family } from "../families/family.ts";
import { checkResponse, countCategories } from "../families/response-data.ts";
import type { BrmsFormula } from "../formula/bf.ts";
import type { FixedParameter } from "../formula/model-formula.ts";
import { parseModelFormula } from "../formula/parse-model-formula.ts";
import { anything, checkOptions, flag, type OptionTable, oneOf, such } from "../options.ts";
import type { PriorRule, PriorScales, ResolvedPrior } from "../priors/prior.ts";
import type { PriorSet } from "../priors/prior-set.ts";
import { explainImproper, improperPriors, resolvePriors } from "../priors/resolve.ts";
import { priorScales, type ScaleInput } from "../priors/scales.ts";
import { parsePriorRule, priorRule } from "../priors/set-prior.ts";
import { expandSet, findPriorSet } from "../priors/sets.ts";
import { refuseEqualNames } from "../quantities/distinct-names.ts";
import { predictorKey } from "../quantities/predictor-key.ts";
import { specialNames } from "../terms/index.ts";
import { chooseBackend } from "./backend.ts";
import { dataWarnings } from "./data-warnings.ts";
import { chooseEvaluation } from "./evaluation/index.ts";
import { coefficientDraw, coefficientName } from "./names.ts";
import type { ModelSpec, UndecidedSpec } from "./spec.ts";
import { priorTargets } from "./targets.ts";
import { type PlacedTerm, placedTerms } from "./terms.ts";
import { chooseCoordinates } from "./transported/choice.ts";

export interface ModelOptions
  extends Pick<
      BrmOptions,
      | "family"
      | "link"
      | "priors"
      | "samplePrior"
      | "strategy"
      | "likelihood"
      | "backend"
      | "coordinates"
      | "contrasts"
    >,
    DataOptions {}

const priorChoice = {
  set: anything,
  rules: such("a list of priors", Array.isArray),
} satisfies OptionTable<PriorChoice>;

export const modelOptions = {
  ...familyOptions,
  priors: such("a list of priors, the name of a prior set, or { set, rules }", isPriorChoice),
  samplePrior: flag,
  strategy: oneOf("auto", "collapsed", "explicit"),
  likelihood: oneOf("auto", "sums", "merged", "rows"),
  backend: oneOf("auto", "wasm", "js"),
  coordinates: oneOf("auto", "own", "transported"),
  contrasts: contrastsOption,
  ...dataOptions,
} satisfies OptionTable<ModelOptions>;

/**
 * Throws FormulaError, DataError, DesignError, FamilyError or PriorError, each naming what does not fit.
 */
export function buildModel(
  formula: string | BrmsFormula,
  data: unknown,
  options: ModelOptions = {},
): ModelSpec {
  options = checkOptions("buildModel()", modelOptions, options);
  const { family, links, definition } = chooseFamily(options);
  const table: Table = readData(data, options);
  const parsed = parseModelFormula(formula, {
    columns: [...table.columns.keys()],
    dpars: family.dpars.map((dpar) => dpar.name),
    specialNames: specialNames(),
  });
  const built = buildDesign(parsed, table, {
    ...(options.contrasts && { contrasts: options.contrasts }),
    ...(options.reference && { reference: options.reference }),
  });
  checkDpars(built, family);
  checkResponse(built.response, family);
  const constant = constantResponse(built.response, family);
  const design: Design = constant ? { ...built, warnings: [...built.warnings, ofConstant(constant)] } : built;
  refuseEqualNames(
    built.predictors.flatMap((predictor) =>
      coefficients(predictor).map(({ name, source }) => ({
        name: coefficientDraw(predictorKey(predictor.dpar, predictor), coefficientName(name)),
        source,
      })),
    ),
    "coefficients",
  );
  const categories = countCategories(design.response, family);

  const targets = priorTargets(design, family, categories);
  const scales = designScales(design, family, links);
  const { set, rules } = choosePriors(options.priors);
  const priors = resolvePriors(targets, [
    ...expandSet(typeof set === "string" ? findPriorSet(set) : set, targets, scales, family),
    ...rules,
    ...parsed.fixed.map(fixedRule),
  ]);
  const warnings = [...design.warnings, ...dataWarnings(design, family, links, priors)];
  const priorOnly = options.samplePrior === true;
  if (priorOnly) {
    const improper = improperPriors(priors);
    if (improper.length > 0) throw new PriorError(explainImproper(improper));
  } else if (!priors.some(keepsSpread)) refuseWithoutSpread(design.response, family);
  const model: UndecidedSpec = {
    version: 1,
    design: { ...design, warnings: [...new Set(warnings)] },
    family: {
      name: family.name,
      links: reportedLinks(family, links, design),
      ...(definition && { definition }),
    },
    categories,
    priors,
    priorOnly,
  };
  // The rows are what a backend works on.
  const wanted = options.likelihood ?? (options.backend === "wasm" ? "rows" : "auto");
  const { strategy, likelihood } = chooseEvaluation(model, {
    strategy: options.strategy,
    likelihood: wanted,
  });
  const { coordinates, reason } = chooseCoordinates(model, strategy, likelihood, options.coordinates);
  const spec: ModelSpec = {
    ...model,
    strategy,
    likelihood,
    coordinates,
    ...(reason !== undefined && { coordinatesReason: reason }),
  };
  return options.backend === undefined ? spec : { ...spec, backend: chooseBackend(spec, options.backend) };
}

/** A known residual spread, or one that the prior keeps away from 0. */
function keepsSpread({ target, call, lower }: ResolvedPrior): boolean {
  return target.class === "sigma" && (call.name === "constant" || lower > 0);
}

function ofConstant({ text, rises }: ConstantResponse): string {
  return rises === "mean"
    ? `${text}: the data say only that the mean is near the end of its range, how near is what the prior says`
    : `${text}: it holds no evidence on what the terms of the formula do`;
}

/** Parameters without a formula are estimated on their own scale: their link is reported as identity (brms). */
function reportedLinks(
  family: Family,
  links: Readonly<Record<string, string>>,
  design: Design,
): Record<string, string> {
  const predicted = new Set(design.predictors.map(({ dpar }) => dpar));
  return Object.fromEntries(
    family.dpars.map(({ name }) => [name, predicted.has(name) ? links[name]! : "identity"]),
  );
}

/** A parameter that is held at a value has all its prior mass there. */
function fixedRule({ dpar, value }: FixedParameter): PriorRule {
  return {
    prior: `constant(${value})`,
    class: dpar as PriorRule["class"],
    coef: "",
    group: "",
    dpar: "",
    nlpar: "",
    resp: "",
    source: "user",
  };
}

/** A call is a rule, a word the name of a set. */
const isRuleText = (given: string): boolean => given.includes("(");

function isPriorChoice(given: unknown): boolean {
  return typeof given === "string" || (typeof given === "object" && given !== null);
}

function choosePriors(given: BrmOptions["priors"]): { set: string | PriorSet; rules: PriorRule[] } {
  if (given === undefined) return { set: "brms", rules: [] };
  if (typeof given === "string" && !isRuleText(given)) return { set: given, rules: [] };
  const choice: PriorChoice =
    typeof given === "string" || "prior" in given
      ? { rules: [given] }
      : "length" in given
        ? { rules: given }
        : checkOptions("priors", priorChoice, given);
  const rules = (choice.rules ?? []).map((rule) =>
    typeof rule === "string" ? parsePriorRule(rule) : priorRule(rule),
  );
  return { set: choice.set ?? "brms", rules };
}

function designScales(design: Design, family: Family, links: Readonly<Record<string, string>>): PriorScales {
  const { response, predictors, nobs } = design;
  const offset = predictors[0]!.offset;
  return priorScales({
    response: response.levels === undefined ? response.values : null,
    link: links.mu!,
    logScale: family.logScale === true,
    categorical: family.response.kind !== "numeric",
    ...(offset && { offset }),
    columns: [
      ...predictors.flatMap(({ dpar, population }) =>
        population.names.map((name, k) => ({
          dpar,
          coef: coefficientName(name),
          values: population.columns.subarray(k * nobs, (k + 1) * nobs),
        })),
      ),
      ...placedTerms(design).flatMap((term) => termColumns(term, nobs)),
    ],
  });
}

/** The columns of a term's coefficients that have priors of their own. */
function termColumns({ key, design, parameters, vectors }: PlacedTerm, n: number): ScaleInput["columns"] {
  return vectors.flatMap((vector, k) => {
    const rows = design.rows[k]!;
    if (vector.kind !== "coefficients" || rows.kind !== "dense") return [];
    const block = parameters.find(({ id }) => id === vector.block);
    if (block?.prior.kind !== "elements") return [];
    return block.prior.targets.map(({ coef }, j) => ({
      dpar: key.dpar,
      coef,
      values: rows.columns.subarray(j * n, (j + 1) * n),
    }));
  });
}
