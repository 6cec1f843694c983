/** Estimated marginal means and contrasts between them. */
import type { GridLevel } from "../../design/grid-recipe.ts";
import { SettingsError } from "../../errors.ts";
import { bilinear, innerProduct } from "../inference/tests.ts";
import { type Adjustment, adjustedP, criticalValue, type Family } from "./adjust.ts";
import { type ContrastMethod, contrastsOf } from "./contrast-methods.ts";
import { type Estimability, estimability } from "./estimability.ts";
import type { LinearSource } from "./linear-source.ts";
import { type GridOptions, type GridPoint, referenceGrid } from "./reference-grid.ts";

export interface MeansOptions extends GridOptions {
  /** Further variables: a family of means, or of contrasts, for each combination of their levels. */
  readonly by?: string | readonly string[];
  /** Coverage of the intervals; default 0.95. */
  readonly level?: number;
  /** Default: none for means. */
  readonly adjust?: Adjustment;
}

export interface ContrastOptions extends MeansOptions {
  /** The mean that `trt.vs.ctrl` compares with, by its label; default the first. */
  readonly reference?: string;
}

export interface LinearEstimate {
  readonly estimate: number;
  /** NaN, as the estimate and all that follows, when the function is not estimable. */
  readonly se: number;
  /** Infinity: the statistic is taken as normal. */
  readonly df: number;
  readonly lower: number;
  readonly upper: number;
  readonly statistic: number;
  readonly p: number;
}

export interface MeanRow extends LinearEstimate {
  readonly levels: Readonly<Record<string, GridLevel>>;
}

export interface ContrastRow extends LinearEstimate {
  /** `A - B`. */
  readonly contrast: string;
  /** The levels of the `by` variables. */
  readonly levels: Readonly<Record<string, GridLevel>>;
}

/**
 * Means of the linear predictor for each combination of `specs` (and `by`), the first variable varying fastest.
 * @throws DesignError for variables that the formula does not have; SettingsError for options out of their domain.
 */
export function estimatedMeans(
  source: LinearSource,
  specs: string | readonly string[],
  options: MeansOptions = {},
): MeanRow[] {
  const { estimate, families } = prepared(source, specs, options);
  const method = options.adjust ?? "none";
  if (method === "tukey") {
    throw new SettingsError(
      'adjust: "tukey" is for pairwise comparisons; for means there are bonferroni and holm',
    );
  }
  return families.flatMap((points) => {
    const family = { method, tests: points.length, means: points.length };
    const rows = estimate(points.map(functionOf), family);
    return points.map(({ levels }, i) => ({ levels, ...rows[i]! }));
  });
}

/**
 * Contrasts of the means of `specs` within each combination of `by`.
 * Default adjustment: tukey for pairwise, holm for eff and trt.vs.ctrl, none for the others.
 */
export function contrast(
  source: LinearSource,
  specs: string | readonly string[],
  method: ContrastMethod,
  options: ContrastOptions = {},
): ContrastRow[] {
  const { estimate, families, focal, by } = prepared(source, specs, options);
  const adjust = options.adjust ?? defaultAdjustment(method);
  if (adjust === "tukey" && method !== "pairwise") {
    throw new SettingsError(
      'adjust: "tukey" is for pairwise comparisons; for other contrasts there are bonferroni and holm',
    );
  }
  return families.flatMap((points) => {
    const labels = points.map(({ levels }) => focal.map((name) => String(levels[name])).join(" "));
    const contrasts = contrastsOf(method, labels, options.reference);
    const functions = contrasts.map(({ coefficients }) => combination(points.map(functionOf), coefficients));
    const rows = estimate(functions, { method: adjust, tests: contrasts.length, means: points.length });
    const levels = Object.fromEntries(by.map((name) => [name, points[0]!.levels[name]!]));
    return contrasts.map(({ name }, i) => ({ contrast: name, levels, ...rows[i]! }));
  });
}

/** All differences between two means, Tukey's adjustment by default. */
export function pairwise(
  source: LinearSource,
  specs: string | readonly string[],
  options: MeansOptions = {},
): ContrastRow[] {
  return contrast(source, specs, "pairwise", options);
}

