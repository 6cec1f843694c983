/** Terms of registered kinds in a design: what they learned of the data, and their rows for any data. */
import { DataError, FormulaError } from "../errors.ts";
import { format } from "../formula/format.ts";
import type { PopulationTerm } from "../formula/model-formula.ts";
import { coefficientName } from "../terms/coefficient-name.ts";
import type { EvaluationContext } from "../terms/evaluate.ts";
import { additiveKind, findTermKind, isSpecialCall, variableKind } from "../terms/index.ts";
import { PRODUCT, type ProductState } from "../terms/product.ts";
import type { Call, TermRows } from "../terms/term.ts";
import type { GroupDesign, SpecialDesign } from "./design.ts";
import { modelMatrix } from "./model-matrix.ts";

/**
 * In the order of the formula, a product with factors as one term per column.
 * @throws FormulaError for a term that can only be added and is multiplied
 */
export function specialDesigns(
  terms: readonly PopulationTerm[],
  context: EvaluationContext,
): SpecialDesign[] {
  const { products, additive } = sorted(terms, context);
  const own = additive.map((call): SpecialDesign => {
    const kind = additiveKind(call.callee);
    const state: unknown = kind.learn(call, context);
    const label = format(call);
    return {
      kind: kind.name,
      label,
      state,
      rows: checkedRows(kind.rows(state, call, context), label, context),
    };
  });
  return [...own, ...productDesigns(products, context)];
}

/** The same terms for new data; the memory of `context` is that of the fit. */
export function specialsOfNewData(
  terms: readonly PopulationTerm[],
  learned: readonly SpecialDesign[],
  context: EvaluationContext,
): SpecialDesign[] {
  const { products, additive } = sorted(terms, context);
  const columns = productColumns(products, context);
  const calls = new Map(additive.map((call) => [format(call), call]));
  return learned.map((term): SpecialDesign => {
    if (term.kind === PRODUCT) {
      const column = columns.find(({ label }) => label === term.label)!;
      return { ...term, rows: [productRows(term.state as ProductState, column, context)] };
    }
    const rows = additiveKind(term.kind).rows(term.state, calls.get(term.label)!, context);
    return { ...term, rows: checkedRows(rows, term.label, context) };
  });
}

/**
 * The products that vary over groups.
 * @throws FormulaError for a term that can only be added
 */
export function varyingColumns(
  terms: readonly PopulationTerm[],
  context: EvaluationContext,
): ProductColumn[] {
  const { products, additive } = sorted(terms, context);
  const [misplaced] = additive;
  if (misplaced !== undefined) {
    throw new FormulaError(
      `${format(misplaced)} cannot stand inside a group-level term`,
      context.source,
      misplaced.start,
    );
  }
  return productColumns(products, context);
}

/**
 * The values of a term that varies over groups are those of the population level, as in brms.
 * @throws FormulaError when it is not there
 */
export function checkVarying(
  groups: readonly GroupDesign[],
  special: readonly SpecialDesign[],
  { source }: EvaluationContext,
): void {
  for (const { group, special: labels = [] } of groups) {
    for (const label of labels) {
      if (label === null || special.some((term) => term.label === label)) continue;
      const at = Math.max(0, source.indexOf("|"));
      throw new FormulaError(
        `${label} varies over ${group}, but is not a term of the formula itself: add + ${label}`,
        source,
        at,
      );
    }
  }
}

/** Products of variables, and calls that are added. */
function sorted(terms: readonly PopulationTerm[], { source }: EvaluationContext) {
  const products: PopulationTerm[] = [];
  const additive: Call[] = [];
  for (const term of terms) {
    const call = term.factors
      .filter(isSpecialCall)
      .find(({ callee }) => findTermKind(callee).sort === "additive");
    if (call === undefined) products.push(term);
    else if (term.factors.length === 1) additive.push(call);
    else {
      throw new FormulaError(
        `${format(call)} can only be added to a formula, not multiplied with other terms`,
        source,
        call.start,
      );
    }
  }
  return { products, additive };
}

interface ProductColumn {
  /** `mo(x)`, `mo(x):fb`. */
  readonly label: string;
  readonly variables: readonly Call[];
  /** The product of its ordinary variables; null = ones. */
  readonly covariate: Float64Array | null;
}

function productColumns(products: readonly PopulationTerm[], context: EvaluationContext): ProductColumn[] {
  if (products.length === 0) return [];
  const ones = new Set(products.flatMap(({ factors }) => factors.filter(isSpecialCall).map(format)));
  const matrix = modelMatrix(products, true, context, ones);
  return matrix.columns.map((column, k) => {
    const { factors } = products[matrix.assign[k]! - 1]!;
    const variables = factors.filter(isSpecialCall);
    return {
      label: matrix.names[k]!,
      variables,
      covariate: variables.length === factors.length ? null : column,
    };
  });
}

function productDesigns(products: readonly PopulationTerm[], context: EvaluationContext): SpecialDesign[] {
  const shared = new Set<string>();
  return productColumns(products, context).map((column): SpecialDesign => {
    const variables = column.variables.map((call) => {
      const kind = variableKind(call.callee);
      const state: unknown = kind.learn(call, context);
      const id = kind.shared?.(state);
      if (id !== undefined && shared.has(id)) {
        throw new FormulaError(
          `${format(call)}: parameters shared by several terms (id = "${id}") are not supported yet; without id each has its own`,
          context.source,
          call.start,
        );
      }
      if (id !== undefined) shared.add(id);
      return { kind: kind.name, call, state, count: kind.index(state, call, context).count };
    });
    const state: ProductState = { name: coefficientName(column.label), variables };
    return { kind: PRODUCT, label: column.label, state, rows: [productRows(state, column, context)] };
  });
}

/** One level for every combination of the variables' values, the last varying fastest. */
function productRows(
  { variables }: ProductState,
  { covariate }: ProductColumn,
  context: EvaluationContext,
): TermRows {
  const index = new Int32Array(context.table.rows);
  for (const { kind: name, call, state, count } of variables) {
    const own = variableKind(name).index(state, call, context).index;
    for (let i = 0; i < index.length; i++) index[i] = index[i]! * count + own[i]!;
  }
  const levels = variables.reduce((total, { count }) => total * count, 1);
  return { kind: "lookup", index, levels, columns: covariate };
}

/** @throws DataError for a number that is not finite, naming term and row */
function checkedRows(rows: TermRows[], label: string, { table, rowNumbers }: EvaluationContext): TermRows[] {
  for (const { columns } of rows) {
    const bad = columns?.findIndex((value) => !Number.isFinite(value)) ?? -1;
    if (bad >= 0) {
      throw new DataError(`${label} is ${columns![bad]} in row ${rowNumbers[bad % table.rows]}`);
    }
  }
  return rows;
}
