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
