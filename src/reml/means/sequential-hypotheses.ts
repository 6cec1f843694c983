/**
 * Hypotheses of type I and II. The rows of R in X = QR that belong to the columns of a term test it after the columns before
 * it, whatever comes later: they are the rows of the forward Doolittle factor of X'X but for scale (Goodnight 1979,
 * SAS Technical Report R-101). Type II puts the columns of each term before those of the terms that contain it, and all
 * others first (Kuznetsova, Brockhoff & Christensen 2017, J. Stat. Softw. 82(13), section 2.2).
 */
import { namedColumns } from "../../design/named-columns.ts";
import { orthonormalise } from "../../linalg/orthonormalise.ts";
import { contains, termShapes } from "./containment.ts";
import { columnsOf, type LinearSource } from "./linear-source.ts";

/** Of one term: rows over the names of the fit. */
export interface Hypothesis {
  readonly term: string;
  readonly rows: readonly Float64Array[];
}

export function typeOne(source: Pick<LinearSource, "design" | "names">): Hypothesis[] {
  const terms = termOfColumns(source);
  const order = source.names.map((_, j) => j);
  return termShapes(source.design).flatMap(({ label }, t) => {
    return t === 0 ? [] : [{ term: label, rows: rowsOf(source, order, (j) => terms[j] === t) }];
  });
}

export function typeTwo(source: Pick<LinearSource, "design" | "names">): Hypothesis[] {
  const terms = termOfColumns(source);
  const shapes = termShapes(source.design);
  return shapes.flatMap((shape, t) => {
    if (t === 0) return [];
    const rank = (j: number): number => (terms[j] === t ? 1 : contains(shapes[terms[j]!]!, shape) ? 2 : 0);
    const order = source.names.map((_, j) => j).sort((i, j) => rank(i) - rank(j) || i - j);
    return [{ term: shape.label, rows: rowsOf(source, order, (j) => terms[j] === t) }];
  });
}

/** For each name of the fit the number of its term, 0 for the intercept. */
export function termOfColumns(source: Pick<LinearSource, "design" | "names">): number[] {
  const { assign } = source.design.predictors[0]!.population;
  return columnsOf(source).map((column) => (column < 0 ? 0 : assign[column]!));
}

/** Rows of R for the chosen columns, with the columns of X taken in `order`; back in the order of the names. */
function rowsOf(
  { design, names }: Pick<LinearSource, "design" | "names">,
  order: readonly number[],
  chosen: (j: number) => boolean,
): Float64Array[] {
  const p = names.length;
  const x = namedColumns(
    design.predictors[0]!.population,
    design.nobs,
    order.map((j) => names[j]!),
  );
  const r = orthonormalise(x, design.nobs, p);
  return order.flatMap((j, at) => {
    if (!chosen(j)) return [];
    const row = new Float64Array(p);
    for (let k = at; k < p; k++) row[order[k]!] = r[at * p + k]! / r[at * p + at]!;
    return [row];
  });
}
