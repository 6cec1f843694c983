/** The expected response along one predictor, or two, the others held fixed (brms' conditional_effects). */

import type { Fit } from "../../api/fit-types.ts";
import { RESPONSE_WIDTH } from "../../autodiff/ops/likelihood.ts";
import type { GridLevel } from "../../design/grid-recipe.ts";
import { NutmixError } from "../../errors.ts";
import { familyOf } from "../../families/index.ts";
import { packResponse } from "../../families/response-data.ts";
import { type Ast, walk } from "../../formula/ast.ts";
import {
  checkOptions,
  either,
  flag,
  type OptionTable,
  oneOf,
  share,
  such,
  text,
  texts,
  whole,
} from "../../options.ts";
import { epred, type LinpredOptions, linpred, linpredOptions, predict } from "../predictions/predict.ts";
import { describe, type Predictions } from "../predictions/predictions.ts";
import { type GridVariable, gridTable, gridVariable, gridVariables } from "./grid.ts";

export interface ConditionalEffectsOptions extends Omit<LinpredOptions, "trials"> {
  /** `"Days"`, `"age:treatment"`; default every predictor and every two-way interaction of the formula. */
  readonly effects?: string | readonly string[];
  /** Values at which other predictors are held; several give one set of curves each. */
  readonly conditions?: Readonly<Record<string, GridLevel>> | readonly Readonly<Record<string, GridLevel>>[];
  /** What is shown: the expected response (default), a random one, or the linear predictor. */
  readonly method?: "epred" | "predict" | "linpred";
  /** Share of the posterior inside the band; default 0.95. */
  readonly probability?: number;
  /** Mean and sd in place of median and mad. */
  readonly robust?: boolean;
  /** Points along a covariate; default 100. */
  readonly resolution?: number;
  /** Single draws to show besides the band. */
  readonly spaghetti?: number;
}

const { trials: _, ...linpredOnly } = linpredOptions;

const conditionalOptions = {
  ...linpredOnly,
  effects: either("a text or a list of texts", text, texts),
  conditions: such(
    "an object of values by predictor, or a list of such",
    (value) => typeof value === "object",
  ),
  method: oneOf("epred", "predict", "linpred"),
  probability: share,
  robust: flag,
  resolution: whole(2),
  spaghetti: whole(0),
} satisfies OptionTable<ConditionalEffectsOptions>;

export interface ConditionalEffect {
  /** One or two predictors: the first is along the axis. */
  readonly variables: readonly string[];
  /** Name of what is shown: the response, or a distributional parameter. */
  readonly response: string;
  readonly kind: "numeric" | "factor";
  readonly rows: readonly ConditionalRow[];
  /** Observed values of the first predictor and the response; empty for ordinal responses and distributional parameters. */
  readonly points: readonly { readonly x: GridLevel; readonly y: number; readonly by?: string }[];
  readonly spaghetti: readonly {
    readonly draw: number;
    readonly x: GridLevel;
    readonly by?: string;
    readonly y: number;
  }[];
}

export interface ConditionalRow {
  readonly x: GridLevel;
  /** Value of the second predictor. */
  readonly by?: string;
  /** Of an ordinal response: the number is its probability. */
  readonly category?: string;
  /** The condition, when there are several. */
  readonly condition?: string;
  readonly estimate: number;
  readonly error: number;
  readonly lower: number;
  readonly upper: number;
}

/**
 * Group-level effects are left out unless `reFormula` asks for them (`"all"` then needs the grouping factors in `conditions`);
 * a binomial response is shown for one trial.
 * @throws NutmixError for an effect or condition that the model does not have.
 */
export function conditionalEffects(fit: Fit, options: ConditionalEffectsOptions = {}): ConditionalEffect[] {
  options = checkOptions("conditionalEffects()", conditionalOptions, options);
  const variables = gridVariables(fit);
  const effects =
    options.effects === undefined
      ? effectsOf(fit, options.dpar, variables)
      : [options.effects].flat().map((effect) => predictorsOf(effect, variables));
  return effects.map((effect) => {
    if (effect.length > 2)
      throw new NutmixError(`an effect has one or two predictors, not "${effect.join(":")}"`);
    return effectAlong(
      fit,
      variables,
      effect.map((name) => gridVariable(variables, name.trim())),
      options,
    );
  });
}

