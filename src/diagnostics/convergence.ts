import type { ChainSeries } from "../draws/draws.ts";
import { medianSorted, quantileSorted } from "../numeric/quantile.ts";
import { argsort, permuted } from "./argsort.ts";
import { ess, essBelow } from "./ess.ts";
import { rankNormalise } from "./rank-normalise.ts";
import { fold, rhatBasic } from "./rhat.ts";
import { splitChains } from "./split-chains.ts";
import { isUsable } from "./usable.ts";
import { createWorkspace, type DiagnosticsWorkspace } from "./workspace.ts";

export interface Convergence {
  readonly rhat: number;
  readonly essBulk: number;
  readonly essTail: number;
}

/**
 * `rhat`, `essBulk` and `essTail` of one quantity at once: the same numbers as from the three functions, with the
 * sorting and the ranks shared. `order`, the `argsort` of the values, may be passed when it is known.
 */
export function convergence(
  x: ChainSeries,
  workspace: DiagnosticsWorkspace = createWorkspace(x),
  order?: Uint32Array,
): Convergence {
  if (!isUsable(x.values)) return { rhat: Number.NaN, essBulk: Number.NaN, essTail: Number.NaN };
  const known = order ?? argsort(x.values);
  const sorted = permuted(x.values, known);
  // An odd number of draws loses its middle one on splitting, and with it the order.
  const ranked = rankNormalise(splitChains(x), workspace.scores, x.draws % 2 === 0 ? known : undefined);
  const folded = rankNormalise(splitChains(fold(x, medianSorted(sorted))), workspace.scores);
  return {
    rhat: Math.max(rhatBasic(ranked), rhatBasic(folded)),
    essBulk: ess(ranked, workspace.autocovariance),
    essTail: Math.min(
      essBelow(x, quantileSorted(sorted, 0.05), workspace),
      essBelow(x, quantileSorted(sorted, 0.95), workspace),
    ),
  };
}
