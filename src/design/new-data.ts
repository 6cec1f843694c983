/** The design of new data with what was learned from the data of the fit, as R's predict(newdata = ) makes it. */
import type { Table } from "../data/table.ts";
import { DataError } from "../errors.ts";
import { variables } from "../formula/ast.ts";
import type { GroupTerm } from "../formula/model-formula.ts";
import type { EvaluationContext } from "../terms/evaluate.ts";
import { conformTable, rowLabels } from "./conform-table.ts";
import type { Design, GroupDesign, PredictorDesign, ResponseDesign } from "./design.ts";
import { groupColumns } from "./group.ts";
import { offsetOf, populationDesign } from "./population.ts";
import { memoryOf } from "./recipe.ts";
import { responseDesign, responseTerms } from "./response.ts";
import { specialsOfNewData } from "./special.ts";

export interface NewDataOptions {
  /**
   * `"error"` (default): an unknown level of a grouping factor is refused; `"allow"`: unknown levels are numbered on from the
   * known ones, by appearance, and listed in `newLevels`.
   */
  readonly newLevels?: "error" | "allow";
  /** False: population level only; grouping factors and their coefficients are not needed in the data. Default true. */
  readonly groups?: boolean;
}

export interface NewDataDesign {
  readonly rows: number;
  /** As in the design of the fit: the same columns in the same order, the same levels. Without groups when not asked for. */
  readonly predictors: readonly PredictorDesign[];
}

/**
 * The response is not needed.
 * @throws DataError for an absent column, a missing value, a value of the wrong type or an unknown level, naming column,
 * level and row.
 */
export function designForNewData(design: Design, table: Table, options: NewDataOptions = {}): NewDataDesign {
  const { recipe } = design;
  const withGroups = options.groups !== false;
  const groups = withGroups ? recipe.parts.flatMap(({ terms }) => terms.groups) : [];
  const needed = withGroups ? recipe.columns : recipe.columns.filter(({ population }) => population);
  const grouping = [...new Set(groups.flatMap(({ factors }) => factors))];
  const conformed = conformTable(table, needed, grouping);
  const memory = memoryOf(recipe);
  const rowNumbers = Int32Array.from({ length: table.rows }, (_, i) => i + 1);
  const predictors = recipe.parts.map(({ dpar, terms, source }, k): PredictorDesign => {
    const context: EvaluationContext = { table: conformed, source, rowNumbers, memory };
    const offset = offsetOf(terms, context);
    const learned = design.predictors[k]!;
    return {
      dpar,
      population: populationDesign(terms, context),
      groups: withGroups ? newGroups(terms.groups, learned.groups, context, options) : [],
      special: specialsOfNewData(terms.special, learned.special, context),
      ...(offset && { offset }),
    };
  });
  return { rows: table.rows, predictors };
}

/**
 * The response of new data. `"terms"`: only what predictions need of it (trials, se), the values are NaN;
 * `"values"`: the values too, with weights and censoring, for log-likelihoods and residuals.
 * @throws DataError as `designForNewData`.
 */
export function responseForNewData(
  { recipe, response }: Design,
  table: Table,
  need: "terms" | "values",
): ResponseDesign {
  const { part, source, columns } = recipe.response;
  const additions =
    need === "values"
      ? part.additions
      : part.additions.filter(({ name }) => name === "trials" || name === "se");
  const mentioned = new Set(
    [
      ...(need === "values" ? [part.expression] : []),
      ...additions.flatMap(({ args }) => args.map(({ value }) => value)),
    ].flatMap(variables),
  );
  const conformed = conformTable(
    table,
    columns.filter(({ name }) => mentioned.has(name)),
    [],
  );
  const rowNumbers = Int32Array.from({ length: table.rows }, (_, i) => i + 1);
  const context: EvaluationContext = { table: conformed, source, rowNumbers };
  if (need === "values") return responseDesign({ ...part, additions }, context);
  return {
    ...responseTerms(additions, context),
    name: response.name,
    values: new Float64Array(table.rows).fill(Number.NaN),
    ...(response.levels && { levels: response.levels }),
    rowNumbers,
  };
}

/** In the order of `learned`, which need not be that of the formula. */
function newGroups(
  terms: readonly GroupTerm[],
  learned: readonly GroupDesign[],
  context: EvaluationContext,
  options: NewDataOptions,
): GroupDesign[] {
  const built = terms.map((term) => ({ term, ...groupColumns(term, context) }));
  return learned.map((group) => {
    const { term, columns } = built.find(
      (own) => own.term.label === group.group && own.names.join("\n") === group.names.join("\n"),
    )!;
    return { ...group, ...levelIndex(term, group, context.table, options), columns };
  });
}

function levelIndex(
  { factors, label }: GroupTerm,
  { levels, parts }: GroupDesign,
  table: Table,
  { newLevels }: NewDataOptions,
): Pick<GroupDesign, "index" | "newLevels"> {
  const position = new Map(levels.map((level, j) => [JSON.stringify(parts?.[j] ?? [level]), j]));
  const labels = factors.map((name) => rowLabels(table.columns.get(name)!));
  const unknown: string[] = [];
  const index = Int32Array.from({ length: table.rows }, (_, i) => {
    const own = labels.map((of) => of[i]!);
    const key = JSON.stringify(own);
    const found = position.get(key);
    if (found !== undefined) return found;
    if (newLevels !== "allow") {
      throw new DataError(
        `the grouping factor ${label} is "${own.join("_")}" in row ${i + 1}, a level that the data of the fit do not have; ` +
          'newLevels: "gaussian" draws its effects from the distribution of the groups, reFormula: "none" leaves effects out',
      );
    }
    const next = levels.length + unknown.length;
    unknown.push(own.join("_"));
    position.set(key, next);
    return next;
  });
  return { index, ...(unknown.length > 0 && { newLevels: unknown }) };
}
