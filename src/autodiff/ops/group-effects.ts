/**
 * Non-centred group-level effects r_j = diag(sd)·L·z_j for every level j (Stan User's Guide, "Multivariate priors
 * for hierarchical models"); [levels × M] row-major. Without L the effects of a level are independent.
 */
import { formatShape, type Op, requireShape } from "../op.ts";

/** Operands: sd [M], z [J × M]. */
export const scaleEffects: Op = {
  name: "scaleEffects",
  shape([sd, z]) {
    requireShape(
      sd!.length === 1 && z!.length === 2 && z![1] === sd![0],
      `scaleEffects: ${formatShape(sd!)} and ${formatShape(z!)} do not fit`,
    );
    return z!;
  },
  forward({ x, y }) {
    const sd = x[0]!;
    const z = x[1]!;
    const size = sd.length;
    if (size === 1) {
      const s = sd[0]!;
      for (let i = 0; i < y.length; i++) y[i] = s * z[i]!;
      return;
    }
    for (let j = 0; j < y.length; j += size) for (let m = 0; m < size; m++) y[j + m] = sd[m]! * z[j + m]!;
  },
  backward({ x, xBar, yBar }) {
    const sd = x[0]!;
    const z = x[1]!;
    const sdBar = xBar[0]!;
    const zBar = xBar[1]!;
    const size = sd.length;
    for (let j = 0; j < yBar.length; j += size) {
      for (let m = 0; m < size; m++) {
        const bar = yBar[j + m]!;
        if (sdBar !== null) sdBar[m]! += bar * z[j + m]!;
        if (zBar !== null) zBar[j + m]! += bar * sd[m]!;
      }
    }
  },
};

/** Operands: sd [M], L [M × M] lower triangular, z [J × M]. */
export const correlateEffects: Op<undefined, Float64Array> = {
  name: "correlateEffects",
  shape([sd, l, z]) {
    const size = sd![0]!;
    requireShape(
      sd!.length === 1 &&
        l!.length === 2 &&
        l![0] === size &&
        l![1] === size &&
        z!.length === 2 &&
        z![1] === size,
      `correlateEffects: ${formatShape(sd!)}, ${formatShape(l!)} and ${formatShape(z!)} do not fit`,
    );
    return z!;
  },
  // diag(sd)·L, formed once per sweep, and its adjoint.
  workspace: ({ x }) => new Float64Array(2 * x[0]!.length ** 2),
  forward({ x, y, work: scratch }) {
    const sd = x[0]!;
    const l = x[1]!;
    const z = x[2]!;
    const size = sd.length;
    for (let m = 0; m < size; m++)
      for (let k = 0; k <= m; k++) scratch[m * size + k] = sd[m]! * l[m * size + k]!;
    for (let j = 0; j < y.length; j += size) {
      for (let m = 0; m < size; m++) {
        let total = 0;
        for (let k = 0; k <= m; k++) total += scratch[m * size + k]! * z[j + k]!;
        y[j + m] = total;
      }
    }
  },
  backward({ x, xBar, yBar, work: scratch }) {
    const sd = x[0]!;
    const l = x[1]!;
    const z = x[2]!;
    const sdBar = xBar[0]!;
    const lBar = xBar[1]!;
    const zBar = xBar[2]!;
    const size = sd.length;
    const square = size * size;
    // scratch[square …] collects the adjoint of diag(sd)·L = Σ_j rBar_j z_jᵀ.
    for (let i = square; i < 2 * square; i++) scratch[i] = 0;
    for (let j = 0; j < yBar.length; j += size) {
      for (let m = 0; m < size; m++) {
        const bar = yBar[j + m]!;
        for (let k = 0; k <= m; k++) {
          scratch[square + m * size + k]! += bar * z[j + k]!;
          if (zBar !== null) zBar[j + k]! += bar * scratch[m * size + k]!;
        }
      }
    }
    for (let m = 0; m < size; m++) {
      for (let k = 0; k <= m; k++) {
        const bar = scratch[square + m * size + k]!;
        if (sdBar !== null) sdBar[m]! += bar * l[m * size + k]!;
        if (lBar !== null) lBar[m * size + k]! += bar * sd[m]!;
      }
    }
  },
};

