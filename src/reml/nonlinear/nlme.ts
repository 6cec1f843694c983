/**
 * Nonlinear mixed models by the linearisation algorithm of Lindstrom & Bates (1990, Biometrics 46:673): a penalised nonlinear
 * least-squares step for coefficients and effects at given variances, then a linear mixed model for the response linearised
 * there, until the two agree.
 */

import { toTable } from "../../data/from-input.ts";
import type { Table } from "../../data/table.ts";
import { buildDesign } from "../../design/build.ts";
import type { GroupDesign } from "../../design/design.ts";
import { DataError, DesignError, SamplingError, SettingsError } from "../../errors.ts";
import { variables } from "../../formula/ast.ts";
import { parseModelFormula } from "../../formula/parse-model-formula.ts";
import { sidesOf } from "../../formula/split-formulas.ts";
import {
  evaluate,
  gaussianSystem,
  inverseBlocks,
  type Solution,
  solve,
  unscaledCovariance,
} from "../../marginal/gaussian.ts";
import * as Elementary from "../../numeric/elementary.ts";
import {
  anything,
  checkOptions,
  either,
  flag,
  type OptionTable,
  positive,
  text,
  texts,
} from "../../options.ts";
import type { Profiled } from "../criterion.ts";
import { residualRows } from "../criterion.ts";
import { fixedDesign } from "../fixed-design.ts";
import { aic, bic } from "../information-criteria.ts";
import { optimiseTheta } from "../optimise-theta.ts";
import { randomLayout, relativeFactors } from "../random-layout.ts";
import { randomTerms } from "../random-terms.ts";
import { type MeanFunction, meanFunction } from "./mean-function.ts";
import type { NlmeFit } from "./nonlinear-fit.ts";
import { type NonlinearSpecification, specification } from "./specification.ts";

export interface NlmeOptions {
  /** `"Asym + R0 + lrc ~ 1"`, or several such formulas. */
  readonly fixed: string | readonly string[];
  /** `"Asym + lrc ~ 1 | Seed"`; `||` for independent effects. */
  readonly random: string;
  /** Independent random effects (nlme's pdDiag). */
  readonly diagonal?: boolean;
  /** Starting values by coefficient (`Asym`, or `Asym.(Intercept)`, `Asym.Year1989`); absent for self-starting curves. */
  readonly start?: Readonly<Record<string, number>> | readonly number[];
  /** Default false, as nlme. */
  readonly reml?: boolean;
  /** Relative change of the parameters at which the alternation stops; default 1e-8. */
  readonly tolerance?: number;
}

const nlmeOptions = {
  fixed: either("a formula of parameters, or a list of such", text, texts),
  random: text,
  diagonal: flag,
  start: anything,
  reml: flag,
  tolerance: positive,
} satisfies OptionTable<NlmeOptions>;

/** @throws FormulaError, DataError, DesignError or SettingsError naming what does not fit; SamplingError without a start. */
export function nlme(formula: string, data: unknown, options: NlmeOptions): NlmeFit {
  options = checkOptions("nlme()", nlmeOptions, options);
  const problem = nonlinearProblem(formula, toTable(data), options);
  return alternate(problem, options);
}

interface Problem {
  readonly specification: NonlinearSpecification;
  readonly rows: number;
  readonly dropped: number;
  readonly y: Float64Array;
  readonly mean: MeanFunction;
  /** Design of each parameter: rows × width. */
  readonly designs: readonly { readonly names: readonly string[]; readonly columns: Float64Array }[];
  readonly names: readonly string[];
  readonly group: GroupDesign;
  /** Positions of the random parameters among all. */
  readonly randomAt: readonly number[];
  readonly start: Float64Array;
}

