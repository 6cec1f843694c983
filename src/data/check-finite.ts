/** Infinite values may stand in a column that nobody uses; a used one must be finite. */
import { DataError } from "../errors.ts";

/**
 * `rowNumbers`: for each value its 1-based number in the data as given; default its own position.
 * @throws DataError naming the column and the first row that is infinite or not a number.
 */
export function checkFinite(name: string, values: ArrayLike<number>, rowNumbers?: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i])) continue;
    const row = rowNumbers?.[i] ?? i + 1;
    throw new DataError(
      `column "${name}", row ${row}: ${values[i]} cannot be used; a finite number is needed`,
    );
  }
}