/** A linear function of the coefficients of all columns, plus a constant. */
interface LinearFunction {
  readonly row: Float64Array;
  readonly offset: number;
}

interface Prepared {
  readonly focal: readonly string[];
  readonly by: readonly string[];
  /** The points of the grid, one array per combination of the `by` variables. */
  readonly families: readonly (readonly GridPoint[])[];
  readonly estimate: (functions: readonly LinearFunction[], family: Family) => LinearEstimate[];
}

function prepared(source: LinearSource, specs: string | readonly string[], options: MeansOptions): Prepared {
  const level = options.level ?? 0.95;
  if (!(level > 0 && level < 1)) throw new SettingsError(`level is ${level}; it lies between 0 and 1`);
  const list = (names: string | readonly string[]): readonly string[] =>
    typeof names === "string" ? [names] : names;
  const by = list(options.by ?? []);
  const focal = list(specs).filter((name) => !by.includes(name));
  const grid = referenceGrid(source.design, [...focal, ...by], options);
  const check = estimability(source);
  const kept = source.names.map((name) => grid.names.indexOf(name));
  const left = check.dropped.map((name) => grid.names.indexOf(name));
  const size = grid.points.findIndex(({ levels }) =>
    by.some((name) => levels[name] !== grid.points[0]!.levels[name]),
  );
  const width = size < 0 ? grid.points.length : size;
  return {
    focal,
    by,
    families: Array.from({ length: grid.points.length / width }, (_, k) =>
      grid.points.slice(k * width, (k + 1) * width),
    ),
    estimate: (functions, family) =>
      finish(
        functions.map((own) => evaluateFunction(source, own, kept, left, check)),
        level,
        family,
      ),
  };
}

function functionOf({ row, offset }: GridPoint): LinearFunction {
  return { row, offset };
}

function combination(functions: readonly LinearFunction[], coefficients: readonly number[]): LinearFunction {
  const row = new Float64Array(functions[0]!.row.length);
  let offset = 0;
  functions.forEach((own, i) => {
    for (let j = 0; j < row.length; j++) row[j]! += coefficients[i]! * own.row[j]!;
    offset += coefficients[i]! * own.offset;
  });
  return { row, offset };
}

interface Evaluated {
  readonly estimate: number;
  readonly se: number;
  readonly df: number;
}

function evaluateFunction(
  { estimates, covariance, dfOf }: LinearSource,
  { row, offset }: LinearFunction,
  kept: readonly number[],
  left: readonly number[],
  check: Estimability,
): Evaluated {
  const own = Float64Array.from(kept, (j) => row[j]!);
  if (
    !check.isEstimable(
      own,
      Float64Array.from(left, (j) => row[j]!),
    )
  ) {
    return { estimate: Number.NaN, se: Number.NaN, df: Number.NaN };
  }
  return {
    estimate: innerProduct(own, estimates) + offset,
    se: Math.sqrt(bilinear(own, covariance, own)),
    df: dfOf(own),
  };
}

function finish(values: readonly Evaluated[], level: number, family: Family): LinearEstimate[] {
  const statistics = values.map(({ estimate, se }) => estimate / se);
  const p = adjustedP(
    statistics,
    values.map(({ df }) => df),
    family,
  );
  // Quantiles are dear, and the degrees of freedom of a family mostly equal but for rounding.
  const known = new Map<string, number>();
  const critical = (df: number): number => {
    const key = df.toPrecision(9);
    const value = known.get(key) ?? criticalValue(level, df, family);
    known.set(key, value);
    return value;
  };
  return values.map(({ estimate, se, df }, i) => {
    const half = critical(df) * se;
    return {
      estimate,
      se,
      df,
      lower: estimate - half,
      upper: estimate + half,
      statistic: statistics[i]!,
      p: p[i]!,
    };
  });
}

function defaultAdjustment(method: ContrastMethod): Adjustment {
  if (method === "pairwise") return "tukey";
  return method === "eff" || method === "trt.vs.ctrl" ? "holm" : "none";
}