/**
 * Centred group-level effects: Σ_j log N(r_j | 0, B·Bᵀ) with B = diag(sd)·L. Operands: sd [M], L [M × M], r [J × M].
 * With z_j = B⁻¹r_j the density is −½Σ z_jᵀz_j − J·Σ log B_mm − J·M·log √(2π).
 */
export const centredEffects: Op<undefined, Float64Array> = {
  name: "centredEffects",
  shape([sd, l, r]) {
    const size = sd![0]!;
    requireShape(
      sd!.length === 1 &&
        l!.length === 2 &&
        l![0] === size &&
        l![1] === size &&
        r!.length === 2 &&
        r![1] === size,
      `centredEffects: ${formatShape(sd!)}, ${formatShape(l!)} and ${formatShape(r!)} do not fit`,
    );
    return [];
  },
  // B, its adjoint, and one z and one w = B⁻ᵀz.
  workspace: ({ x }) => new Float64Array(2 * x[0]!.length ** 2 + 2 * x[0]!.length),
  forward({ x, y, work: scratch }) {
    const sd = x[0]!;
    const l = x[1]!;
    const r = x[2]!;
    const size = sd.length;
    const z = 2 * size * size;
    let logDiagonal = 0;
    for (let m = 0; m < size; m++) {
      for (let k = 0; k <= m; k++) scratch[m * size + k] = sd[m]! * l[m * size + k]!;
      logDiagonal += Math.log(scratch[m * size + m]!);
    }
    let squares = 0;
    for (let j = 0; j < r.length; j += size) {
      solveLower(scratch, size, r, j, scratch, z);
      for (let m = 0; m < size; m++) squares += scratch[z + m]! * scratch[z + m]!;
    }
    y[0] = -0.5 * squares - (r.length / size) * logDiagonal - r.length * LOG_SQRT_TWO_PI;
  },
  backward({ x, xBar, yBar, work: scratch }) {
    const sd = x[0]!;
    const l = x[1]!;
    const r = x[2]!;
    const sdBar = xBar[0]!;
    const lBar = xBar[1]!;
    const rBar = xBar[2]!;
    const size = sd.length;
    const square = size * size;
    const z = 2 * square;
    const w = z + size;
    const bar = yBar[0]!;
    for (let i = square; i < 2 * square; i++) scratch[i] = 0;
    for (let j = 0; j < r.length; j += size) {
      solveLower(scratch, size, r, j, scratch, z);
      solveLowerTransposed(scratch, size, scratch, z, scratch, w);
      for (let m = 0; m < size; m++) {
        if (rBar !== null) rBar[j + m]! -= bar * scratch[w + m]!;
        for (let k = 0; k <= m; k++) scratch[square + m * size + k]! += scratch[w + m]! * scratch[z + k]!;
      }
    }
    const levels = r.length / size;
    for (let m = 0; m < size; m++) {
      scratch[square + m * size + m]! -= levels / scratch[m * size + m]!;
      for (let k = 0; k <= m; k++) {
        const own = bar * scratch[square + m * size + k]!;
        if (sdBar !== null) sdBar[m]! += own * l[m * size + k]!;
        if (lBar !== null) lBar[m * size + k]! += own * sd[m]!;
      }
    }
  },
};

const LOG_SQRT_TWO_PI = 0.5 * Math.log(2 * Math.PI);

/** Solves B·out = right for a lower-triangular `size`×`size` B at the head of `b`. */
function solveLower(
  b: Float64Array,
  size: number,
  right: Float64Array,
  rightAt: number,
  out: Float64Array,
  outAt: number,
): void {
  for (let m = 0; m < size; m++) {
    let total = right[rightAt + m]!;
    for (let k = 0; k < m; k++) total -= b[m * size + k]! * out[outAt + k]!;
    out[outAt + m] = total / b[m * size + m]!;
  }
}

/** Solves Bᵀ·out = right. */
function solveLowerTransposed(
  b: Float64Array,
  size: number,
  right: Float64Array,
  rightAt: number,
  out: Float64Array,
  outAt: number,
): void {
  for (let m = size - 1; m >= 0; m--) {
    let total = right[rightAt + m]!;
    for (let k = m + 1; k < size; k++) total -= b[k * size + m]! * out[outAt + k]!;
    out[outAt + m] = total / b[m * size + m]!;
  }
}
