/** Columns of a population-level design by name. */
import { DesignError } from "../errors.ts";
import type { PopulationDesign } from "./design.ts";

/**
 * rows × names.length, column-major: the columns called `names`, `(Intercept)` among them, of a population-level design;
 * for fits that left out aliased columns.
 * @throws DesignError for a column that the design does not have.
 */
export function namedColumns(
  { intercept, names: own, columns }: PopulationDesign,
  rows: number,
  names: readonly string[],
): Float64Array {
  const selected = new Float64Array(rows * names.length);
  names.forEach((name, k) => {
    const at = own.indexOf(name);
    if (at >= 0) selected.set(columns.subarray(at * rows, (at + 1) * rows), k * rows);
    else if (intercept && name === "(Intercept)") selected.fill(1, k * rows, (k + 1) * rows);
    else throw new DesignError(`the design has no column "${name}"; it has ${own.join(", ")}`);
  });
  return selected;
}
