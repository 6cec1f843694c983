/** What the data of a fit were like in the variables of its population level: for reference grids and tests of terms. */
import type { Column, Table } from "../data/table.ts";
import { type Ast, walk } from "../formula/ast.ts";
import { format } from "../formula/format.ts";
import type { FormulaPart, TermList } from "../formula/model-formula.ts";
import { mean } from "../numeric/moments.ts";
import type { EvaluationContext } from "../terms/evaluate.ts";
import { findTermKind, isSpecialCall } from "../terms/index.ts";
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
  const asts = parts.flatMap(({ terms }) => [...factorsOf(terms), ...terms.offsets]);
  const coerced = namesIn([...asts.flatMap(factorCalls), ...parts.flatMap(variablesOf)], table);
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

/** Calls such as `mo(x)`, which know the values of x that occur and no others: their mean is none of them. */
function variablesOf({ terms }: FormulaPart): Ast[] {
  const factors = terms.special.flatMap((term) => term.factors);
  return factors.filter((own) => isSpecialCall(own) && findTermKind(own.callee).sort === "variable");
}

function factorsOf(terms: TermList): Ast[] {
  return [...terms.population, ...terms.special].flatMap(({ factors }) => factors);
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
  if (!coerced && hasMany(column.values)) return { mean: mean(column.values) };
  const levels = [...new Set(column.values)].sort((a, b) => a - b);
  const codeOf = new Map(levels.map((value, code) => [value, code]));
  return { levels, codes: Int32Array.from(column.values, (value) => codeOf.get(value)!) };
}

/** Whether there are more distinct values than a factor of a grid has; stops looking once they are found. */
function hasMany(values: Float64Array): boolean {
  const distinct = new Set<number>();
  return values.some((value) => distinct.add(value).size > FEW_VALUES);
}

function withOccurring(levels: readonly GridLevel[], codes: Int32Array): Levelled {
  const kept = [...new Set(codes)].sort((a, b) => a - b);
  const position = new Map(kept.map((code, k) => [code, k]));
  return { levels: kept.map((code) => levels[code]!), codes: codes.map((code) => position.get(code)!) };
}

function observedCells(terms: TermList, context: EvaluationContext): Cells {
  const variables = new Map<string, Int32Array>();
  for (const factor of terms.population.flatMap(({ factors }) => factors)) {
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

/** The combinations in the order of their first rows. */
function crossed(
  factors: readonly { readonly name: string; readonly codes: Int32Array }[],
  rows: number,
): GridRecipe["counts"] {
  // Factor by factor, so that keys stay whole numbers below rows × levels.
  let cellOf = new Int32Array(rows);
  for (const { codes } of factors) cellOf = refined(cellOf, codes);
  const firstRows: number[] = [];
  const counts: number[] = [];
  for (let i = 0; i < rows; i++) {
    const cell = cellOf[i]!;
    if (cell === firstRows.length) {
      firstRows.push(i);
      counts.push(0);
    }
    counts[cell]!++;
  }
  return {
    names: factors.map(({ name }) => name),
    codes: firstRows.map((row) => factors.map(({ codes }) => codes[row]!)),
    rows: counts,
  };
}

/** The cells of a partition split by a factor, numbered in the order of their first rows. */
function refined(cellOf: Int32Array, codes: Int32Array): Int32Array<ArrayBuffer> {
  const size = codes.reduce((most, code) => Math.max(most, code), 0) + 1;
  const numbers = new Map<number, number>();
  return Int32Array.from(codes, (code, row) => {
    const key = cellOf[row]! * size + code;
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, numbers.size);
    return numbers.size - 1;
  });
}
