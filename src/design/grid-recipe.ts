/** What the data of a fit were like in the variables of its population level: for reference grids and tests of terms. */
import type { Column, Table } from "../data/table.ts";
import { type Ast, walk } from "../formula/ast.ts";
import { format } from "../formula/format.ts";
import type { FormulaPart, TermList } from "../formula/model-formula.ts";
import { mean } from "../numeric/moments.ts";
import type { EvaluationContext } from "../terms/evaluate.ts";
import { variableValue } from "./model-matrix.ts";

export interface GridRecipe {
  /** The columns that the population level uses. */
  readonly variables: readonly GridVariable[];
  /** How often each combination of the variables with levels occurs. */
  readonly counts: Cells & { readonly rows: readonly number[] };
  /** The combinations of the factors of `mu` as its terms name them (`recipe`, `factor(x)`) that occur. */
  readonly cells: Cells;
}

export interface Cells {
  readonly names: readonly string[];
  /** One per combination: codes in the order of `names`. */
  readonly codes: readonly (readonly number[])[];
}

export type GridVariable =
  | { readonly name: string; readonly levels: readonly GridLevel[] }
  /** A covariate: its mean over the rows. */
  | { readonly name: string; readonly mean: number };

export type GridLevel = string | number | boolean;

/** Covariates with so few distinct values count as factors in a grid (emmeans' `cov.keep`). */
const FEW_VALUES = 2;
const FACTOR_FUNCTIONS = new Set(["factor", "as.factor", "ordered", "as.ordered", "C", "relevel"]);

/** `context`: of the rows used, with what the design learned. */
export function gridRecipe(parts: readonly FormulaPart[], context: EvaluationContext): GridRecipe {
  const { table } = context;
  const asts = parts.flatMap(({ terms }) => [...factorsOf(terms), ...terms.offsets, ...terms.special]);
  const coerced = namesIn(asts.flatMap(factorCalls), table);
  const found = [...namesIn(asts, table)].map((name) => ({
    name,
    ...levelled(table.columns.get(name)!, coerced.has(name)),
  }));
  const withLevels = found.flatMap(({ name, levels, codes }) => (levels ? [{ name, codes: codes! }] : []));
  return {
    variables: found.map(({ name, levels, mean: centre }) =>
      levels ? { name, levels } : { name, mean: centre! },
    ),
    counts: crossed(withLevels, table.rows),
    cells: observedCells(parts[0]!.terms, context),
  };
}

function factorsOf(terms: TermList): Ast[] {
  return terms.population.flatMap(({ factors }) => factors);
}

function namesIn(asts: readonly Ast[], table: Table): Set<string> {
  const names = new Set<string>();
  for (const ast of asts) {
    walk(ast, (node) => {
      if (node.kind === "name" && table.columns.has(node.name)) names.add(node.name);
    });
  }
  return names;
}

/** The calls inside a tree that make a factor of what is in them. */
export function factorCalls(ast: Ast): Ast[] {
  const calls: Ast[] = [];
  walk(ast, (node) => {
    if (node.kind === "call" && FACTOR_FUNCTIONS.has(node.callee)) calls.push(node);
  });
  return calls;
}

interface Levelled {
  readonly levels?: readonly GridLevel[];
  readonly codes?: Int32Array;
  readonly mean?: number;
}

function levelled(column: Column, coerced: boolean): Levelled {
  if (column.kind === "logical") return withOccurring([false, true], Int32Array.from(column.values));
  if (column.kind === "factor") return withOccurring(column.levels, column.codes);
  const distinct = new Set(column.values);
  if (!coerced && distinct.size > FEW_VALUES) return { mean: mean(column.values) };
  const levels = [...distinct].sort((a, b) => a - b);
  const codeOf = new Map(levels.map((value, code) => [value, code]));
  return { levels, codes: Int32Array.from(column.values, (value) => codeOf.get(value)!) };
}

function withOccurring(levels: readonly GridLevel[], codes: Int32Array): Levelled {
  const kept = [...new Set(codes)].sort((a, b) => a - b);
  return { levels: kept.map((code) => levels[code]!), codes: codes.map((code) => kept.indexOf(code)) };
}

function observedCells(terms: TermList, context: EvaluationContext): Cells {
  const variables = new Map<string, Int32Array>();
  for (const factor of factorsOf(terms)) {
    const label = format(factor);
    if (variables.has(label) || !context.memory?.factors.has(label)) continue;
    const value = variableValue(factor, label, context);
    if (value.kind === "factor") variables.set(label, value.codes);
  }
  const { names, codes } = crossed(
    [...variables].map(([name, own]) => ({ name, codes: own })),
    context.table.rows,
  );
  return { names, codes };
}

function crossed(
  factors: readonly { readonly name: string; readonly codes: Int32Array }[],
  rows: number,
): GridRecipe["counts"] {
  const found = new Map<string, { codes: number[]; rows: number }>();
  for (let i = 0; i < rows; i++) {
    const codes = factors.map((factor) => factor.codes[i]!);
    const key = codes.join();
    const cell = found.get(key);
    if (cell === undefined) found.set(key, { codes, rows: 1 });
    else cell.rows++;
  }
  const cells = [...found.values()];
  return {
    names: factors.map(({ name }) => name),
    codes: cells.map(({ codes }) => codes),
    rows: cells.map((cell) => cell.rows),
  };
}