/** `"a:b"` is two predictors, unless one of them is called so. */
function predictorsOf(effect: unknown, variables: readonly GridVariable[]): string[] {
  if (typeof effect !== "string") {
    throw new NutmixError(`an effect is a text such as "Days" or "age:treatment", not ${String(effect)}`);
  }
  return variables.some(({ name }) => name === effect) ? [effect] : effect.split(":");
}

/** Single predictors, then pairs that interact. */
function effectsOf(fit: Fit, dpar: string | undefined, variables: readonly GridVariable[]): string[][] {
  const singles: string[][] = [];
  const pairs: string[][] = [];
  const known = new Set(variables.map(({ name }) => name));
  const add = (list: string[][], effect: string[]): void => {
    if (!list.some((own) => own.length === effect.length && own.every((name) => effect.includes(name))))
      list.push(effect);
  };
  for (const part of fit.spec.design.recipe.parts) {
    if (dpar !== undefined && part.dpar !== dpar) continue;
    for (const { factors } of [...part.terms.population, ...part.terms.special]) {
      const names = [...new Set(factors.flatMap((factor) => namesIn(factor, known)))];
      for (const name of names) add(singles, [name]);
      names.forEach((a, i) => {
        for (const b of names.slice(i + 1)) add(pairs, [a, b]);
      });
    }
  }
  return [...singles, ...pairs];
}

function namesIn(ast: Ast, known: ReadonlySet<string>): string[] {
  const names: string[] = [];
  walk(ast, (node) => {
    if (node.kind === "name" && known.has(node.name)) names.push(node.name);
  });
  return names;
}

function effectAlong(
  fit: Fit,
  variables: readonly GridVariable[],
  effect: readonly GridVariable[],
  options: ConditionalEffectsOptions,
): ConditionalEffect {
  // A covariate goes along the axis, whichever stands first.
  const [first, second] =
    effect.length === 2 && effect[0]!.numeric === undefined && effect[1]!.numeric !== undefined
      ? [effect[1]!, effect[0]!]
      : [effect[0]!, effect[1]];
  const { resolution = 100, probability = 0.95, robust = true, dpar } = options;
  const along = axis(first, resolution);
  const others = second === undefined ? [undefined] : levelsOf(second);
  const given = options.conditions ?? {};
  const conditions = (Array.isArray(given) ? given : [given]) as readonly Readonly<
    Record<string, GridLevel>
  >[];
  for (const name of conditions.flatMap(Object.keys)) checkCondition(fit, variables, name);

  const cells = conditions.flatMap((condition, c) =>
    others.flatMap((other) =>
      along.map((x) => ({
        x,
        other,
        condition: conditions.length > 1 ? describeCondition(condition) || `condition ${c + 1}` : undefined,
        values: {
          ...condition,
          [first.name]: x,
          ...(second !== undefined && { [second.name]: other!.value }),
        } as Record<string, GridLevel>,
      })),
    ),
  );
  const table = withExtraColumns(
    fit,
    gridTable(
      fit,
      variables,
      cells.map(({ values }) => values),
    ),
    cells,
  );
  const { reFormula = "none", ndraws, seed, newLevels } = options;
  const method = options.method ?? "epred";
  const request = {
    reFormula,
    trials: 1,
    ...(ndraws !== undefined && { ndraws }),
    ...(seed !== undefined && { seed }),
    ...(newLevels !== undefined && { newLevels }),
  };
  const named = dpar === undefined ? {} : { dpar };
  const predictions =
    method === "predict"
      ? predict(fit, table, request)
      : (method === "epred" ? epred : linpred)(fit, table, { ...request, ...named });

  const tail = (1 - probability) / 2;
  const rows: ConditionalRow[] = [];
  const matrix = predictions.matrix();
  const { width, draws } = predictions;
  const column = new Float64Array(draws);
  cells.forEach(({ x, other, condition }, i) => {
    for (let c = 0; c < width; c++) {
      for (let s = 0; s < draws; s++) column[s] = matrix[(s * cells.length + i) * width + c]!;
      const { estimate, error, ...ends } = describe(column, { probabilities: [tail, 1 - tail], robust });
      const [lower, upper] = Object.values(ends) as [number, number];
      const category = predictions.categories?.[c];
      rows.push({
        x,
        ...(other !== undefined && { by: other.label }),
        ...(category !== undefined && { category }),
        ...(condition !== undefined && { condition }),
        estimate,
        error,
        lower,
        upper,
      });
    }
  });
  return {
    variables: second === undefined ? [first.name] : [first.name, second.name],
    response: dpar ?? fit.spec.design.response.name,
    kind: first.numeric === undefined ? "factor" : "numeric",
    rows,
    points: dpar === undefined && method !== "linpred" && width === 1 ? observed(fit, first, second) : [],
    spaghetti: single(predictions, matrix, cells, options.spaghetti ?? 0),
  };
}

