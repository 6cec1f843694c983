/**
 * The linear predictor η = offset + α + Xβ + Σ Z_g r_g as one node: the rows are passed over once per column,
 * and the reverse sweep is a set of column dot products.
 */
import { formatShape, type Op, requireShape } from "../op.ts";

/** What the operands mean, in their order. Matrices are column-major with `rows` rows. */
export type PredictorPart =
  /** A scalar added to every row. */
  | { readonly kind: "intercept" }
  /** A vector of coefficients: adds X·β. */
  | { readonly kind: "dense"; readonly columns: Float64Array }
  /**
   * Effects in a [levels × stride] matrix r: adds Σ_m Z[i, m]·r[index[i], first + m].
   * `columns` null means one column of ones.
   */
  | {
      readonly kind: "grouped";
      readonly index: Int32Array;
      readonly columns: Float64Array | null;
      readonly count: number;
      readonly first: number;
      readonly stride: number;
    }
  /** A vector with one entry per row (a special term computed elsewhere). */
  | { readonly kind: "rows" };

export interface LinearPredictorAttributes {
  readonly rows: number;
  readonly parts: readonly PredictorPart[];
  readonly offset: Float64Array | null;
}

export const linearPredictor: Op<LinearPredictorAttributes> = {
  name: "linearPredictor",
  shape(inputs, { rows, parts }) {
    requireShape(inputs.length === parts.length, "linearPredictor: one operand per part");
    parts.forEach((part, i) => {
      const shape = inputs[i]!;
      const fits =
        part.kind === "intercept"
          ? shape.length === 0
          : part.kind === "dense"
            ? shape.length === 1 && part.columns.length === rows * shape[0]!
            : part.kind === "rows"
              ? shape.length === 1 && shape[0] === rows
              : shape.length === 2 && shape[1] === part.stride && part.index.length === rows;
      requireShape(fits, `linearPredictor: ${part.kind} part does not fit ${formatShape(shape)}`);
    });
    return [rows];
  },
  forward({ x, y, attributes: { parts, offset } }) {
    if (offset === null) y.fill(0);
    else y.set(offset);
    for (let k = 0; k < parts.length; k++) {
      const part = parts[k]!;
      const a = x[k]!;
      if (part.kind === "dense") addDense(part.columns, a, y);
      else if (part.kind === "intercept") addScalar(a[0]!, y);
      else if (part.kind === "rows") addRows(a, y);
      else if (part.columns === null) addLevels(part.index, a, part.first, part.stride, y);
      else addGrouped(part.index, part.columns, part.count, a, part.first, part.stride, y);
    }
  },
  backward({ xBar, yBar, attributes: { parts } }) {
    for (let k = 0; k < parts.length; k++) {
      const part = parts[k]!;
      const aBar = xBar[k]!;
      if (aBar === null) continue;
      if (part.kind === "dense") pullDense(part.columns, aBar, yBar);
      else if (part.kind === "intercept") aBar[0]! += total(yBar);
      else if (part.kind === "rows") addRows(yBar, aBar);
      else if (part.columns === null) pullLevels(part.index, aBar, part.first, part.stride, yBar);
      else pullGrouped(part.index, part.columns, part.count, aBar, part.first, part.stride, yBar);
    }
  },
};

function addScalar(a: number, y: Float64Array): void {
  for (let i = 0; i < y.length; i++) y[i]! += a;
}

function addRows(a: Float64Array, y: Float64Array): void {
  for (let i = 0; i < y.length; i++) y[i]! += a[i]!;
}

function total(y: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < y.length; i++) sum += y[i]!;
  return sum;
}

/** y += Xβ, four columns to a pass: a quarter of the traffic on y. */
function addDense(columns: Float64Array, beta: Float64Array, y: Float64Array): void {
  const n = y.length;
  let k = 0;
  for (; k + 3 < beta.length; k += 4) {
    const b0 = beta[k]!;
    const b1 = beta[k + 1]!;
    const b2 = beta[k + 2]!;
    const b3 = beta[k + 3]!;
    const c0 = k * n;
    const c1 = c0 + n;
    const c2 = c1 + n;
    const c3 = c2 + n;
    for (let i = 0; i < n; i++) {
      y[i]! += b0 * columns[c0 + i]! + b1 * columns[c1 + i]! + b2 * columns[c2 + i]! + b3 * columns[c3 + i]!;
    }
  }
  for (; k < beta.length; k++) {
    const b = beta[k]!;
    const c = k * n;
    for (let i = 0; i < n; i++) y[i]! += b * columns[c + i]!;
  }
}

/** betaBar += Xᵀ yBar, four columns to a pass. */
function pullDense(columns: Float64Array, betaBar: Float64Array, yBar: Float64Array): void {
  const n = yBar.length;
  let k = 0;
  for (; k + 3 < betaBar.length; k += 4) {
    const c0 = k * n;
    const c1 = c0 + n;
    const c2 = c1 + n;
    const c3 = c2 + n;
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    for (let i = 0; i < n; i++) {
      const bar = yBar[i]!;
      s0 += columns[c0 + i]! * bar;
      s1 += columns[c1 + i]! * bar;
      s2 += columns[c2 + i]! * bar;
      s3 += columns[c3 + i]! * bar;
    }
    betaBar[k]! += s0;
    betaBar[k + 1]! += s1;
    betaBar[k + 2]! += s2;
    betaBar[k + 3]! += s3;
  }
  for (; k < betaBar.length; k++) {
    const c = k * n;
    let s = 0;
    for (let i = 0; i < n; i++) s += columns[c + i]! * yBar[i]!;
    betaBar[k]! += s;
  }
}

function addLevels(index: Int32Array, r: Float64Array, first: number, stride: number, y: Float64Array): void {
  for (let i = 0; i < y.length; i++) y[i]! += r[index[i]! * stride + first]!;
}

function pullLevels(
  index: Int32Array,
  rBar: Float64Array,
  first: number,
  stride: number,
  yBar: Float64Array,
): void {
  for (let i = 0; i < yBar.length; i++) rBar[index[i]! * stride + first]! += yBar[i]!;
}

function addGrouped(
  index: Int32Array,
  columns: Float64Array,
  count: number,
  r: Float64Array,
  first: number,
  stride: number,
  y: Float64Array,
): void {
  const n = y.length;
  for (let m = 0; m < count; m++) {
    const c = m * n;
    const at = first + m;
    for (let i = 0; i < n; i++) y[i]! += columns[c + i]! * r[index[i]! * stride + at]!;
  }
}

function pullGrouped(
  index: Int32Array,
  columns: Float64Array,
  count: number,
  rBar: Float64Array,
  first: number,
  stride: number,
  yBar: Float64Array,
): void {
  const n = yBar.length;
  for (let m = 0; m < count; m++) {
    const c = m * n;
    const at = first + m;
    for (let i = 0; i < n; i++) rBar[index[i]! * stride + at]! += columns[c + i]! * yBar[i]!;
  }
}
