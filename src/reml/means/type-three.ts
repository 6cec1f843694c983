/**
 * Hypotheses of type III by estimable functions (SAS/STAT User's Guide, "The Four Types of Estimable Functions"; Goodnight
 * 1978, SAS Technical Report R-101), so that they do not depend on the coding of factors. In the model with an indicator
 * for every level, the estimable functions that involve a term and the terms that contain it, and nothing else, are taken
 * orthogonal to those that involve only the terms that contain it.
 *
 * Columns that share a product of numeric columns form a factorial layout of their own (slopes of x by factors), and no
 * estimable function needs to mix layouts: each is treated by itself, at the combinations of levels that occur.
 */
import { type FactorParts, factorParts } from "../../design/factor-parts.ts";
import { DesignError } from "../../errors.ts";
import { aliasedColumns } from "../../linalg/aliased.ts";
import { dot, orthonormalise, solveUpper } from "../../linalg/orthonormalise.ts";
import { combine, leftNullSpace } from "../../linalg/subspaces.ts";
import { contains, type TermShape, termShapes } from "./containment.ts";
import { columnsOf, type LinearSource } from "./linear-source.ts";
import { type Hypothesis, termOfColumns } from "./sequential-hypotheses.ts";

const TOLERANCE = 1e-8;

/** @throws DesignError when numeric columns are confounded with factors, so that layouts do mix. */
export function typeThree(source: Pick<LinearSource, "design" | "names">): Hypothesis[] {
  const shapes = termShapes(source.design);
  const parts = factorParts(source.design);
  const { assign, components } = source.design.predictors[0]!.population;
  const layouts = new Map<string, Layout>();
  return shapes.flatMap(({ label }, t) => {
    if (t === 0) return [];
    const own = [...new Set(components.filter((_, j) => assign[j] === t))];
    const rows = own.flatMap((component) => {
      const layout = layouts.get(component) ?? layoutOf(component, source, parts);
      layouts.set(component, layout);
      return hypothesis(layout, t, shapes).map((m) => spread(m, layout, source.names.length));
    });
    return [{ term: label, rows }];
  });
}

/** One factorial layout: coefficients of the fit as functions of those of the model with all indicators. */
interface Layout {
  /** The names of the fit that belong to it. */
  readonly columns: readonly number[];
  /** For each of them its row: unit length, over all indicators. */
  readonly rows: readonly Float64Array[];
  readonly lengths: readonly number[];
  /** For each indicator the number of its term. */
  readonly terms: readonly number[];
}

function layoutOf(
  component: string,
  source: Pick<LinearSource, "design" | "names">,
  { coded, indicators, position, cells }: FactorParts,
): Layout {
  const { components, assign, intercept, names } = source.design.predictors[0]!.population;
  const ones = new Float64Array(cells).fill(1);
  const numbers = columnsOf(source);
  const termOf = termOfColumns(source);
  const columns = numbers.flatMap((column, j) =>
    (column < 0 ? "" : components[column]) === component ? [j] : [],
  );
  const kept = columns.map((j) => (numbers[j]! < 0 ? ones : coded[termOf[j]! - 1]![position[numbers[j]!]!]!));
  const inLayout = [...new Set(assign.filter((_, j) => components[j] === component))];
  const full = [
    ...(component === "" && intercept ? [{ term: 0, values: ones }] : []),
    ...inLayout.flatMap((t) => indicators[t - 1]!.map((values) => ({ term: t, values }))),
  ];
  const rows = regressions(
    kept,
    full.map(({ values }) => values),
    cells,
  );
  if (rows === undefined) {
    const confounded = columns.map((j) => source.names[j]!).join(", ") || names.join(", ");
    throw new DesignError(
      `type III is not defined here: numeric columns are confounded with the factors of ${confounded}; use type I or II`,
    );
  }
  const lengths = rows.map((row) => Math.sqrt(dot(row, row)));
  return {
    columns,
    rows: rows.map((row, i) => row.map((value) => value / lengths[i]!)),
    lengths,
    terms: full.map(({ term }) => term),
  };
}

/** C with full = kept·C, by rows; undefined when there is none. */
function regressions(
  kept: readonly Float64Array[],
  full: readonly Float64Array[],
  cells: number,
): Float64Array[] | undefined {
  const count = kept.length;
  const q = new Float64Array(cells * count);
  kept.forEach((values, k) => {
    q.set(values, k * cells);
  });
  if (aliasedColumns(q, cells, false).length > 0) return undefined;
  const r = orthonormalise(q, cells, count);
  const rows = kept.map(() => new Float64Array(full.length));
  for (const [f, values] of full.entries()) {
    const coefficients = Float64Array.from(kept, (_, k) =>
      dot(q.subarray(k * cells, (k + 1) * cells), values),
    );
    const explained = dot(coefficients, coefficients);
    if (dot(values, values) - explained > TOLERANCE * Math.max(1, explained)) return undefined;
    solveUpper(r, count, coefficients);
    coefficients.forEach((value, k) => {
      rows[k]![f] = value;
    });
  }
  return rows;
}

/** Vectors over the columns of the layout that make up the hypothesis of term `t`. */
function hypothesis({ rows, terms }: Layout, t: number, shapes: readonly TermShape[]): Float64Array[] {
  const part = (row: Float64Array, wanted: (term: number) => boolean): Float64Array =>
    row.filter((_, f) => wanted(terms[f]!));
  const outside = (term: number): boolean => term !== t && !contains(shapes[term]!, shapes[t]!);
  const { zero: involved } = leftNullSpace(rows.map((row) => part(row, outside)));
  const orthonormal = orthonormalSet(involved.map((m) => ({ m, row: combine(m, rows) })));
  if (orthonormal.length === 0) return [];
  const { rest } = leftNullSpace(orthonormal.map(({ row }) => part(row, (term) => term === t)));
  return rest.map((a) =>
    combine(
      a,
      orthonormal.map(({ m }) => m),
    ),
  );
}

interface Carried {
  readonly m: Float64Array;
  readonly row: Float64Array;
}

/** Gram–Schmidt on the rows, which are independent, with the coefficients carried along. */
function orthonormalSet(vectors: readonly Carried[]): Carried[] {
  const found: Carried[] = [];
  for (const vector of vectors) {
    const m = vector.m.slice();
    const row = vector.row.slice();
    for (let pass = 0; pass < 2; pass++) {
      for (const other of found) {
        const projection = dot(row, other.row);
        for (let k = 0; k < row.length; k++) row[k]! -= projection * other.row[k]!;
        for (let k = 0; k < m.length; k++) m[k]! -= projection * other.m[k]!;
      }
    }
    const length = Math.sqrt(dot(row, row));
    found.push({ m: m.map((value) => value / length), row: row.map((value) => value / length) });
  }
  return found;
}

function spread(m: Float64Array, { columns, lengths }: Layout, size: number): Float64Array {
  const row = new Float64Array(size);
  columns.forEach((j, k) => {
    row[j] = m[k]! / lengths[k]!;
  });
  return row;
}
