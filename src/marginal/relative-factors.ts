/** The relative covariance factor Λ: block-diagonal, one lower-triangular λ per grouping factor, repeated for every level. */
import type { Structure } from "./structure.ts";

/** For each block its size × size matrix λ, row-major. */
export type RelativeFactors = readonly Float64Array[];

/** x ← Λx for the effects of x: from spherical effects u to effects b. */
export function applyFactors(structure: Structure, lambda: RelativeFactors, x: Float64Array): void {
  structure.blocks.forEach(({ levels, size: p }, f) => {
    const l = lambda[f]!;
    if (p === 1) {
      scaleRange(x, structure.firstColumn[f]!, levels, l[0]!);
      return;
    }
    for (let level = 0; level < levels; level++) {
      const at = structure.firstColumn[f]! + level * p;
      for (let j = p - 1; j >= 0; j--) {
        let sum = 0;
        for (let k = 0; k <= j; k++) sum += l[j * p + k]! * x[at + k]!;
        x[at + j] = sum;
      }
    }
  });
}

/** x ← Λᵀx for the effects of x. */
export function applyTransposedFactors(structure: Structure, lambda: RelativeFactors, x: Float64Array): void {
  structure.blocks.forEach(({ levels, size: p }, f) => {
    const l = lambda[f]!;
    if (p === 1) {
      scaleRange(x, structure.firstColumn[f]!, levels, l[0]!);
      return;
    }
    for (let level = 0; level < levels; level++) {
      const at = structure.firstColumn[f]! + level * p;
      for (let j = 0; j < p; j++) {
        let sum = 0;
        for (let k = j; k < p; k++) sum += l[k * p + j]! * x[at + k]!;
        x[at + j] = sum;
      }
    }
  });
}

function scaleRange(x: Float64Array, from: number, count: number, by: number): void {
  for (let i = from; i < from + count; i++) x[i]! *= by;
}
