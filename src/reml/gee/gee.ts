/**
 * Generalised estimating equations (Liang & Zeger 1986, Biometrika 73(1)): population-averaged coefficients whose sandwich
 * covariance holds whatever the correlation within clusters. Scale and correlation are moment estimators without a correction for
 * degrees of freedom, as in geepack (Højsgaard, Halekoh & Yan 2006, J. Stat. Softw. 15(2)).
 */
import { type DataOptions, dataOptions, readData } from "../../data/data-options.ts";
import type { Table } from "../../data/table.ts";
import { buildDesign } from "../../design/build.ts";
import type { Design } from "../../design/design.ts";
import { DesignError, FamilyError, FormulaError, SamplingError, SettingsError } from "../../errors.ts";
import { chooseFamily, type FamilyChoiceOptions, familyOptions } from "../../families/choose-family.ts";
import type { Family } from "../../families/family.ts";
import { findLink } from "../../families/links.ts";
import { checkResponse } from "../../families/response-data.ts";
import { parseModelFormula } from "../../formula/parse-model-formula.ts";
import { positiveInverse } from "../../linalg/small-matrices.ts";
import { checkOptions, type OptionTable, oneOf, text } from "../../options.ts";
import { residualData } from "../../residuals/residual-data.ts";
import { fixedDesign } from "../fixed-design.ts";
import { type LinearModelOptions, linearModelOptions, withOptions } from "../linear-model.ts";
import type { GeeFit, WorkingCorrelation } from "./gee-fit.ts";
import { independent, type MomentCorrelation, momentCorrelation } from "./moment-correlation.ts";

export interface GeeOptions
  extends FamilyChoiceOptions,
    Pick<LinearModelOptions, "weights" | "offset" | "contrasts" | keyof DataOptions> {
  /** Column of the clusters. */
  readonly groups: string;
  /** Working correlation within clusters; default independence. */
  readonly correlation?: WorkingCorrelation;
  /** Column of the time within clusters: for ar1 (whole steps) and unstructured. Without it ar1 takes rows as they come. */
  readonly time?: string;
}

const geeOptions = {
  ...familyOptions,
  ...dataOptions,
  weights: text,
  offset: text,
  contrasts: linearModelOptions.contrasts,
  groups: text,
  correlation: oneOf("independence", "exchangeable", "ar1", "unstructured"),
  time: text,
} satisfies OptionTable<GeeOptions>;

/** V(μ) of the families of generalised linear models. */
const varianceFunctions: Readonly<Record<string, (mu: number) => number>> = {
  gaussian: () => 1,
  bernoulli: (mu) => mu * (1 - mu),
  binomial: (mu) => mu * (1 - mu),
  poisson: (mu) => mu,
  Gamma: (mu) => mu * mu,
  "inverse.gaussian": (mu) => mu ** 3,
};

const MOST_ITERATIONS = 200;
const TOLERANCE = 1e-10;

/**
 * @param formula population-level terms alone: `outcome ~ treatment * visit`.
 * @throws FormulaError, DataError, DesignError, FamilyError or SettingsError naming what does not fit; SamplingError when the
 * equations have no solution.
 */
export function gee(formula: string, data: unknown, options: GeeOptions): GeeFit {
  options = checkOptions("gee()", geeOptions, options);
  const { family, links } = chooseFamily(options);
  const variance = varianceFunctions[family.name];
  if (variance === undefined) {
    throw new FamilyError(
      `estimating equations are for ${Object.keys(varianceFunctions).join(", ")}, not ${family.name}`,
    );
  }
  const table = readData(data, options);
  const design = geeDesign(formula, table, options, family);
  const clusters = clustersOf(options, table, design);
  const problem = geeProblem(design, family, links.mu!, variance);
  const correlation =
    clusters.correlation === undefined ? independent : momentCorrelation(clusters.correlation);
  const solution = solve(problem, correlation);
  const { covariance, naive } = sandwich(problem, solution, correlation, clusters.codes, clusters.count);
  return {
    kind: "gee",
    formula: design.formula,
    family: { name: family.name, link: links.mu! },
    design,
    nobs: design.nobs,
    clusters: { group: options.groups, count: clusters.count, largest: clusters.largest },
    correlation: {
      kind: options.correlation ?? "independence",
      parameters: correlation.natural(solution.alpha),
    },
    scale: solution.scale,
    fixed: { names: problem.names, estimates: solution.beta, covariance },
    naiveCovariance: naive,
    converged: solution.converged,
    iterations: solution.iterations,
    fitted: solution.mu,
    warnings: [
      ...design.warnings,
      ...(solution.converged
        ? []
        : ["not converged: estimates still change; try another working correlation"]),
      ...(clusters.count < 20
        ? [
            `there are ${clusters.count} clusters: sandwich standard errors are too small with so few (fewer than 20)`,
          ]
        : []),
    ],
  };
}

interface Problem {
  readonly n: number;
  readonly p: number;
  readonly names: readonly string[];
  readonly x: Float64Array;
  /** Proportions for binomial responses. */
  readonly y: Float64Array;
  readonly weights: Float64Array | undefined;
  readonly offset: Float64Array | undefined;
  readonly link: ReturnType<typeof findLink>;
  variance(mu: number): number;
}

