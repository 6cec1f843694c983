import type { Draws } from "../draws/draws.ts";

/**
 * Number of divergent transitions after warm-up: the integrator left the level set of the energy, which happens where
 * the posterior is too curved for the step size (Betancourt 2017, arXiv:1701.02434, section 6.2).
 */
export function divergences(draws: Draws): number {
  const { divergent } = draws.statistics;
  let count = 0;
  for (let i = 0; i < divergent.length; i++) if (divergent[i] !== 0) count++;
  return count;
}
