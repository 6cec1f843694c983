/**
 * How much of a smooth is left after its penalty: effective degrees of freedom are the trace of its part of (XᵀX + S)⁻¹XᵀX, X all
 * columns of the model and S all penalties (Wood 2017, section 6.1.2). In spherical coordinates that is, coefficient by coefficient,
 * one less the diagonal of the inverse.
 */
import type { BlockedMatrix } from "../marginal/cross-products.ts";
import { type GaussianSystem, inverseBlocks } from "../marginal/gaussian.ts";
import type { RelativeFactors } from "../marginal/relative-factors.ts";
import type { RandomLayout } from "./random-layout.ts";
import { ownInverse } from "./random-terms.ts";

export interface SmoothFit {
  /** `s(x)`, `s(x):fa`. */
  readonly label: string;
  /** Effective degrees of freedom: 1 for a straight line. */
  readonly edf: number;
  /** Standard deviations of the penalised coefficients, as brm() calls them. */
  readonly sds: readonly number[];
  /** Smoothing parameters σ²/sds², as mgcv calls them; infinite where the penalty leaves nothing. */
  readonly sp: readonly number[];
}

/** `fixed`: the smooth of each of its columns that are not penalised. After `evaluate` at `lambda`. */
export function smoothFits(
  system: GaussianSystem,
  layout: RandomLayout,
  lambda: RelativeFactors,
  fixed: readonly string[],
  sigma: number,
): SmoothFit[] {
  const { structure, p } = system;
  const weights = new Float64Array(p + 1).fill(1);
  weights[p] = 0;
  const labels = [...new Set([...layout.terms.filter(isSmooth).map(({ group }) => group), ...fixed])];
  if (labels.length === 0) return [];
  const inverse: BlockedMatrix = inverseBlocks(system, weights);
  return labels.map((label) => {
    const terms = layout.terms.filter((term) => isSmooth(term) && term.group === label);
    let edf = fixed.filter((own) => own === label).length;
    const sds = terms.map(({ block, from, shared = 1 }) => {
      const { levels, size } = layout.blocks[block]!;
      for (let level = 0; level < levels; level++) {
        for (let j = 0; j < shared; j++) {
          const column = structure.firstColumn[block]! + level * size + from + j;
          edf += 1 - ownInverse(structure, inverse, block, column);
        }
      }
      return Math.abs(lambda[block]![from * (size + 1)]!) * sigma;
    });
    return { label, edf, sds, sp: sds.map((sd) => (sigma / sd) ** 2) };
  });
}

function isSmooth({ shared }: RandomLayout["terms"][number]): boolean {
  return shared !== undefined;
}
