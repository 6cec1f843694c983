/** The population-level design of one predictor. */
import { DesignError } from "../errors.ts";
import type { TermList } from "../formula/model-formula.ts";
import { aliasedColumns } from "../linalg/aliased.ts";
import { type EvaluationContext, numbers } from "../terms/evaluate.ts";
import type { PopulationDesign } from "./design.ts";
import { modelMatrix } from "./model-matrix.ts";

export function populationDesign(terms: TermList, context: EvaluationContext): PopulationDesign {
  const { rows } = context.table;
  const matrix = modelMatrix(terms.population, terms.intercept, context);
  const columns = new Float64Array(rows * matrix.columns.length);
  matrix.columns.forEach((column, k) => {
    columns.set(column, k * rows);
  });
  return {
    intercept: terms.intercept,
    names: matrix.names,
    columns,
    assign: matrix.assign,
    components: matrix.components,
    termLabels: terms.population.map((term) => term.label),
  };
}

/** Sum of the offset() terms, or undefined when there are none. */
export function offsetOf(terms: TermList, context: EvaluationContext): Float64Array | undefined {
  const [first, ...others] = terms.offsets.map((offset) => numbers(offset, context));
  return others.reduce((total, offset) => total?.map((value, i) => value + offset[i]!), first);
}

/** @throws DesignError naming the aliased columns of a rank-deficient design. */
export function checkRank({ names, columns, intercept }: PopulationDesign, rows: number, dpar: string): void {
  const aliased = aliasedColumns(columns, rows, intercept);
  if (aliased.length === 0) return;
  const nameOf = (index: number) => (index < 0 ? "the intercept" : names[index]!);
  const explained = aliased.map(({ column, of }) =>
    of.length === 0
      ? `${nameOf(column)} is 0 in every row`
      : `${nameOf(column)} is a combination of ${of.map(nameOf).join(", ")}`,
  );
  throw new DesignError(
    `the design${dpar === "mu" ? "" : ` of ${dpar}`} is rank deficient: ${explained.join("; ")}. ` +
      `Leave out ${aliased.map(({ column }) => nameOf(column)).join(", ")}`,
  );
}
