import type { Draws } from "../draws/draws.ts";

/**
 * Number of transitions that stopped because the tree had reached `maxTreedepth` and not because of a U-turn: such
 * trajectories are cut short, which costs efficiency (Hoffman and Gelman 2014, section 3.1).
 */
export function treedepthHits(draws: Draws, maxTreedepth: number): number {
  const { treedepth } = draws.statistics;
  let count = 0;
  for (let i = 0; i < treedepth.length; i++) if (treedepth[i]! >= maxTreedepth) count++;
  return count;
}
