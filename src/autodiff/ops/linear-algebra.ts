/** Products of small matrices and vectors, row-major. */
import { formatShape, type Op, requireShape } from "../op.ts";

/** aᵀb of two vectors of equal length. */
export const dot: Op = {
  name: "dot",
  shape([a, b]) {
    requireShape(
      a!.length === 1 && b!.length === 1 && a![0] === b![0],
      `dot: ${formatShape(a!)} and ${formatShape(b!)} do not fit`,
    );
    return [];
  },
  forward({ x, y }) {
    const a = x[0]!;
    const b = x[1]!;
    let total = 0;
    for (let i = 0; i < a.length; i++) total += a[i]! * b[i]!;
    y[0] = total;
  },
  backward({ x, xBar, yBar }) {
    const bar = yBar[0]!;
    for (let k = 0; k < 2; k++) {
      const own = xBar[k]!;
      if (own === null) continue;
      const other = x[1 - k]!;
      for (let i = 0; i < own.length; i++) own[i]! += bar * other[i]!;
    }
  },
};

interface Extents {
  readonly inner: number;
  readonly columns: number;
}

/** A·B for [r, k]·[k, c], and A·v for [r, k]·[k] (a vector). */
export const matmul: Op<Extents> = {
  name: "matmul",
  shape([a, b]) {
    requireShape(
      a!.length === 2 && (b!.length === 1 || b!.length === 2) && a![1] === b![0],
      `matmul: ${formatShape(a!)} and ${formatShape(b!)} do not fit`,
    );
    return b!.length === 1 ? [a![0]!] : [a![0]!, b![1]!];
  },
  forward({ x, y, attributes: { inner, columns } }) {
    const a = x[0]!;
    const b = x[1]!;
    const rows = y.length / columns;
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        let total = 0;
        for (let k = 0; k < inner; k++) total += a[i * inner + k]! * b[k * columns + j]!;
        y[i * columns + j] = total;
      }
    }
  },
  backward({ x, xBar, yBar, attributes: { inner, columns } }) {
    const a = x[0]!;
    const b = x[1]!;
    const aBar = xBar[0]!;
    const bBar = xBar[1]!;
    const rows = yBar.length / columns;
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        const bar = yBar[i * columns + j]!;
        if (aBar !== null) for (let k = 0; k < inner; k++) aBar[i * inner + k]! += bar * b[k * columns + j]!;
        if (bBar !== null) for (let k = 0; k < inner; k++) bBar[k * columns + j]! += bar * a[i * inner + k]!;
      }
    }
  },
};

/** L·Lᵀ of a lower-triangular K×K matrix (a correlation matrix from its Cholesky factor). */
export const tcrossprodLower: Op = {
  name: "tcrossprodLower",
  shape([l]) {
    requireShape(l!.length === 2 && l![0] === l![1], `tcrossprodLower: ${formatShape(l!)} is not square`);
    return l!;
  },
  forward({ x, y }) {
    const l = x[0]!;
    const size = Math.round(Math.sqrt(l.length));
    for (let i = 0; i < size; i++) {
      for (let j = 0; j <= i; j++) {
        let total = 0;
        for (let k = 0; k <= j; k++) total += l[i * size + k]! * l[j * size + k]!;
        y[i * size + j] = total;
        y[j * size + i] = total;
      }
    }
  },
  backward({ x, xBar, yBar }) {
    const l = x[0]!;
    const lBar = xBar[0];
    if (lBar == null) return;
    const size = Math.round(Math.sqrt(l.length));
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) {
        const bar = yBar[i * size + j]!;
        for (let k = 0; k <= Math.min(i, j); k++) {
          lBar[i * size + k]! += bar * l[j * size + k]!;
          lBar[j * size + k]! += bar * l[i * size + k]!;
        }
      }
    }
  },
};
