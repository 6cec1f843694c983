/**
 * X = QR by modified Gram–Schmidt, each column orthogonalised twice (Giraud, Langou & Rozložník 2005: twice is enough).
 * `x` (rows × count, column-major) is overwritten by Q. A column of which less than `TOLERANCE` of its length is left is
 * refused by the caller beforehand (aliased.ts).
 */
export function orthonormalise(x: Float64Array, rows: number, count: number): Float64Array {
  const r = new Float64Array(count * count);
  for (let j = 0; j < count; j++) {
    const own = x.subarray(j * rows, (j + 1) * rows);
    for (let pass = 0; pass < 2; pass++) {
      for (let k = 0; k < j; k++) {
        const q = x.subarray(k * rows, (k + 1) * rows);
        const projection = dot(q, own);
        r[k * count + j]! += projection;
        for (let i = 0; i < rows; i++) own[i]! -= projection * q[i]!;
      }
    }
    const length = Math.sqrt(dot(own, own));
    r[j * count + j] = length;
    for (let i = 0; i < rows; i++) own[i]! /= length;
  }
  return r;
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** x ← R⁻¹x for the row-major upper triangle R. */
export function solveUpper(r: Float64Array, size: number, x: Float64Array): void {
  for (let i = size - 1; i >= 0; i--) {
    let sum = x[i]!;
    for (let j = i + 1; j < size; j++) sum -= r[i * size + j]! * x[j]!;
    x[i] = sum / r[i * size + i]!;
  }
}
