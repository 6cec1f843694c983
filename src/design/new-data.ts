/** The design of new data with what was learned from the data of the fit, as R's predict(newdata = ) makes it. */
import type { Table } from "../data/table.ts";
import { DataError } from "../errors.ts";
import type { GroupTerm } from "../formula/model-formula.ts";
import type { EvaluationContext } from "../terms/evaluate.ts";
import { conformTable, rowLabels } from "./conform-table.ts";
import type { Design, GroupDesign, PredictorDesign } from "./design.ts";
import { groupColumns } from "./group.ts";
import { offsetOf, populationDesign } from "./population.ts";
import { memoryOf } from "./recipe.ts";

export interface NewDataOptions {
  /** `"error"` (default): an unknown level of a grouping factor is refused; `"allow"`: its index is −1. */
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
      special: learned.special,
      ...(offset && { offset }),
    };
  });
  return { rows: table.rows, predictors };
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
    return { ...group, index: levelIndex(term, group, context.table, options), columns };
  });
}

function levelIndex(
  { factors, label }: GroupTerm,
  { levels, parts }: GroupDesign,
  table: Table,
  { newLevels }: NewDataOptions,
): Int32Array {
  const position = new Map(levels.map((level, j) => [JSON.stringify(parts?.[j] ?? [level]), j]));
  const labels = factors.map((name) => rowLabels(table.columns.get(name)!));
  return Int32Array.from({ length: table.rows }, (_, i) => {
    const own = labels.map((of) => of[i]!);
    const found = position.get(JSON.stringify(own));
    if (found !== undefined) return found;
    if (newLevels === "allow") return -1;
    throw new DataError(
      `the grouping factor ${label} is "${own.join("_")}" in row ${i + 1}, a level that the data of the fit do not have; ` +
        'newLevels: "allow" accepts unknown levels',
    );
  });
}