function nonlinearProblem(formula: string, table: Table, options: NlmeOptions): Problem {
  const own = specification(formula, options.fixed, options.random, options.diagonal === true);
  const parameterNames = own.parameters.map(({ name }) => name);
  const columnsUsed = variables(own.mean).filter(
    (name) => table.columns.has(name) && !parameterNames.includes(name),
  );
  // One ordinary design per parameter; covariates of the curve ride along so that rows complete for all are used.
  const extra = columnsUsed.map((name) => ` + \`${name}\``).join("");
  const response = sidesOf(formula)[0];
  const all = own.parameters.map(({ formula: right }) => right).join(" + ");
  const design = (right: string) =>
    buildDesign(
      parseModelFormula(`${response} ~ ${right} + (1 | \`${own.random.group}\`)`, {
        dpars: [],
        specialNames: new Set(),
      }),
      complete,
      { checkRank: false },
    );
  const whole = buildDesign(
    parseModelFormula(`${response} ~ ${all}${extra} + (1 | \`${own.random.group}\`)`, {
      dpars: [],
      specialNames: new Set(),
    }),
    table,
    { checkRank: false },
  );
  const complete = takeUsed(table, whole.response.rowNumbers);
  const rows = whole.nobs;
  const designs = own.parameters.map(({ formula: right }) =>
    fixedDesign(design(right).predictors[0]!.population, rows),
  );
  const names = own.parameters.flatMap(({ name }, k) => {
    const { names: columns } = designs[k]!;
    const plain = columns.length === 1 && columns[0] === "(Intercept)";
    return columns.map((column) =>
      plain && own.parameters.every(({ formula: f }) => f === "1") ? name : `${name}.${column}`,
    );
  });
  const numeric = new Map<string, Float64Array>();
  for (const name of columnsUsed) {
    const column = complete.columns.get(name)!;
    if (column.kind !== "numeric")
      throw new DataError(`"${name}" holds text; a nonlinear expression needs numbers`);
    numeric.set(name, column.values);
  }
  const group = whole.predictors[0]!.groups[0]!;
  if (group.levels.length < 2)
    throw new DesignError(`the grouping factor ${group.group} has one level; a variance needs two`);
  const mean = meanFunction(own.mean, own.source, parameterNames, numeric, rows);
  const problem = {
    specification: own,
    rows,
    dropped: whole.dropped.count,
    y: whole.response.values,
    mean,
    designs,
    names,
    group,
    randomAt: own.random.names.map((name) => parameterNames.indexOf(name)),
  };
  return { ...problem, start: startingValues(problem, options, numeric) };
}

/** The rows of the table that the model uses. */
function takeUsed(table: Table, rowNumbers: Int32Array): Table {
  const columns = new Map(
    [...table.columns].map(([name, column]) => {
      const pick = <A extends Float64Array | Int8Array | Int32Array>(values: A): A =>
        (values.constructor as unknown as { from(a: Int32Array, f: (row: number) => number): A }).from(
          rowNumbers,
          (row) => values[row - 1]!,
        );
      return [
        name,
        column.kind === "factor"
          ? { ...column, codes: pick(column.codes) }
          : { ...column, values: pick(column.values) },
      ] as [string, typeof column];
    }),
  );
  return { rows: rowNumbers.length, columns };
}

function startingValues(
  problem: Omit<Problem, "start">,
  { start }: NlmeOptions,
  numeric: ReadonlyMap<string, Float64Array>,
): Float64Array {
  const { names, designs, specification: own } = problem;
  if (start !== undefined) {
    const given =
      "length" in start
        ? Array.from(start as readonly number[])
        : names.map((name) => startOf(start as Readonly<Record<string, number>>, name, names));
    if (given.length !== names.length || given.some((value) => !Number.isFinite(value))) {
      throw new SettingsError(`start needs a number for each of ${names.join(", ")}`);
    }
    return Float64Array.from(given);
  }
  const { selfStart } = own;
  if (selfStart === undefined) {
    throw new SettingsError(
      `start is needed: give a value for each of ${names.join(", ")} (self-starting curves find their own)`,
    );
  }
  const rough = selfStart.curve.start(
    selfStart.covariates.map((name) => numeric.get(name)!),
    problem.y,
  );
  const byParameter = new Map(selfStart.parameters.map((name, k) => [name, rough[k]!]));
  const values = own.parameters.flatMap(({ name }, k) =>
    designs[k]!.names.map((column) => (column === "(Intercept)" ? byParameter.get(name)! : 0)),
  );
  return pooled({ ...problem, start: Float64Array.from(values) });
}

function startOf(start: Readonly<Record<string, number>>, name: string, names: readonly string[]): number {
  const short = name.split(".")[0]!;
  const value = start[name] ?? (name.endsWith(".(Intercept)") ? start[short] : undefined);
  if (value !== undefined) return value;
  if (name in start || names.some((other) => other === name && name.includes("."))) return 0;
  throw new SettingsError(`start has no value for ${name}; it needs ${names.join(", ")}`);
}

/** Coefficients and effects → parameters of every row (rows × parameters, column-major). */
function rowParameters(problem: Problem, beta: Float64Array, b: Float64Array): Float64Array {
  const { rows, designs, group, randomAt } = problem;
  const phi = new Float64Array(rows * designs.length);
  let at = 0;
  designs.forEach(({ names, columns }, k) => {
    names.forEach((_, j) => {
      for (let i = 0; i < rows; i++) phi[k * rows + i]! += beta[at]! * columns[j * rows + i]!;
      at++;
    });
  });
  const width = randomAt.length;
  randomAt.forEach((k, j) => {
    for (let i = 0; i < rows; i++) phi[k * rows + i]! += b[group.index[i]! * width + j]!;
  });
  return phi;
}

