/** A block of a row-major matrix: where it begins, and how far apart its rows are. */
export interface MatrixBlock {
  readonly values: Float64Array;
  readonly start: number;
  readonly stride: number;
}

/**
 * C ← C − A·Bᵀ for row-major blocks: A is m × depth, B is n × depth, C is m × n. Four rows of A meet two rows of B at a
 * time, so that each number loaded is used more than once.
 */
export function subtractProduct(
  { m, n, depth }: { readonly m: number; readonly n: number; readonly depth: number },
  { values: a, start: aStart, stride: aStride }: MatrixBlock,
  { values: b, start: bStart, stride: bStride }: MatrixBlock,
  { values: c, start: cStart, stride: cStride }: MatrixBlock,
): void {
  const evenM = m - (m % 4);
  const evenN = n - (n % 2);
  for (let i = 0; i < evenM; i += 4) {
    const a0 = aStart + i * aStride;
    const a1 = a0 + aStride;
    const a2 = a1 + aStride;
    const a3 = a2 + aStride;
    for (let j = 0; j < evenN; j += 2) {
      const b0 = bStart + j * bStride;
      const b1 = b0 + bStride;
      let s00 = 0;
      let s01 = 0;
      let s10 = 0;
      let s11 = 0;
      let s20 = 0;
      let s21 = 0;
      let s30 = 0;
      let s31 = 0;
      for (let k = 0; k < depth; k++) {
        const x0 = b[b0 + k]!;
        const x1 = b[b1 + k]!;
        const y0 = a[a0 + k]!;
        s00 += y0 * x0;
        s01 += y0 * x1;
        const y1 = a[a1 + k]!;
        s10 += y1 * x0;
        s11 += y1 * x1;
        const y2 = a[a2 + k]!;
        s20 += y2 * x0;
        s21 += y2 * x1;
        const y3 = a[a3 + k]!;
        s30 += y3 * x0;
        s31 += y3 * x1;
      }
      const c0 = cStart + i * cStride + j;
      c[c0]! -= s00;
      c[c0 + 1]! -= s01;
      c[c0 + cStride]! -= s10;
      c[c0 + cStride + 1]! -= s11;
      c[c0 + 2 * cStride]! -= s20;
      c[c0 + 2 * cStride + 1]! -= s21;
      c[c0 + 3 * cStride]! -= s30;
      c[c0 + 3 * cStride + 1]! -= s31;
    }
  }
  for (let i = 0; i < m; i++) {
    for (let j = i < evenM ? evenN : 0; j < n; j++) {
      let sum = 0;
      for (let k = 0; k < depth; k++) sum += a[aStart + i * aStride + k]! * b[bStart + j * bStride + k]!;
      c[cStart + i * cStride + j]! -= sum;
    }
  }
}
