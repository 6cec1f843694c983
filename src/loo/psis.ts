/**
 * Pareto-smoothed importance sampling: Vehtari, Simpson, Gelman, Yao & Gabry (2024), "Pareto smoothed importance sampling",
 * Journal of Machine Learning Research 25(72).
 */
import * as Elementary from "../numeric/elementary.ts";
import { fitGeneralisedPareto, generalisedParetoQuantile } from "./generalised-pareto.ts";

/** Fewer tail values say nothing about the tail's shape. */
const LEAST_TAIL = 5;

/** How many of the largest of `draws` ratios make up the tail. `relativeEfficiency` = ESS / draws. */
export function tailLength(draws: number, relativeEfficiency: number): number {
  return Math.ceil(Math.min(0.2 * draws, 3 * Math.sqrt(draws / relativeEfficiency)));
}

/**
 * Smooths the largest of the log importance ratios in place and returns the Pareto shape k (Infinity when the tail is too short
 * or constant). The weights are not normalised.
 */
export function smoothTail(logRatios: Float64Array, relativeEfficiency: number): number {
  const draws = logRatios.length;
  let most = Number.NEGATIVE_INFINITY;
  for (let s = 0; s < draws; s++) if (logRatios[s]! > most) most = logRatios[s]!;
  for (let s = 0; s < draws; s++) logRatios[s]! -= most;
  const k = smooth(logRatios, tailLength(draws, relativeEfficiency));
  for (let s = 0; s < draws; s++) logRatios[s] = Math.min(0, logRatios[s]!) + most;
  return k;
}

function smooth(ratios: Float64Array, length: number): number {
  const draws = ratios.length;
  if (length < LEAST_TAIL || length >= draws) return Number.POSITIVE_INFINITY;
  const tail = largest(ratios, length + 1);
  const cutoff = tail[0]!;
  const least = tail[1]!;
  if (tail[length]! - least < Number.EPSILON / 100) return Number.POSITIVE_INFINITY;
  const expCutoff = Elementary.exp(cutoff);
  const exceedances = Float64Array.from({ length }, (_, i) => Elementary.exp(tail[i + 1]!) - expCutoff);
  const pareto = fitGeneralisedPareto(exceedances);
  if (!Number.isFinite(pareto.k)) return pareto.k;
  tailIndices(ratios, least, length).forEach((s, rank) => {
    ratios[s] = Elementary.log(generalisedParetoQuantile(pareto, (rank + 0.5) / length) + expCutoff);
  });
  return pareto.k;
}

/** The `count` largest values in increasing order: Hoare's selection, then a sort of those alone. */
function largest(values: Float64Array, count: number): Float64Array {
  const x = values.slice();
  const wanted = x.length - count;
  let low = 0;
  let high = x.length - 1;
  while (low < high) {
    const pivot = x[(low + high) >> 1]!;
    let i = low;
    let j = high;
    while (i <= j) {
      while (x[i]! < pivot) i++;
      while (x[j]! > pivot) j--;
      if (i <= j) {
        const swapped = x[i]!;
        x[i++] = x[j]!;
        x[j--] = swapped;
      }
    }
    if (wanted <= j) high = j;
    else if (wanted >= i) low = i;
    else break;
  }
  return x.subarray(wanted).sort();
}

/** Indices of the `length` largest, in increasing order of value; `least` is the smallest of them. */
function tailIndices(ratios: Float64Array, least: number, length: number): number[] {
  const above: number[] = [];
  const equal: number[] = [];
  for (let s = 0; s < ratios.length; s++) {
    if (ratios[s]! > least) above.push(s);
    else if (ratios[s]! === least) equal.push(s);
  }
  above.sort((a, b) => ratios[a]! - ratios[b]!);
  return [...equal.slice(equal.length - (length - above.length)), ...above];
}