interface Linearised {
  readonly value: Float64Array;
  readonly x: Float64Array;
  readonly z: Float64Array;
  /** y − f + Xβ + Zb. */
  readonly working: Float64Array;
}

function linearise(problem: Problem, beta: Float64Array, b: Float64Array): Linearised {
  const { rows, designs, group, randomAt, mean, y, names } = problem;
  const value = new Float64Array(rows);
  const slopes = new Float64Array(rows * designs.length);
  mean.evaluate(rowParameters(problem, beta, b), value, slopes);
  const x = new Float64Array(rows * names.length);
  let at = 0;
  designs.forEach(({ names: own, columns }, k) => {
    own.forEach((_, j) => {
      for (let i = 0; i < rows; i++) x[at * rows + i] = slopes[k * rows + i]! * columns[j * rows + i]!;
      at++;
    });
  });
  const z = new Float64Array(rows * randomAt.length);
  randomAt.forEach((k, j) => {
    z.set(slopes.subarray(k * rows, (k + 1) * rows), j * rows);
  });
  const working = y.map((observed, i) => {
    let linear = observed - value[i]!;
    for (let j = 0; j < beta.length; j++) linear += x[j * rows + i]! * beta[j]!;
    for (let j = 0; j < randomAt.length; j++) {
      linear += z[j * rows + i]! * b[group.index[i]! * randomAt.length + j]!;
    }
    return linear;
  });
  return { value, x, z, working };
}

/** The linear mixed model of the linearised response. */
function linearModelOf(problem: Problem, { x, z, working }: Linearised, reml: boolean): Profiled {
  const { rows, group, names, specification: own } = problem;
  const term: GroupDesign = {
    ...group,
    correlated: own.random.correlated,
    names: own.random.names,
    columns: z,
  };
  const layout = randomLayout([term], rows);
  const system = gaussianSystem(rows, layout.blocks, x, names.length, working);
  return { system, layout, reml, logScale: 0 };
}

/** Gauss–Newton steps for the penalised sum of squares ‖y − f(β, Λu)‖² + ‖u‖², each halved until it descends. */
function penalisedLeastSquares(
  problem: Problem,
  theta: Float64Array,
  from: { readonly beta: Float64Array; readonly b: Float64Array; readonly u: Float64Array },
): { beta: Float64Array; b: Float64Array; u: Float64Array } {
  let { beta, b, u } = from;
  let value = penalised(problem, beta, b, u);
  for (let step = 0; step < 100; step++) {
    const profiled = linearModelOf(problem, linearise(problem, beta, b), false);
    const lambda = relativeFactors(profiled.layout, theta);
    if (evaluate(profiled.system, lambda) === undefined) break;
    const next = solve(profiled.system, lambda);
    let moved = false;
    for (let length = 1; length > 1e-8; length /= 2) {
      const blend = (a: Float64Array, c: Float64Array) => a.map((old, i) => old + length * (c[i]! - old));
      const [newBeta, newB, newU] = [blend(beta, next.beta), blend(b, next.b), blend(u, next.u)];
      const reached = penalised(problem, newBeta, newB, newU);
      if (!(reached < value)) continue;
      const change = (value - reached) / (1 + Math.abs(value));
      [beta, b, u, value] = [newBeta, newB, newU, reached];
      moved = change > 1e-14;
      break;
    }
    if (!moved) break;
  }
  return { beta, b, u };
}

function penalised(problem: Problem, beta: Float64Array, b: Float64Array, u: Float64Array): number {
  const value = new Float64Array(problem.rows);
  const slopes = new Float64Array(problem.rows * problem.designs.length);
  problem.mean.evaluate(rowParameters(problem, beta, b), value, slopes);
  let sum = 0;
  for (let i = 0; i < value.length; i++) sum += (problem.y[i]! - value[i]!) ** 2;
  for (let i = 0; i < u.length; i++) sum += u[i]! ** 2;
  return Number.isNaN(sum) ? Infinity : sum;
}

/** Nonlinear least squares without random effects, from rough values. */
function pooled(problem: Problem): Float64Array {
  const width = problem.randomAt.length;
  const none = new Float64Array(problem.group.levels.length * width);
  const theta = new Float64Array(problem.specification.random.correlated ? (width * (width + 1)) / 2 : width);
  return penalisedLeastSquares(problem, theta, { beta: problem.start, b: none, u: none }).beta;
}

