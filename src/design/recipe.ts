/** What a design remembers of the data that it was built from: plain data, enough to treat new data alike. */
import type { Column, Table } from "../data/table.ts";
import type { Ast } from "../formula/ast.ts";
import { variables, walk } from "../formula/ast.ts";
import type { FormulaPart, ModelFormula, ResponsePart } from "../formula/model-formula.ts";
import type { EvaluationContext } from "../terms/evaluate.ts";
import type { FactorState, LearnedState, Memory } from "../terms/memory.ts";
import { type GridRecipe, gridRecipe } from "./grid-recipe.ts";

export interface DesignRecipe {
  /** The expanded formula without its response. */
  readonly parts: readonly FormulaPart[];
  /** The left side, and the columns that it computes with. */
  readonly response: {
    readonly part: ResponsePart;
    readonly source: string;
    readonly columns: readonly ColumnRecipe[];
  };
  /** The columns that predictors compute with; those that only form groups need no memory but the group's levels. */
  readonly columns: readonly ColumnRecipe[];
  /** State of the functions that learn, by canonical text of the call. */
  readonly functions: readonly (readonly [call: string, state: LearnedState])[];
  /** Levels and contrasts of the factors, by canonical text of the variable. */
  readonly factors: readonly (readonly [variable: string, state: FactorState])[];
  readonly grid: GridRecipe;
}

export type ColumnRecipe = ColumnUse &
  (
    | { readonly kind: "numeric" | "logical" }
    | { readonly kind: "factor"; readonly levels: readonly string[]; readonly ordered: boolean }
  );

interface ColumnUse {
  readonly name: string;
  /** Whether a population-level term or an offset uses it, not only coefficients that vary over groups. */
  readonly population: boolean;
}

export function recipeOf(
  formula: ModelFormula,
  { table, rowNumbers, source }: EvaluationContext,
  learned: Memory,
): DesignRecipe {
  const memory: Memory = { ...learned, frozen: true };
  return {
    parts: formula.parts,
    response: {
      part: formula.response,
      source: formula.parts[0]!.source,
      columns: responseColumns(formula.response, table),
    },
    columns: [...valueColumns(formula.parts, table)].map(([name, population]) =>
      columnRecipe(table.columns.get(name)!, { name, population }),
    ),
    functions: [...memory.functions],
    factors: [...memory.factors],
    grid: gridRecipe(formula.parts, { table, rowNumbers, source, memory }),
  };
}

/** A memory that answers from the recipe and learns nothing. */
export function memoryOf({ functions, factors }: DesignRecipe): Memory {
  return {
    functions: new Map(functions),
    factors: new Map(factors),
    contrasts: {},
    references: {},
    frozen: true,
  };
}

/** Names, each with whether the population level uses it. */
function valueColumns(parts: readonly FormulaPart[], table: Table): Map<string, boolean> {
  const used = new Map<string, boolean>();
  const note = (ast: Ast, population: boolean): void =>
    walk(ast, (node) => {
      if (node.kind !== "name" || !table.columns.has(node.name)) return;
      used.set(node.name, population || used.get(node.name) === true);
    });
  for (const { terms } of parts) {
    const population = [
      ...[...terms.population, ...terms.special].flatMap(({ factors }) => factors),
      ...terms.offsets,
    ];
    for (const ast of population) note(ast, true);
    for (const { coefficients, special } of terms.groups) {
      for (const ast of [...coefficients, ...special].flatMap(({ factors }) => factors)) note(ast, false);
    }
  }
  return used;
}

function responseColumns({ expression, additions }: ResponsePart, table: Table): ColumnRecipe[] {
  const trees = [expression, ...additions.flatMap(({ args }) => args.map(({ value }) => value))];
  const names = new Set(trees.flatMap(variables).filter((name) => table.columns.has(name)));
  return [...names].map((name) => columnRecipe(table.columns.get(name)!, { name, population: true }));
}

function columnRecipe(column: Column, use: ColumnUse): ColumnRecipe {
  if (column.kind !== "factor") return { ...use, kind: column.kind };
  return { ...use, kind: "factor", levels: column.levels, ordered: column.ordered };
}