interface Solution {
  readonly beta: Float64Array;
  readonly mu: Float64Array;
  readonly scale: number;
  readonly alpha: Float64Array;
  readonly converged: boolean;
  readonly iterations: number;
}

function geeDesign(formula: string, table: Table, options: GeeOptions, family: Family): Design {
  const parsed = parseModelFormula(withOptions(formula, options), {
    columns: [...table.columns.keys()],
    dpars: [],
    specialNames: new Set(),
  });
  if (parsed.parts[0]!.terms.groups.length > 0) {
    throw new FormulaError(
      "estimating equations have no group-level terms: clusters are given by `groups`; glmm() takes ( | ) terms",
      formula,
      formula.indexOf("|"),
    );
  }
  const design = buildDesign(parsed, table, {
    ...(options.contrasts && { contrasts: options.contrasts }),
    ...(options.reference && { reference: options.reference }),
  });
  checkResponse(design.response, family);
  if (design.response.censoring !== undefined || design.response.se !== undefined) {
    throw new DesignError("cens() and se() are not part of gee(); brm() takes them");
  }
  return design;
}

const quoted = (name: string): string => `\`${name}\``;

function clustersOf(
  { groups, time, correlation = "independence" }: GeeOptions,
  table: Table,
  { response, nobs }: Design,
) {
  if (typeof groups !== "string") {
    throw new SettingsError('gee() needs the column of the clusters: { groups: "Subject" }');
  }
  const order = time === undefined ? "" : `${quoted(time)}, `;
  const texts: Record<WorkingCorrelation, string | undefined> = {
    independence: undefined,
    exchangeable: `cs(${quoted(groups)})`,
    ar1: `ar(${order}${quoted(groups)})`,
    unstructured: time === undefined ? undefined : `unstructured(${order}${quoted(groups)})`,
  };
  if (correlation === "unstructured" && time === undefined) {
    throw new SettingsError('an unstructured correlation is between times: { time: "visit" }');
  }
  const text = texts[correlation];
  const structure =
    text === undefined ? undefined : residualData({ correlation: text }, table, response.rowNumbers);
  // The clusters themselves come from the same reader.
  const { codes } = residualData({ variance: `ident(${quoted(groups)})` }, table, response.rowNumbers)
    .variances[0]!;
  const count = codes.reduce((most, code) => Math.max(most, code), -1) + 1;
  const sizes = new Int32Array(count);
  for (let i = 0; i < nobs; i++) sizes[codes[i]!]!++;
  return {
    codes,
    count,
    largest: sizes.reduce((a, b) => Math.max(a, b), 0),
    correlation: structure?.correlation,
  };
}

function geeProblem(
  { response, predictors, nobs }: Design,
  family: Family,
  linkName: string,
  variance: (mu: number) => number,
): Problem {
  const { population, offset } = predictors[0]!;
  const fixed = fixedDesign(population, nobs);
  const { trials, values, weights } = response;
  return {
    n: nobs,
    p: fixed.names.length,
    names: fixed.names,
    x: fixed.columns,
    y: trials === undefined ? values : values.map((value, i) => value / trials[i]!),
    weights: trials === undefined ? weights : trials.map((value, i) => value * (weights?.[i] ?? 1)),
    offset,
    link: findLink(linkName),
    variance: family.name === "gaussian" ? () => 1 : variance,
  };
}

interface Working {
  readonly mu: Float64Array;
  /** √w·(y − μ)/√V(μ). */
  readonly pearson: Float64Array;
  /** Rows of √w·(∂μ/∂η)/√V(μ)·X, then the Pearson residuals: column-major, n × (p + 1). */
  readonly columns: Float64Array;
}

function workingAt({ n, p, x, y, weights, offset, link, variance }: Problem, beta: Float64Array): Working {
  const mu = new Float64Array(n);
  const pearson = new Float64Array(n);
  const columns = new Float64Array(n * (p + 1));
  for (let i = 0; i < n; i++) {
    let eta = offset?.[i] ?? 0;
    for (let j = 0; j < p; j++) eta += x[j * n + i]! * beta[j]!;
    mu[i] = link.inverse(eta);
    const root = Math.sqrt((weights?.[i] ?? 1) / variance(mu[i]!));
    pearson[i] = root * (y[i]! - mu[i]!);
    const slope = root * link.derivative(eta);
    for (let j = 0; j < p; j++) columns[j * n + i] = slope * x[j * n + i]!;
    columns[p * n + i] = pearson[i]!;
  }
  return { mu, pearson, columns };
}

