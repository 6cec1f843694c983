/** The points that a smooth of several variables is built on: the distinct rows of the data, or a sample of them. */
import { fromColumns, type Matrix, zeros } from "../../linalg/matrix.ts";
import { sampleWithoutReplacement, textOf } from "./reference-sample.ts";

/** Distinct rows, sorted by the first variable, then the second, … */
export function distinctPoints(columns: readonly Float64Array[]): Matrix {
  const rows = columns[0]!.length;
  const order = Array.from({ length: rows }, (_, i) => i).sort((a, b) => compare(columns, a, b));
  const kept = order.filter((row, at) => at === 0 || compare(columns, row, order[at - 1]!) !== 0);
  return fromColumns(
    columns.map((column) => kept.map((row) => column[row]!)),
    kept.length,
  );
}

function compare(columns: readonly Float64Array[], a: number, b: number): number {
  for (const column of columns) {
    const difference = column[a]! - column[b]!;
    if (difference !== 0) return difference;
  }
  return 0;
}

/** At most `most` of the points, chosen by a generator of a fixed seed. Of several variables they are ordered by their text first. */
export function sampledPoints(points: Matrix, most: number): Matrix {
  if (points.rows <= most) return points;
  const order = points.columns === 1 ? undefined : byText(points);
  const chosen = sampleWithoutReplacement(points.rows, most, 1);
  const result = zeros(most, points.columns);
  for (let j = 0; j < points.columns; j++) {
    for (let i = 0; i < most; i++) {
      const row = order === undefined ? chosen[i]! : order[chosen[i]!]!;
      result.values[j * most + i] = points.values[j * points.rows + row]!;
    }
  }
  return result;
}

function byText(points: Matrix): number[] {
  const texts = Array.from({ length: points.rows }, (_, i) =>
    Array.from({ length: points.columns }, (__, j) => textOf(points.values[j * points.rows + i]!)).join("*"),
  );
  return texts.map((_, i) => i).sort((a, b) => (texts[a]! < texts[b]! ? -1 : texts[a]! > texts[b]! ? 1 : 0));
}
