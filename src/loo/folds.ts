/** Which fold each observation belongs to. */
import { SettingsError } from "../errors.ts";
import type { Rng } from "../random/rng.ts";

/** Folds 0 … k − 1 of nearly equal size, at random. @throws SettingsError unless 2 ≤ k ≤ n. */
export function randomFolds(n: number, k: number, rng: Rng): Int32Array {
  requireFolds(k, n, "observations");
  return dealt(shuffled(n, rng), k);
}

/** Every fold has nearly the same share of each code. */
export function stratifiedFolds(codes: Int32Array, k: number, rng: Rng): Int32Array {
  requireFolds(k, codes.length, "observations");
  const order = Array.from(shuffled(codes.length, rng)).sort((a, b) => codes[a]! - codes[b]!);
  return dealt(order, k);
}

/** All observations of a code are in one fold. */
export function groupedFolds(codes: Int32Array, k: number, rng: Rng): Int32Array {
  const levels = [...new Set(codes)].sort((a, b) => a - b);
  requireFolds(k, levels.length, "groups");
  const ofLevel = dealt(shuffled(levels.length, rng), k);
  const position = new Map(levels.map((level, j) => [level, j]));
  return codes.map((code) => ofLevel[position.get(code)!]!);
}

function dealt(order: ArrayLike<number>, k: number): Int32Array {
  const folds = new Int32Array(order.length);
  for (let rank = 0; rank < order.length; rank++) folds[order[rank]!] = rank % k;
  return folds;
}

/** Fisher and Yates. */
function shuffled(n: number, rng: Rng): Int32Array {
  const order = Int32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = rng.integer(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

function requireFolds(k: number, most: number, what: string): void {
  if (!(Number.isInteger(k) && k >= 2 && k <= most)) {
    throw new SettingsError(
      `the number of folds is a whole number from 2 to the number of ${what}, ${most}; not ${k}`,
    );
  }
}