function axis({ levels, numeric }: GridVariable, resolution: number): GridLevel[] {
  if (numeric === undefined) return [...levels!];
  const { least, most } = numeric;
  if (least === most) return [least];
  return Array.from({ length: resolution }, (_, i) => least + ((most - least) * i) / (resolution - 1));
}

interface Other {
  readonly value: GridLevel;
  readonly label: string;
}

/** A covariate in second place is shown at its mean and one standard deviation on either side. */
function levelsOf({ levels, numeric }: GridVariable): Other[] {
  if (numeric === undefined) return levels!.map((value) => ({ value, label: String(value) }));
  return [numeric.mean - numeric.sd, numeric.mean, numeric.mean + numeric.sd].map((value) => ({
    value,
    label: String(Number(value.toPrecision(3))),
  }));
}

function checkCondition(fit: Fit, variables: readonly GridVariable[], name: string): void {
  if (!fit.data.columns.has(name)) gridVariable(variables, name);
}

function describeCondition(condition: Readonly<Record<string, GridLevel>>): string {
  return Object.entries(condition)
    .map(([name, value]) => `${name} = ${typeof value === "number" ? Number(value.toPrecision(3)) : value}`)
    .join(", ");
}

/** Grouping factors that conditions fix. */
function withExtraColumns(
  fit: Fit,
  table: ReturnType<typeof gridTable>,
  cells: readonly { readonly values: Readonly<Record<string, GridLevel>> }[],
): ReturnType<typeof gridTable> {
  const columns = new Map(table.columns);
  const { recipe } = fit.spec.design;
  for (const name of fit.data.columns.keys()) {
    if (columns.has(name) || !cells.every(({ values }) => Object.hasOwn(values, name))) continue;
    const recipeOf = recipe.columns.find((own) => own.name === name);
    const like = fit.data.columns.get(name)!;
    if (recipeOf === undefined || like.kind !== "numeric") {
      const labels = cells.map(({ values }) => String(values[name]));
      const levels = [...new Set(labels)];
      columns.set(name, {
        kind: "factor",
        ordered: false,
        levels,
        codes: Int32Array.from(labels, (label) => levels.indexOf(label)),
      });
    } else {
      columns.set(name, {
        kind: "numeric",
        values: Float64Array.from(cells, ({ values }) => Number(values[name])),
      });
    }
  }
  return { rows: table.rows, columns };
}

function observed(
  fit: Fit,
  first: GridVariable,
  second: GridVariable | undefined,
): ConditionalEffect["points"] {
  const { design } = fit.spec;
  const packed = packResponse(design.response, familyOf(fit.spec.family));
  const value = (variable: GridVariable, i: number): GridLevel => {
    const column = fit.data.columns.get(variable.name)!;
    if (column.kind === "numeric") return column.values[i]!;
    return column.kind === "logical" ? column.values[i] === 1 : column.levels[column.codes[i]!]!;
  };
  return Array.from({ length: design.nobs }, (_, i) => ({
    x: value(first, i),
    y: packed[i * RESPONSE_WIDTH]! / (design.response.trials?.[i] ?? 1),
    ...(second !== undefined && second.numeric === undefined && { by: String(value(second, i)) }),
  }));
}

function single(
  { draws, width }: Predictions,
  matrix: Float64Array,
  cells: readonly { readonly x: GridLevel; readonly other: Other | undefined }[],
  wanted: number,
): ConditionalEffect["spaghetti"] {
  if (width > 1) return [];
  const count = Math.min(wanted, draws);
  return Array.from({ length: count }, (_, k) => Math.floor((k * draws) / count)).flatMap((s) =>
    cells.map(({ x, other }, i) => ({
      draw: s,
      x,
      ...(other !== undefined && { by: other.label }),
      y: matrix[s * cells.length + i]!,
    })),
  );
}
