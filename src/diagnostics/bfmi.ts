import type { Draws } from "../draws/draws.ts";

/**
 * Energy Bayesian fraction of missing information of each chain: Σ (E_i − E_{i−1})² / Σ (E_i − Ē)²
 * (Betancourt 2016, "Diagnosing suboptimal cotangent disintegrations in Hamiltonian Monte Carlo", eq. 4).
 * Small values mean that resampling the momentum moves too slowly between energy levels, so that tails are missed.
 * NaN for fewer than three draws or a constant energy.
 */
export function ebfmi(draws: Draws): number[] {
  const energy = draws.statistics.energy;
  return Array.from({ length: draws.chains }, (_, chain) =>
    bfmi(energy.subarray(chain * draws.draws, (chain + 1) * draws.draws)),
  );
}

/** E-BFMI of the energies of one chain. */
export function bfmi(energy: Float64Array): number {
  const n = energy.length;
  if (n < 3) return Number.NaN;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += energy[i]!;
  const mean = sum / n;
  let steps = 0;
  let spread = 0;
  for (let i = 0; i < n; i++) {
    spread += (energy[i]! - mean) ** 2;
    if (i > 0) steps += (energy[i]! - energy[i - 1]!) ** 2;
  }
  return spread > 0 ? steps / spread : Number.NaN;
}