function checkStart(problem: Problem): void {
  const none = new Float64Array(problem.group.levels.length * problem.randomAt.length);
  const { value } = linearise(problem, problem.start, none);
  const bad = value.findIndex((f) => !Number.isFinite(f));
  if (bad < 0) return;
  const values = problem.names.map((name, k) => `${name} = ${problem.start[k]}`).join(", ");
  throw new SamplingError(
    `the expression is ${value[bad]} in row ${bad + 1} of the rows used at the starting values ${values}`,
  );
}

const MOST_ROUNDS = 200;

function alternate(problem: Problem, { reml = false, tolerance = 1e-8 }: NlmeOptions): NlmeFit {
  checkStart(problem);
  const count = problem.group.levels.length * problem.randomAt.length;
  let state: Solution = { beta: problem.start, b: new Float64Array(count), u: new Float64Array(count) };
  let theta: Float64Array | undefined;
  let change = Infinity;
  let rounds = 0;
  let evaluations = 0;
  let profiled: Profiled;
  do {
    // The first round has no variances yet: they come from the response linearised at the start.
    if (theta !== undefined) state = penalisedLeastSquares(problem, theta, state);
    profiled = linearModelOf(problem, linearise(problem, state.beta, state.b), reml);
    const optimum = optimiseTheta(profiled, theta === undefined ? {} : { start: theta });
    evaluations += optimum.evaluations;
    const before = theta;
    theta = optimum.theta;
    const lambda = relativeFactors(profiled.layout, theta);
    evaluate(profiled.system, lambda);
    const solution = solve(profiled.system, lambda);
    change =
      before === undefined
        ? Infinity
        : relativeChange(profiled.layout.scale, before, theta, state.beta, solution.beta);
    state = solution;
    rounds++;
  } while (change > tolerance && rounds < MOST_ROUNDS);
  return result(problem, profiled, theta, state, { change, rounds, evaluations, tolerance });
}

function relativeChange(
  scale: Float64Array,
  before: Float64Array,
  after: Float64Array,
  old: Float64Array,
  now: Float64Array,
): number {
  let most = 0;
  before.forEach(
    (value, k) =>
      (most = Math.max(
        most,
        (Math.abs(value - after[k]!) * scale[k]!) / (1 + Math.abs(after[k]!) * scale[k]!),
      )),
  );
  old.forEach((value, k) => (most = Math.max(most, Math.abs(value - now[k]!) / (1e-6 + Math.abs(now[k]!)))));
  return most;
}

function result(
  problem: Problem,
  profiled: Profiled,
  theta: Float64Array,
  { beta, b, u }: { readonly beta: Float64Array; readonly b: Float64Array; readonly u: Float64Array },
  run: {
    readonly change: number;
    readonly rounds: number;
    readonly evaluations: number;
    readonly tolerance: number;
  },
): NlmeFit {
  const { system, layout, reml } = profiled;
  const lambda = relativeFactors(layout, theta);
  const parts = evaluate(system, lambda);
  if (parts === undefined) {
    throw new SamplingError(
      "the expression hardly depends on its parameters where the search ended: give starting values nearer to the solution",
    );
  }
  const sigma2 = parts.residual / residualRows(profiled);
  const n = residualRows(profiled);
  const criterion =
    parts.logDeterminant +
    (reml ? parts.logDeterminantX : 0) +
    n * (1 + Elementary.log((2 * Math.PI * parts.residual) / n));
  const logLik = -criterion / 2;
  const df = problem.names.length + layout.theta.length + 1;
  const { value } = linearise(problem, beta, b);
  const converged = run.change <= Math.max(run.tolerance, 1e-5);
  const message = `after ${run.rounds} rounds parameters still change by ${run.change.toExponential(1)} of their size`;
  return {
    kind: "nlme",
    formula: problem.specification.source,
    method: reml ? "REML" : "ML",
    nobs: problem.rows,
    droppedRows: problem.dropped,
    convergence: {
      converged,
      evaluations: run.evaluations,
      gradient: run.change,
      ...(!converged && { message }),
    },
    logLik,
    df,
    aic: aic(logLik, df),
    bic: bic(logLik, df, problem.rows),
    sigma: Math.sqrt(sigma2),
    fixed: {
      names: problem.names,
      estimates: beta,
      covariance: unscaledCovariance(system).map((element) => element * sigma2),
    },
    random: randomTerms(
      layout,
      system.structure,
      lambda,
      u,
      inverseBlocks(system, new Float64Array(system.p + 1)),
      sigma2,
    ),
    fitted: value,
    residuals: problem.y.map((observed, i) => observed - value[i]!),
    warnings: [
      ...(problem.dropped > 0 ? [`${problem.dropped} rows with missing values were left out`] : []),
      ...(converged ? [] : [`not converged: ${message}; try other starting values or fewer random effects`]),
    ],
  };
}
