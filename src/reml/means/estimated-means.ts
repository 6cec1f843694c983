/** Estimated marginal means and contrasts between them. */
import type { GridLevel } from "../../design/grid-recipe.ts";
import { SettingsError } from "../../errors.ts";
import { either, type OptionTable, oneOf, share, text, texts } from "../../options.ts";
import type { Adjustment, Family } from "./adjust.ts";
import { type ContrastMethod, contrastsOf } from "./contrast-methods.ts";
import { estimability } from "./estimability.ts";
import {
  combination,
  evaluateFunction,
  finish,
  type LinearEstimate,
  type LinearFunction,
} from "./linear-functions.ts";
import type { LinearSource } from "./linear-source.ts";
import { type GridOptions, type GridPoint, gridOptions, referenceGrid } from "./reference-grid.ts";

export interface MeansOptions extends GridOptions {
  /** Further variables: a family of means, or of contrasts, for each combination of their levels. */
  readonly by?: string | readonly string[];
  /** Coverage of the intervals; default 0.95. */
  readonly level?: number;
  /** Default: none for means. */
  readonly adjust?: Adjustment;
}

export interface ComparisonOptions extends MeansOptions {
  /** The mean that `trt.vs.ctrl` compares with, by its label; default the first. */
  readonly reference?: string;
}

export const meansOptions = {
  ...gridOptions,
  by: either("a variable, or a list of them", text, texts),
  level: share,
  adjust: oneOf("none", "bonferroni", "holm", "tukey"),
} satisfies OptionTable<MeansOptions>;

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
  options: ComparisonOptions = {},
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

function defaultAdjustment(method: ContrastMethod): Adjustment {
  if (method === "pairwise") return "tukey";
  return method === "eff" || method === "trt.vs.ctrl" ? "holm" : "none";
}
