/** Generalised linear mixed models by maximum likelihood: Laplace's approximation or adaptive quadrature. */
import { type DataOptions, dataOptions, readData } from "../../data/data-options.ts";
import { buildDesign } from "../../design/build.ts";
import { columnWarnings } from "../../design/column-warnings.ts";
import type { Design, ResponseDesign } from "../../design/design.ts";
import { nestingWarnings } from "../../design/nesting.ts";
import { DataError, DesignError, SamplingError, SettingsError } from "../../errors.ts";
import {
  checkDpars,
  chooseFamily,
  type FamilyChoiceOptions,
  familyOptions,
} from "../../families/choose-family.ts";
import { constantResponse, refuseWithoutSpread } from "../../families/constant-response.ts";
import type { Family } from "../../families/family.ts";
import { checkResponse, countCategories, packResponse } from "../../families/response-data.ts";
import { parseModelFormula } from "../../formula/parse-model-formula.ts";
import { splitFormulas } from "../../formula/split-formulas.ts";
import { positiveInverse } from "../../linalg/small-matrices.ts";
import { blockedMatrix } from "../../marginal/cross-products.ts";
import { emptyFactor } from "../../marginal/factor.ts";
import { makeStructure } from "../../marginal/structure.ts";
import * as Elementary from "../../numeric/elementary.ts";
import { anything, checkOptions, type OptionTable } from "../../options.ts";
import { specialNames } from "../../terms/index.ts";
import { residualShare } from "../exact-fit.ts";
import { type LinearModelOptions, linearModelOptions, withOptions } from "../linear-model.ts";
import { largest, type Minimum, minimise, type Objective } from "../minimise.ts";
import { hessianByDifferences } from "../newton.ts";
import { randomLayout } from "../random-layout.ts";
import { smoothColumns } from "../smooth-columns.ts";
import { components } from "./components.ts";
import type { GlmmFit } from "./glmm-fit.ts";
import type { GlmmModel, GlmmOptimum } from "./glmm-model.ts";
import { laplace, laplaceProblem } from "./laplace.ts";
import { hermiteRule, quadrature } from "./quadrature.ts";
import { glmmResult } from "./result.ts";
import { rowModel } from "./rows.ts";
import { startingParameters } from "./start.ts";
import { workingScale } from "./working-scale.ts";

export interface GlmmOptions
  extends FamilyChoiceOptions,
    Pick<LinearModelOptions, "weights" | "offset" | "contrasts">,
    DataOptions {
  /** Quadrature points per level: 1 (default) is Laplace's approximation; more need one scalar group-level term. */
  readonly nodes?: number;
}

const { weights, offset, contrasts } = linearModelOptions;
const glmmOptions = {
  ...familyOptions,
  ...dataOptions,
  weights,
  offset,
  contrasts,
  nodes: anything,
} satisfies OptionTable<GlmmOptions>;

/**
 * Fits a generalised linear mixed model by maximising Laplace's approximation of the likelihood jointly over covariance
 * parameters, coefficients and dispersion, or adaptive Gauss–Hermite quadrature (`nodes` > 1).
 * @param formula as for brm(), with further parameters after semicolons: `count ~ x + (1 | g); zi ~ x`.
 * @throws FormulaError, DataError, DesignError, FamilyError or SettingsError naming what does not fit.
 */
export function glmm(formula: string, data: unknown, options: GlmmOptions = {}): GlmmFit {
  options = checkOptions("glmm()", glmmOptions, options);
  const model = glmmModel(formula, data, options);
  const nodes = options.nodes ?? 1;
  checkNodes(nodes, model);
  refuseExactly(model);
  return glmmResult(model, optimise(model, nodes), nodes);
}

