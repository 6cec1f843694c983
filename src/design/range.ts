/** Numbers that a model squares and sums: what no double can hold is refused, naming the column. */
import { DataError } from "../errors.ts";
import type { Design } from "./design.ts";

/**
 * @throws DataError for a response, offset or column of a design whose largest absolute value is so large, or so small, that a
 * sum of squares over the rows overflows, or underflows to 0.
 */
export function refuseOutOfRange(design: Pick<Design, "response" | "predictors" | "nobs">): void {
  const { response, predictors, nobs } = design;
  // Squares of values up to this, summed over all rows, stay below 10^306.
  const most = 1e153 / Math.sqrt(nobs);
  const check = (what: string, values: Float64Array): void => {
    let largest = 0;
    for (let i = 0; i < values.length; i++) largest = Math.max(largest, Math.abs(values[i]!));
    if (largest === 0 || (largest <= most && largest >= 1 / most)) return;
    throw new DataError(
      `${what} reaches ${largest.toExponential(1)}, whose squares are out of the range of numbers: change its unit ` +
        `(divide by a power of ten, so that values lie between ${(1 / most).toExponential(0)} and ${most.toExponential(0)})`,
    );
  };
  if (response.levels === undefined) check(`the response ${response.name}`, response.values);
  for (const { population, groups, offset } of predictors) {
    const columns = (names: readonly string[], values: Float64Array, of: string): void =>
      names.forEach((name, k) => {
        check(`the column ${name} of ${of}`, values.subarray(k * nobs, (k + 1) * nobs));
      });
    columns(population.names, population.columns, "the model");
    for (const { group, names, columns: own } of groups) columns(names, own, `(… | ${group})`);
    if (offset !== undefined) check("the offset", offset);
  }
}
