/**
 * Expectation-maximisation for the relative covariance matrices (Laird & Ware 1982, section 4; Laird, Lange & Stram 1987 for
 * the REML form): slow, monotone and hard to upset, hence a starting phase.
 */
import { evaluate, inverseBlocks, solve } from "../marginal/gaussian.ts";
import { type Profiled, residualRows } from "./criterion.ts";
import { type RandomLayout, relativeFactors } from "./random-layout.ts";

export function emSteps(profiled: Profiled, start: Float64Array, steps: number): Float64Array {
  let theta = start;
  for (let step = 0; step < steps; step++) theta = emStep(profiled, theta);
  return theta;
}

/** Λ̂Λ̂ᵀ ← mean over levels of b̂b̂ᵀ/σ̂² + Var(b | y)/σ². */
function emStep(profiled: Profiled, theta: Float64Array): Float64Array {
  const { system, layout, reml } = profiled;
  const { structure, p } = system;
  const lambda = relativeFactors(layout, theta);
  const parts = evaluate(system, lambda);
  if (parts === undefined) return theta;
  const sigma2 = parts.residual / residualRows(profiled);
  const { b } = solve(system, lambda);
  const weights = new Float64Array(p + 1).fill(reml ? 1 : 0);
  weights[p] = 0;
  const spherical = sumOfOwnBlocks(profiled, inverseBlocks(system, weights));
  const covariances = structure.blocks.map(({ levels, size }, f) => {
    const l = lambda[f]!;
    const total = congruent(l, spherical[f]!, size);
    for (let level = 0; level < levels; level++) {
      const at = structure.firstColumn[f]! + level * size;
      for (let i = 0; i < size; i++) {
        for (let j = 0; j < size; j++) total[i * size + j]! += (b[at + i]! * b[at + j]!) / sigma2;
      }
    }
    return total.map((value) => value / levels);
  });
  return factorsOf(layout, covariances);
}

function sumOfOwnBlocks(
  { system: { structure } }: Profiled,
  s: { readonly sparse: Float64Array; readonly dense: Float64Array },
): Float64Array[] {
  const { blocks, sparseBlocks, sparseColumns, firstNode, firstColumn, valueStart, denseSize: m } = structure;
  return blocks.map(({ levels, size }, f) => {
    const sum = new Float64Array(size * size);
    for (let level = 0; level < levels; level++) {
      for (let i = 0; i < size; i++) {
        for (let j = 0; j < size; j++) {
          const dense = firstColumn[f]! - sparseColumns + level * size;
          sum[i * size + j]! +=
            f < sparseBlocks
              ? s.sparse[valueStart[firstNode[f]! + level]! + i * size + j]!
              : s.dense[(dense + i) * m + dense + j]!;
        }
      }
    }
    return sum;
  });
}

/** λ·S·λᵀ. */
function congruent(l: Float64Array, s: Float64Array, size: number): Float64Array {
  const out = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      let sum = 0;
      for (let h = 0; h <= i; h++) {
        for (let k = 0; k <= j; k++) sum += l[i * size + h]! * s[h * size + k]! * l[j * size + k]!;
      }
      out[i * size + j] = sum;
    }
  }
  return out;
}

/** θ of given relative covariance matrices, each term's part of them. */
function factorsOf(layout: RandomLayout, covariances: readonly Float64Array[]): Float64Array {
  const factors = layout.terms.map(({ block, from, names, correlated, shared }) => {
    const { size } = layout.blocks[block]!;
    if (shared !== undefined) {
      let sum = 0;
      for (let i = 0; i < shared; i++) sum += covariances[block]![(from + i) * (size + 1)]!;
      return Float64Array.of(Math.sqrt(Math.max(sum / shared, 0)));
    }
    const k = names.length;
    const factor = new Float64Array(k * k);
    for (let i = 0; i < k; i++) {
      for (let j = 0; j <= i; j++) {
        if (i !== j && !correlated) continue;
        let sum = covariances[block]![(from + i) * size + from + j]!;
        for (let h = 0; h < j; h++) sum -= factor[i * k + h]! * factor[j * k + h]!;
        factor[i * k + j] =
          i === j ? Math.sqrt(Math.max(sum, 0)) : factor[j * k + j]! > 0 ? sum / factor[j * k + j]! : 0;
      }
    }
    return factor;
  });
  return Float64Array.from(layout.theta, ({ term, row, column }) => {
    const { from, names } = layout.terms[term]!;
    return factors[term]![(row - from) * names.length + column - from]!;
  });
}