export function glmmModel(formula: string, data: unknown, options: GlmmOptions): GlmmModel {
  const { family, links } = chooseFamily(options);
  const table = readData(data, options);
  const [mu, ...rest] = splitFormulas(formula);
  const parsed = parseModelFormula([withOptions(mu!, options), ...rest].join(";"), {
    columns: [...table.columns.keys()],
    dpars: family.dpars.map(({ name }) => name),
    specialNames: specialNames(),
  });
  if (parsed.fixed.length > 0) {
    throw new DesignError(
      `${parsed.fixed[0]!.dpar} = … is not part of glmm(); brm() holds parameters at values`,
    );
  }
  const design = buildDesign(parsed, table, {
    checkRank: false,
    ...(options.contrasts && { contrasts: options.contrasts }),
    ...(options.reference && { reference: options.reference }),
  });
  checkDpars(design, family);
  checkResponse(design.response, family);
  refuseWithoutMaximum(design.response, family);
  if (design.response.censoring !== undefined || design.response.se !== undefined) {
    throw new DesignError("cens() and se() are not part of glmm(); brm() takes them");
  }
  for (const { group, levels } of design.predictors[0]!.groups) {
    if (levels.length < 2) {
      throw new DesignError(
        `the grouping factor ${group} has one level ("${levels[0]}") in the rows used; a variance needs at least two`,
      );
    }
  }
  return prepareGlmm(
    {
      ...design,
      warnings: [
        ...columnWarnings(design.recipe, table),
        ...nestingWarnings(design.predictors[0]!, design.response),
      ],
    },
    family,
    links,
  );
}

/** @throws DataError for responses for which no maximum of the likelihood exists. */
function refuseWithoutMaximum(response: ResponseDesign, family: Family): void {
  refuseWithoutSpread(response, family);
  const constant = constantResponse(response, family);
  if (constant?.rises !== "mean") return;
  throw new DataError(
    `${constant.text}: the likelihood rises as the mean runs to the end of its range, so that no estimate exists; brm() takes priors`,
  );
}

/** Families whose residual spread is a parameter, and the scale on which it is one. */
const SPREAD: Readonly<Record<string, (y: number) => number>> = {
  gaussian: (y) => y,
  student: (y) => y,
  skew_normal: (y) => y,
  exgaussian: (y) => y,
  lognormal: Elementary.log,
  Gamma: Elementary.log,
  weibull: Elementary.log,
  "inverse.gaussian": Elementary.log,
  beta: (y) => Elementary.log(y / (1 - y)),
};

/** @throws SamplingError where coefficients and effects leave nothing of the response. */
function refuseExactly({ design, family, layout, components: own }: GlmmModel): void {
  const scale = Object.hasOwn(SPREAD, family.name) ? SPREAD[family.name] : undefined;
  const effects = layout.blocks.reduce((sum, { levels, size }) => sum + levels * size, 0);
  const [mu] = own.all;
  if (scale === undefined || effects + mu!.names.length >= design.nobs) return;
  const share = residualShare(layout, mu!.columns!, mu!.names.length, design.response.values.map(scale));
  if (share > LEAST_SHARE) return;
  throw new SamplingError(
    `the model fits the response all but exactly: what varies within the levels of ${layout.terms.map(({ group }) => group).join(", ")} ` +
      `is ${share.toExponential(0)} of the whole, and the likelihood rises as the residual spread goes to 0; use fewer terms`,
  );
}

/** Curvatures are ratios of squares, of which differences leave few digits below this. */
const LEAST_SHARE = 1e-5;

export function prepareGlmm(
  design: Design,
  family: Family,
  links: Readonly<Record<string, string>>,
): GlmmModel {
  const categories = countCategories(design.response, family);
  const own = components(design, family, links, categories);
  const [{ groups, special }] = design.predictors as [Design["predictors"][number]];
  const { penalised } = smoothColumns(special, design.nobs);
  const layout = randomLayout(groups, design.nobs, undefined, penalised);
  const rows = rowModel({
    ...{ components: own, family, links, categories, weights: design.response.weights },
    response: packResponse(design.response, family),
  });
  const structure = makeStructure(design.nobs, layout.blocks, 0);
  const problem = laplaceProblem(
    { structure, a: blockedMatrix(structure), factor: emptyFactor(structure), rows, passes: 0 },
    layout,
  );
  const scale = workingScale(layout, own, design.nobs);
  return { design, family, links, categories, components: own, layout, rows, problem, scale };
}