function solve(problem: Problem, correlation: MomentCorrelation): Solution {
  const { n, p } = problem;
  let beta = startingCoefficients(problem);
  let alpha = correlation.none();
  for (let iteration = 1; ; iteration++) {
    const working = workingAt(problem, beta);
    const scale = working.pearson.reduce((sum, r) => sum + r * r, 0) / n;
    if (!Number.isFinite(scale)) {
      throw new SamplingError(
        "the means leave the domain of the family: choose another link, or check the response",
      );
    }
    // The coefficients under independence first: their residuals tell of the correlation.
    if (iteration > 1) alpha = correlation.estimate(working.pearson, scale, alpha);
    const { columns } = working;
    if (Number.isNaN(correlation.whiten(alpha, columns, p + 1))) {
      throw new SamplingError(
        `the estimated correlations (${correlation
          .natural(alpha)
          .map(({ name, value }) => `${name} = ${value.toFixed(3)}`)
          .join(", ")}) are not those of a distribution; use a simpler working correlation`,
      );
    }
    const { gram, score } = normalEquations(columns, n, p);
    const inverse = positiveInverse(gram, p);
    if (inverse === undefined)
      throw new SamplingError(
        "the coefficients are not determined by the data: some may be infinite (separation)",
      );
    const step = Float64Array.from({ length: p }, (_, i) => {
      let sum = 0;
      for (let j = 0; j < p; j++) sum += inverse[i * p + j]! * score[j]!;
      return sum;
    });
    const change = step.reduce(
      (most, value, j) => Math.max(most, Math.abs(value) / (Math.abs(beta[j]!) + 1e-3)),
      0,
    );
    beta = beta.map((value, j) => value + step[j]!);
    if ((change < TOLERANCE && iteration > 2) || iteration === MOST_ITERATIONS) {
      const last = workingAt(problem, beta);
      const finalScale = last.pearson.reduce((sum, r) => sum + r * r, 0) / n;
      return {
        beta,
        mu: last.mu,
        scale: finalScale,
        alpha: correlation.estimate(last.pearson, finalScale, alpha),
        converged: change < 1e-6,
        iterations: iteration,
      };
    }
  }
}

/** One step of least squares from means halfway between the response and its average. */
function startingCoefficients(problem: Problem): Float64Array {
  const { n, p, x, y, weights, offset, link, variance } = problem;
  const centre = y.reduce((sum, value) => sum + value, 0) / n;
  const columns = new Float64Array(n * (p + 1));
  for (let i = 0; i < n; i++) {
    const mu = (y[i]! + centre) / 2;
    const eta = link.link(mu);
    const slope = link.derivative(eta);
    const root = Math.sqrt((weights?.[i] ?? 1) / variance(mu)) * slope;
    const usable = Number.isFinite(eta) && Number.isFinite(root);
    for (let j = 0; j < p; j++) columns[j * n + i] = usable ? root * x[j * n + i]! : 0;
    columns[p * n + i] = usable ? root * (eta - (offset?.[i] ?? 0) + (y[i]! - mu) / slope) : 0;
  }
  const { gram, score } = normalEquations(columns, n, p);
  const inverse = positiveInverse(gram, p);
  if (inverse === undefined) return new Float64Array(p);
  return Float64Array.from({ length: p }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < p; j++) sum += inverse[i * p + j]! * score[j]!;
    return sum;
  });
}

function normalEquations(columns: Float64Array, n: number, p: number) {
  const gram = new Float64Array(p * p);
  const score = new Float64Array(p);
  for (let a = 0; a < p; a++) {
    for (let b = 0; b <= p; b++) {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += columns[a * n + i]! * columns[b * n + i]!;
      if (b < p) gram[a * p + b] = sum;
      else score[a] = sum;
    }
  }
  return { gram, score };
}

/** (Σ DᵀV⁻¹D)⁻¹·Σ uuᵀ·(Σ DᵀV⁻¹D)⁻¹ with u the score of a cluster; and φ·(Σ DᵀV⁻¹D)⁻¹ on the scale of V without φ. */
function sandwich(
  problem: Problem,
  { beta, alpha, scale }: Solution,
  correlation: MomentCorrelation,
  codes: Int32Array,
  clusters: number,
) {
  const { n, p } = problem;
  const { columns } = workingAt(problem, beta);
  correlation.whiten(alpha, columns, p + 1);
  const bread = positiveInverse(normalEquations(columns, n, p).gram, p)!;
  const scores = new Float64Array(clusters * p);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < p; j++) scores[codes[i]! * p + j]! += columns[j * n + i]! * columns[p * n + i]!;
  }
  const meat = new Float64Array(p * p);
  for (let g = 0; g < clusters; g++) {
    for (let a = 0; a < p; a++) {
      for (let b = 0; b < p; b++) meat[a * p + b]! += scores[g * p + a]! * scores[g * p + b]!;
    }
  }
  return {
    covariance: symmetricProduct(bread, meat, p),
    naive: bread.map((value) => value * scale),
  };
}

/** B·M·B for symmetric matrices. */
export function symmetricProduct(b: Float64Array, m: Float64Array, p: number): Float64Array {
  const half = new Float64Array(p * p);
  const out = new Float64Array(p * p);
  for (let i = 0; i < p; i++) {
    for (let k = 0; k < p; k++) for (let j = 0; j < p; j++) half[i * p + j]! += b[i * p + k]! * m[k * p + j]!;
  }
  for (let i = 0; i < p; i++) {
    for (let k = 0; k < p; k++)
      for (let j = 0; j < p; j++) out[i * p + j]! += half[i * p + k]! * b[k * p + j]!;
  }
  return out;
}
