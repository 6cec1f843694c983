/** Formula and table → `Design`. */

import { type DataOptions, levelText } from "../data/data-options.ts";
import { completeCases } from "../data/missing.ts";
import type { Table } from "../data/table.ts";
import { didYouMean, FormulaError } from "../errors.ts";
import { type Ast, CONSTANTS, walk } from "../formula/ast.ts";
import type { FormulaPart, ModelFormula } from "../formula/model-formula.ts";
import type { EvaluationContext } from "../terms/evaluate.ts";
import type { ContrastOptions, Memory } from "../terms/memory.ts";
import { columnWarnings } from "./column-warnings.ts";
import type { Design, PredictorDesign } from "./design.ts";
import { refuseAmbiguousNames } from "./distinct-names.ts";
import { checkContrastOptions, checkReferences } from "./factor-coding.ts";
import { groupDesign, groupWarnings } from "./group.ts";
import { nestingWarnings } from "./nesting.ts";
import { checkRank, offsetOf, populationDesign } from "./population.ts";
import { refuseOutOfRange } from "./range.ts";
import { recipeOf } from "./recipe.ts";
import { responseDesign } from "./response.ts";
import { checkVarying, specialDesigns } from "./special.ts";

export interface DesignOptions {
  /** Refuse rank-deficient population-level designs; default true. */
  readonly checkRank?: boolean;
  /**
   * Contrasts of factors: `{ recipe: "sum" }`, or `{ unordered: "sum", ordered: "poly" }` for all factors of a kind that
   * have none of their own. They hold wherever the factor occurs, in group-level terms too.
   */
  readonly contrasts?: ContrastOptions;
  /** Levels that come first, by the text of a variable that is no column of the table: `{ "factor(year)": "1998" }`. */
  readonly reference?: DataOptions["reference"];
}

/**
 * Drops the rows in which a used column is missing (and reports them), then builds the matrices.
 * @throws FormulaError, DataError or DesignError naming term, column and row.
 */
export function buildDesign(formula: ModelFormula, table: Table, options: DesignOptions = {}): Design {
  const complete = completeCases(table, usedColumns(formula, table));
  const memory: Memory = {
    functions: new Map(),
    factors: new Map(),
    contrasts: options.contrasts ?? {},
    references: callReferences(options.reference),
    frozen: false,
  };
  const contextOf = (source: string): EvaluationContext => ({
    table: complete.table,
    source,
    rowNumbers: complete.rowNumbers,
  });
  const predictors = formula.parts.map((part) =>
    predictorDesign(part, { ...contextOf(part.source), memory }),
  );
  checkContrastOptions(memory);
  checkReferences(memory);
  if (options.checkRank !== false) {
    for (const { dpar, population } of predictors) checkRank(population, complete.table.rows, dpar);
  }
  const response = responseDesign(formula.response, contextOf(formula.parts[0]!.source));
  refuseAmbiguousNames({ predictors });
  refuseOutOfRange({ response, predictors, nobs: complete.table.rows });
  const recipe = recipeOf(formula, contextOf(formula.parts[0]!.source), memory);
  const warnings = [
    ...columnWarnings(recipe, table),
    ...predictors.flatMap(({ groups }) => groups.flatMap(groupWarnings)),
    ...nestingWarnings(predictors[0]!, response),
  ];
  return {
    formula: formula.text,
    nobs: complete.table.rows,
    dropped: complete.dropped,
    response,
    predictors,
    warnings: [...new Set(warnings)],
    recipe,
  };
}

/** References of columns are there already: their first level is the reference. */
function callReferences(reference: DataOptions["reference"] = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(reference).flatMap(([key, level]) => (key.includes("(") ? [[key, levelText(level)]] : [])),
  );
}

function predictorDesign({ dpar, terms }: FormulaPart, context: EvaluationContext): PredictorDesign {
  const offset = offsetOf(terms, context);
  const groups = terms.groups.map((term) => groupDesign(term, context));
  const special = specialDesigns(terms.special, context);
  checkVarying(groups, special, context);
  return {
    dpar,
    population: populationDesign(terms, context),
    groups,
    special,
    ...(offset && { offset }),
  };
}

/** Names that are not columns: reserved words of the language. */
const RESERVED = new Set([
  ...CONSTANTS,
  "Intercept",
  "pi",
  "T",
  "F",
  "true",
  "false",
  "contr.treatment",
  "contr.sum",
  "contr.helmert",
  "contr.poly",
]);

/** All columns that the formula mentions, each checked to exist. */
function usedColumns(formula: ModelFormula, table: Table): string[] {
  const used = new Set<string>();
  const note = (ast: Ast, source: string): void =>
    walk(ast, (node) => {
      if (node.kind === "name") require(node.name, source, node.start);
    });
  const require = (name: string, source: string, position: number): void => {
    if (table.columns.has(name)) {
      used.add(name);
      return;
    }
    if (RESERVED.has(name)) return;
    const names = [...table.columns.keys()];
    const shown = names.slice(0, 12).join(", ") + (names.length > 12 ? ", …" : "");
    throw new FormulaError(
      `the data have no column "${name}"; there are ${shown}${didYouMean(name, names)}`,
      source,
      position,
    );
  };
  const main = formula.parts[0]!.source;
  note(formula.response.expression, main);
  for (const addition of formula.response.additions) for (const { value } of addition.args) note(value, main);
  for (const { terms, source } of formula.parts) {
    for (const term of [...terms.population, ...terms.special]) {
      for (const factor of term.factors) note(factor, source);
    }
    for (const offset of terms.offsets) note(offset, source);
    for (const group of terms.groups) {
      for (const factor of group.factors) require(factor, source, group.start);
      for (const term of [...group.coefficients, ...group.special]) {
        for (const factor of term.factors) note(factor, source);
      }
    }
  }
  return [...used];
}
