/** Formula and data → everything a linear mixed model is fitted from: design, matrices on whitened rows, layout of θ. */

import { type DataOptions, dataOptions, readData } from "../data/data-options.ts";
import type { Table } from "../data/table.ts";
import { buildDesign, type DesignOptions } from "../design/build.ts";
import { columnWarnings } from "../design/column-warnings.ts";
import type { Design } from "../design/design.ts";
import { contrastsOption } from "../design/factor-coding.ts";
import { nestingWarnings } from "../design/nesting.ts";
import { DataError, DesignError } from "../errors.ts";
import { refuseWithoutSpread } from "../families/constant-response.ts";
import { gaussian } from "../families/gaussian.ts";
import { formatName } from "../formula/format.ts";
import { parseModelFormula } from "../formula/parse-model-formula.ts";
import { sidesOf } from "../formula/split-formulas.ts";
import { type GaussianSystem, gaussianSystem } from "../marginal/gaussian.ts";
import type { GroupBlock } from "../marginal/structure.ts";
import * as Elementary from "../numeric/elementary.ts";
import { flag, type OptionTable, text } from "../options.ts";
import { specialNames } from "../terms/index.ts";
import type { ContrastOptions } from "../terms/memory.ts";
import type { Profiled } from "./criterion.ts";
import { type FixedDesign, fixedDesign } from "./fixed-design.ts";
import { type RandomLayout, randomLayout } from "./random-layout.ts";
import { smoothColumns, withSmoothColumns } from "./smooth-columns.ts";

export interface LinearModelOptions extends DataOptions {
  /** REML (default) or maximum likelihood. */
  readonly reml?: boolean;
  /** Name of a column of precision weights: the residual variance of row i is σ²/wᵢ. As `y | weights(w)` in the formula. */
  readonly weights?: string;
  /** Codings of factors: `{ recipe: "sum" }`, or `{ unordered: "sum", ordered: "poly" }`. */
  readonly contrasts?: ContrastOptions;
  /** Correlation of residuals within groups: `ar(time, group)`, `car(…)`, `cs(group)`, `unstructured(…)`, … */
  readonly correlation?: string;
  /** Residual standard deviation by group or covariate: `ident(group)`, `power(x)`, `exp(x)`, `fixed(x)`, `power(fitted)`. */
  readonly variance?: string;
  /** Name of a column that is added to the linear predictor with coefficient 1. As `offset(x)` in the formula. */
  readonly offset?: string;
}

export const linearModelOptions = {
  reml: flag,
  weights: text,
  ...dataOptions,
  contrasts: contrastsOption,
  correlation: text,
  variance: text,
  offset: text,
} satisfies OptionTable<LinearModelOptions>;

export interface LinearModel {
  readonly design: Design;
  readonly fixed: FixedDesign;
  readonly layout: RandomLayout;
  readonly reml: boolean;
  /** The smooth of each column of smooths that is not penalised. */
  readonly smoothColumns: readonly string[];
  /** Square roots of the weights, when there are any. */
  readonly rootWeights?: Float64Array;
  /** Response less offset, rows as they are. */
  readonly response: Float64Array;
  /** The system of the whitened rows. */
  readonly system: GaussianSystem;
  /** log-determinant of what the rows were whitened with: −Σ log weights, and that of the residual structure. */
  readonly logScale: number;
}

export function linearModel(formula: string, data: unknown, options: LinearModelOptions = {}): LinearModel {
  const table = readData(data, options);
  const design = linearDesign(withOptions(formula, options), table, options);
  return prepare(design, options.reml !== false);
}

/** The options that lme4 users give as arguments are parts of the formula here. */
export function withOptions(formula: string, { weights, offset }: LinearModelOptions): string {
  const [left, right] = sidesOf(formula);
  const bar = left.includes("|") ? " + " : " | ";
  return [
    weights === undefined ? left : `${left}${bar}weights(${formatName(weights)})`,
    offset === undefined ? right : `${right} + offset(${formatName(offset)})`,
  ].join(" ~ ");
}

