/**
 * The level-by-level work of `one-factor.ts` for two columns per level (an intercept and a slope), written out: the same
 * formulas without loops over two.
 */
import * as Elementary from "../numeric/elementary.ts";
import type { OneFactor } from "./one-factor.ts";

/** Fills N and G, takes BᵀGB of all levels from D; returns Σ log|M|. */
export function eliminatePairs(system: OneFactor, lambda: Float64Array): number {
  const { levels, border, levelsOfA: a, d, n, g } = system;
  const l11 = lambda[0]!;
  const l21 = lambda[2]!;
  const l22 = lambda[3]!;
  const stride = 4 + 2 * border;
  let logDeterminants = 0;
  // Products of few determinants do not overflow; none is below 1.
  let determinants = 1;
  for (let level = 0, at = 0, own = 0; level < levels; level++, at += stride, own += 4) {
    const a11 = a[at]!;
    const a21 = a[at + 2]!;
    const a22 = a[at + 3]!;
    const mixed = a21 * l11 + a22 * l21;
    const m11 = 1 + l11 * (a11 * l11 + a21 * l21) + l21 * mixed;
    const m21 = l22 * mixed;
    const m22 = 1 + l22 * l22 * a22;
    const determinant = m11 * (m22 - (m21 * m21) / m11);
    determinants *= determinant;
    if (determinants > 1e100) {
      logDeterminants += Elementary.log(determinants);
      determinants = 1;
    }
    const n11 = (l11 * m22) / determinant;
    const n12 = (-l11 * m21) / determinant;
    const n21 = (l21 * m22 - l22 * m21) / determinant;
    const n22 = (l22 * m11 - l21 * m21) / determinant;
    const g11 = n11 * l11;
    const g21 = n11 * l21 + n12 * l22;
    const g22 = n21 * l21 + n22 * l22;
    n[own] = n11;
    n[own + 1] = n12;
    n[own + 2] = n21;
    n[own + 3] = n22;
    g[own] = g11;
    g[own + 1] = g21;
    g[own + 2] = g21;
    g[own + 3] = g22;
    const below = at + 4;
    for (let i = 0; i < border; i++) {
      const x = a[below + 2 * i]!;
      const y = a[below + 2 * i + 1]!;
      const u = x * g11 + y * g21;
      const v = x * g21 + y * g22;
      const row = i * border;
      for (let j = 0, b = below; j <= i; j++, b += 2) d[row + j]! -= u * a[b]! + v * a[b + 1]!;
    }
  }
  return logDeterminants + Elementary.log(determinants);
}

/** Adds 2 Σ [A − (I − AG)C]·N to `gradient`; `inverse` and t belong to the latest value. */
export function addPairGradient(system: OneFactor, sigma2: number, gradient: Float64Array): void {
  const { levels, border, integrated, levelsOfA: a, n, g, t, inverse } = system;
  const stride = 4 + 2 * border;
  let d11 = 0;
  let d12 = 0;
  let d21 = 0;
  let d22 = 0;
  for (let level = 0, at = 0, own = 0; level < levels; level++, at += stride, own += 4) {
    const below = at + 4;
    let w1 = 0;
    let w2 = 0;
    for (let i = 0, b = below; i < border; i++, b += 2) {
      w1 += a[b]! * t[i]!;
      w2 += a[b + 1]! * t[i]!;
    }
    let c11 = (w1 * w1) / sigma2;
    let c21 = (w1 * w2) / sigma2;
    let c22 = (w2 * w2) / sigma2;
    for (let i = 0; i < integrated; i++) {
      let v1 = 0;
      let v2 = 0;
      for (let j = 0, b = below; j < integrated; j++, b += 2) {
        const weight = inverse[i * integrated + j]!;
        v1 += weight * a[b]!;
        v2 += weight * a[b + 1]!;
      }
      const x = a[below + 2 * i]!;
      const y = a[below + 2 * i + 1]!;
      c11 += x * v1;
      c21 += y * v1;
      c22 += y * v2;
    }
    const a11 = a[at]!;
    const a21 = a[at + 2]!;
    const a22 = a[at + 3]!;
    const g11 = g[own]!;
    const g21 = g[own + 2]!;
    const g22 = g[own + 3]!;
    // AG − I.
    const e11 = a11 * g11 + a21 * g21 - 1;
    const e12 = a11 * g21 + a21 * g22;
    const e21 = a21 * g11 + a22 * g21;
    const e22 = a21 * g21 + a22 * g22 - 1;
    const q11 = a11 + e11 * c11 + e12 * c21;
    const q12 = a21 + e11 * c21 + e12 * c22;
    const q21 = a21 + e21 * c11 + e22 * c21;
    const q22 = a22 + e21 * c21 + e22 * c22;
    const n11 = n[own]!;
    const n12 = n[own + 1]!;
    const n21 = n[own + 2]!;
    const n22 = n[own + 3]!;
    d11 += q11 * n11 + q12 * n21;
    d12 += q11 * n12 + q12 * n22;
    d21 += q21 * n11 + q22 * n21;
    d22 += q21 * n12 + q22 * n22;
  }
  gradient[0]! += 2 * d11;
  gradient[1]! += 2 * d12;
  gradient[2]! += 2 * d21;
  gradient[3]! += 2 * d22;
}