function checkNodes(nodes: number, { layout }: GlmmModel): void {
  if (!Number.isInteger(nodes) || nodes < 1 || nodes > 200) {
    throw new SettingsError(`nodes is a whole number from 1 to 200, not ${nodes}`);
  }
  if (
    nodes > 1 &&
    (layout.terms.length !== 1 ||
      layout.terms[0]!.names.length !== 1 ||
      layout.terms[0]!.shared !== undefined)
  ) {
    throw new SettingsError(
      "quadrature (nodes > 1) is for models with one scalar group-level term, such as (1 | g); use Laplace (nodes: 1)",
    );
  }
}

const TOLERANCE = 1e-6;

/** Passes over the rows after which a search is given up; a fit takes some thousand. */
const MOST_PASSES = 15_000;

function optimise(model: GlmmModel, nodes: number): GlmmOptimum {
  const { layout, rows, family, links, categories, problem, scale } = model;
  const k = layout.theta.length;
  problem.passes = 0;
  const objective: Objective = (working, gradient) => {
    if (problem.passes > MOST_PASSES) return Infinity;
    const value = laplace(problem, scale.toParameters(working), gradient);
    scale.gradient(gradient);
    return value;
  };
  const start = scale.fromParameters(startingParameters(rows, layout, family, links, categories));
  // Without group-level effects first: the coefficients come near at little cost.
  const thetaStart = start.slice(0, k);
  start.fill(0, 0, k);
  const fixedOnly = minimise(
    (working, gradient) => {
      const value = objective(working, gradient);
      gradient.fill(0, 0, k);
      return value;
    },
    start,
    { gradientTolerance: 1e-2 * Math.sqrt(rows.n), maxIterations: 50 },
  );
  if (!(fixedOnly.value < Infinity)) {
    throw new SamplingError(
      "the likelihood is 0 at the starting values: check that the response suits the family and the link",
    );
  }
  const begin = fixedOnly.x.slice();
  begin.set(thetaStart);
  const gradientTolerance = TOLERANCE * Math.max(1, rows.n / 1e5);
  let evaluations = fixedOnly.evaluations;
  const search = (f: Objective, from: Float64Array, tolerance: number): Minimum => {
    const found = minimise(f, from, { gradientTolerance: tolerance, firstStep: 0.2 });
    evaluations += found.evaluations;
    return found;
  };
  let found = search(objective, begin, gradientTolerance);
  let final = objective;
  if (nodes > 1) {
    const rule = hermiteRule(nodes);
    final = (working, gradient) => {
      const value = quadrature(problem, rule, scale.toParameters(working), gradient);
      scale.gradient(gradient);
      return value;
    };
    found = search(final, found.x, gradientTolerance);
  }
  const hessian = hessianByDifferences(final, found.x);
  const inverse = positiveInverse(hessian, scale.size);
  const polished = inverse === undefined ? undefined : newtonStep(final, found, inverse);
  const { x, value, gradient } = polished ?? found;
  const steepest = largest(gradient);
  return {
    parameters: scale.toParameters(x),
    covariance: inverse && scale.covariance(inverse.map((element) => 2 * element)),
    value,
    gradient: steepest,
    evaluations,
    converged: steepest <= 1e-3 * Math.max(1, rows.n / 1e4),
  };
}

/** One step with the Hessian at hand, kept when it lowers the gradient. */
function newtonStep(
  f: Objective,
  { x, value, gradient }: Minimum,
  inverse: Float64Array,
): Pick<Minimum, "x" | "value" | "gradient"> | undefined {
  const n = x.length;
  const moved = x.map((xi, i) => {
    let step = 0;
    for (let j = 0; j < n; j++) step += inverse[i * n + j]! * gradient[j]!;
    return xi - step;
  });
  const at = new Float64Array(n);
  const reached = f(moved, at);
  const better = reached <= value + 1e-9 * Math.abs(value) && largest(at) < largest(gradient);
  return better ? { x: moved, value: reached, gradient: at } : undefined;
}