export function linearDesign(
  formula: string,
  table: Table,
  { contrasts, reference }: Pick<DesignOptions, "contrasts" | "reference"> = {},
): Design {
  const parsed = parseModelFormula(formula, {
    columns: [...table.columns.keys()],
    dpars: [],
    specialNames: specialNames(),
  });
  const design = buildDesign(parsed, table, {
    checkRank: false,
    ...(contrasts && { contrasts }),
    ...(reference && { reference }),
  });
  const { response } = design;
  if (response.levels !== undefined) {
    throw new DataError(
      `${response.name} is not numeric; a linear mixed model needs a numeric response (glmm() takes families for others)`,
    );
  }
  for (const addition of ["trials", "se", "censoring"] as const) {
    if (response[addition] === undefined) continue;
    const name = addition === "censoring" ? "cens" : addition;
    throw new DesignError(`${name}() is not part of a linear mixed model; brm() takes it`);
  }
  checkWeights(design);
  refuseWithoutSpread(response, gaussian);
  checkGroups(design);
  return {
    ...design,
    warnings: [...columnWarnings(design.recipe, table), ...nestingWarnings(design.predictors[0]!, response)],
  };
}

function checkWeights({ response }: Design): void {
  const bad = response.weights?.findIndex((weight) => !(weight > 0)) ?? -1;
  if (bad < 0) return;
  throw new DataError(
    `the weight in row ${response.rowNumbers[bad]} is ${response.weights![bad]}; weights of a linear mixed model are positive`,
  );
}

/** What lme4 checks: a variance needs more than one level, and fewer effects than observations. */
function checkGroups({ predictors, nobs }: Design): void {
  for (const { group, levels, names } of predictors[0]!.groups) {
    if (levels.length < 2) {
      throw new DesignError(
        `the grouping factor ${group} has one level ("${levels[0]}") in the rows used; a variance needs at least two`,
      );
    }
    if (levels.length >= nobs) {
      throw new DesignError(
        `every row is a level of its own of ${group} (${levels.length} levels, ${nobs} rows): its variance and the residual ` +
          "variance cannot be told apart; leave the term out",
      );
    }
    if (levels.length * names.length >= nobs) {
      throw new DesignError(
        `(${names.join(" + ")} | ${group}) has ${levels.length * names.length} effects for ${nobs} rows: its covariance ` +
          "matrix and the residual variance cannot be told apart; give the term fewer coefficients",
      );
    }
  }
}

export function prepare(design: Design, reml: boolean): LinearModel {
  const { nobs: n, response } = design;
  const { population, groups, offset, special } = design.predictors[0]!;
  const smooths = smoothColumns(special, n);
  const fixed = fixedDesign(withSmoothColumns(population, smooths, n), n);
  const p = fixed.names.length;
  if (n <= p) throw new DesignError(`there are ${n} rows for ${p} population-level coefficients`);
  const rootWeights = response.weights?.map(Math.sqrt);
  const layout = randomLayout(groups, n, rootWeights, smooths.penalised);
  const y = offset === undefined ? response.values : response.values.map((value, i) => value - offset[i]!);
  const system = whitenedSystem(n, layout.blocks, fixed.columns, p, y, rootWeights);
  const logScale = response.weights?.reduce((sum, weight) => sum - Elementary.log(weight), 0) ?? 0;
  return {
    design,
    fixed,
    layout,
    reml,
    smoothColumns: smooths.fixed.map(({ smooth }) => smooth),
    response: y,
    system,
    logScale,
    ...(rootWeights && { rootWeights }),
  };
}

export function profiledOf({ system, layout, reml, logScale }: LinearModel): Profiled {
  return { system, layout, reml, logScale };
}

function whitenedSystem(
  n: number,
  blocks: readonly GroupBlock[],
  x: Float64Array,
  p: number,
  y: Float64Array,
  root: Float64Array | undefined,
): GaussianSystem {
  if (root === undefined) return gaussianSystem(n, blocks, x, p, y);
  const scaled = (columns: Float64Array): Float64Array => columns.map((value, i) => value * root[i % n]!);
  return gaussianSystem(
    n,
    blocks.map((block) => ({ ...block, columns: scaled(block.columns) })),
    scaled(x),
    p,
    scaled(y),
  );
}
