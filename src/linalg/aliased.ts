/**
 * Which columns of [1, X] depend on those before them: Gram–Schmidt with re-orthogonalisation and R's tolerance
 * (a column is aliased when less than 1e-7 of its length is left; R documentation, `?qr`).
 */
const TOLERANCE = 1e-7;

export interface Aliased {
  readonly column: number;
  /** Earlier columns (−1 = the constant) that it is a combination of. */
  readonly of: readonly number[];
}

export function aliasedColumns(columns: Float64Array, rows: number, intercept: boolean): Aliased[] {
  const basis: { index: number; values: Float64Array; combination: Map<number, number> }[] = [];
  const found: Aliased[] = [];
  const count = columns.length / rows;
  for (let k = intercept ? -1 : 0; k < count; k++) {
    const own = k < 0 ? new Float64Array(rows).fill(1) : columns.slice(k * rows, (k + 1) * rows);
    const length = norm(own);
    // The column as a combination of original columns, followed through the orthogonalisation.
    const combination = new Map<number, number>([[k, 1]]);
    for (let pass = 0; pass < 2; pass++) {
      for (const { values, combination: earlier } of basis) {
        let projection = 0;
        for (let i = 0; i < rows; i++) projection += values[i]! * own[i]!;
        for (let i = 0; i < rows; i++) own[i]! -= projection * values[i]!;
        for (const [index, weight] of earlier) {
          combination.set(index, (combination.get(index) ?? 0) - projection * weight);
        }
      }
    }
    const left = norm(own);
    if (!(left > TOLERANCE * length)) {
      const of = [...combination].filter(([index, weight]) => index !== k && Math.abs(weight) > 1e-6);
      found.push({ column: k, of: of.map(([index]) => index) });
      continue;
    }
    for (let i = 0; i < rows; i++) own[i]! /= left;
    for (const [index, weight] of combination) combination.set(index, weight / left);
    basis.push({ index: k, values: own, combination });
  }
  return found;
}

function norm(values: Float64Array): number {
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += values[i]! * values[i]!;
  return Math.sqrt(squares);
}
