/** Group-level terms: the levels of the grouping factor and the columns of the coefficients that vary over them. */
import { DataError } from "../errors.ts";
import type { GroupTerm } from "../formula/model-formula.ts";
import type { EvaluationContext } from "../terms/evaluate.ts";
import { asFactor } from "../terms/functions.ts";
import type { GroupDesign } from "./design.ts";
import { modelMatrix } from "./model-matrix.ts";
import { varyingColumns } from "./special.ts";

export function groupDesign(term: GroupTerm, context: EvaluationContext): GroupDesign {
  return {
    group: term.label,
    ...(term.id !== undefined && { id: term.id }),
    correlated: term.correlated,
    ...groupLevels(term, context),
    ...groupColumns(term, context),
  };
}

/** The columns of the coefficients, `(Intercept)` first when there is one. */
export function groupColumns(
  term: GroupTerm,
  context: EvaluationContext,
): Pick<GroupDesign, "names" | "columns" | "special"> {
  const { rows } = context.table;
  const ordinary = modelMatrix(term.coefficients, term.intercept, context);
  const varying = varyingColumns(term.special, context);
  const matrix = {
    names: [...ordinary.names, ...varying.map(({ label }) => label)],
    columns: [...ordinary.columns, ...varying.map(({ covariate }) => covariate ?? ones(rows))],
  };
  const names = term.intercept ? ["(Intercept)", ...matrix.names] : matrix.names;
  const shift = term.intercept ? 1 : 0;
  const columns = new Float64Array(rows * names.length);
  if (term.intercept) columns.fill(1, 0, rows);
  matrix.columns.forEach((column, k) => {
    columns.set(column, (k + shift) * rows);
  });
  if (varying.length === 0) return { names, columns };
  const special = names.map((name, k) => (k < names.length - varying.length ? null : name));
  return { names, columns, special };
}

const ones = (rows: number): Float64Array => new Float64Array(rows).fill(1);

/** Not errors, because priors keep such models proper; worth knowing all the same. */
export function groupWarnings(design: GroupDesign): string[] {
  const { group, levels, index, names } = design;
  const rows = index.length;
  if (levels.length === 1) {
    return [`the grouping factor ${group} has one level: its standard deviation comes from the prior alone`];
  }
  if (levels.length * names.length > rows) {
    return [
      `${group} has ${levels.length * names.length} group-level effects for ${rows} observations: the prior decides much`,
    ];
  }
  return [];
}

/** Levels that occur; those of `a:b` are joined with `_`, the first factor varying slowest. */
function groupLevels(
  term: GroupTerm,
  { memory: _, ...context }: EvaluationContext,
): Pick<GroupDesign, "levels" | "parts" | "index"> {
  const { rows } = context.table;
  if (rows === 0) throw new DataError("there are no rows");
  // Without the memory: levels of groups are remembered by the group.
  const factors = term.factors.map((name) =>
    asFactor({ kind: "name", name, start: term.start, end: term.end }, context, undefined),
  );
  const combined = new Float64Array(rows);
  for (const { levels, codes } of factors) {
    for (let i = 0; i < rows; i++) combined[i] = combined[i]! * levels.length + codes[i]!;
  }
  const occurring = [...new Set(combined)].sort((a, b) => a - b);
  const position = new Map(occurring.map((code, j) => [code, j]));
  const parts = occurring.map((code) => partsOf(code, factors));
  return {
    levels: parts.map((own) => own.join("_")),
    ...(factors.length > 1 && { parts }),
    index: Int32Array.from(combined, (code) => position.get(code)!),
  };
}

function partsOf(code: number, factors: readonly { readonly levels: readonly string[] }[]): string[] {
  const parts: string[] = [];
  let rest = code;
  for (const { levels } of [...factors].reverse()) {
    parts.unshift(levels[rest % levels.length]!);
    rest = Math.floor(rest / levels.length);
  }
  return parts;
}
