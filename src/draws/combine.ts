import { DataError } from "../errors.ts";
import type { DrawStatistics, Draws } from "./draws.ts";

/**
 * The chains of several runs of one model side by side, cut to the shortest.
 * @throws DataError when the runs have different parameters.
 */
export function combineDraws(runs: readonly Draws[]): Draws {
  const first = runs[0]!;
  for (const { names } of runs) {
    const same = names.length === first.names.length && names.every((name, i) => name === first.names[i]);
    if (!same) throw new DataError("the draws cannot be pooled: the models have different parameters");
  }
  const perChain = Math.min(...runs.map(({ draws }) => draws));
  const width = first.names.length;
  const chains = runs.flatMap((run) => Array.from({ length: run.chains }, (_, chain) => ({ run, chain })));
  const values = new Float64Array(chains.length * perChain * width);
  chains.forEach(({ run, chain }, k) => {
    const at = chain * run.draws * width;
    values.set(run.values.subarray(at, at + perChain * width), k * perChain * width);
  });
  const gather = <A extends Float64Array | Int32Array | Uint8Array>(
    pick: (statistics: DrawStatistics) => A,
    out: A,
  ): A => {
    chains.forEach(({ run, chain }, k) => {
      const at = chain * run.draws;
      out.set(pick(run.statistics).subarray(at, at + perChain), k * perChain);
    });
    return out;
  };
  const count = chains.length * perChain;
  return {
    names: first.names,
    ...(first.quantities && { quantities: first.quantities }),
    chains: chains.length,
    draws: perChain,
    values,
    statistics: {
      lp: gather((own) => own.lp, new Float64Array(count)),
      acceptStat: gather((own) => own.acceptStat, new Float64Array(count)),
      stepSize: gather((own) => own.stepSize, new Float64Array(count)),
      treedepth: gather((own) => own.treedepth, new Int32Array(count)),
      nLeapfrog: gather((own) => own.nLeapfrog, new Int32Array(count)),
      divergent: gather((own) => own.divergent, new Uint8Array(count)),
      energy: gather((own) => own.energy, new Float64Array(count)),
    },
  };
}
