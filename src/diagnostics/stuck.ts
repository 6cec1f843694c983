import type { ChainSeries } from "../draws/draws.ts";
import { isConstant } from "./usable.ts";

/**
 * Chains (from 0) in which a quantity never changes although it differs somewhere in the run: they did not move.
 * Empty for a quantity that is the same everywhere, which is a constant of the model and no fault.
 */
export function stuckChains(x: ChainSeries): number[] {
  if (x.draws < 2 || isConstant(x.values)) return [];
  return Array.from({ length: x.chains }, (_, chain) => chain).filter((chain) =>
    isConstant(x.values.subarray(chain * x.draws, (chain + 1) * x.draws)),
  );
}
