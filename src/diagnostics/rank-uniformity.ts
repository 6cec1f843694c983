/**
 * Whether ranks are uniform, as those of simulation-based calibration are when a posterior is computed correctly (Talts,
 * Betancourt, Simpson, Vehtari & Gelman 2018, arXiv:1804.06788): Pearson's χ² over bins, and the largest departure of the
 * empirical distribution function from its simultaneous envelope (Säilynoja, Bürkner & Vehtari 2022, Statistics and Computing 32).
 */
import * as Elementary from "../numeric/elementary.ts";
import { chiSquareUpper } from "../numeric/test-distributions.ts";
import { stream } from "../random/streams.ts";

export interface RankUniformity {
  readonly bins: readonly number[];
  readonly chiSquare: number;
  readonly pChiSquare: number;
  /** Share of uniform samples whose distribution function departs as far somewhere. */
  readonly pEcdf: number;
}

/** Expected counts below this make Pearson's statistic unreliable (Cochran 1954). */
const LEAST_EXPECTED = 5;
const MOST_BINS = 20;
/** Points at which the distribution function is looked at, and uniform samples that it is compared with. */
const POINTS = 20;
const SAMPLES = 500;

/** @param ranks each from 0 to `draws`: how many of `draws` draws lie below the true value. */
export function rankUniformity(ranks: Int32Array, draws: number): RankUniformity {
  const bins = binned(ranks, draws);
  const expected = ranks.length / bins.length;
  const chiSquare = bins.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  return {
    bins,
    chiSquare,
    pChiSquare: bins.length > 1 ? chiSquareUpper(chiSquare, bins.length - 1) : 1,
    pEcdf: ecdfPValue(ranks, draws),
  };
}

/** Counts in bins of equally many ranks: as many as the number of ranks allows. */
export function binned(ranks: Int32Array, draws: number): number[] {
  const values = draws + 1;
  let count = 1;
  for (let bins = 2; bins <= MOST_BINS; bins++) {
    if (values % bins === 0 && ranks.length / bins >= LEAST_EXPECTED) count = bins;
  }
  const bins = new Array<number>(count).fill(0);
  for (const rank of ranks) bins[Math.floor((rank * count) / values)]!++;
  return bins;
}

function ecdfPValue(ranks: Int32Array, draws: number): number {
  const { tails, first } = pointwise(ranks.length, draws);
  const own = departure(ranks, first, tails);
  const rng = stream(1, 0, "uniform ranks");
  const uniform = new Int32Array(ranks.length);
  let asFar = 0;
  for (let s = 0; s < SAMPLES; s++) {
    for (let i = 0; i < uniform.length; i++) uniform[i] = Math.floor(rng.uniform() * (draws + 1));
    if (departure(uniform, first, tails) <= own) asFar++;
  }
  return (asFar + 1) / (SAMPLES + 1);
}

/** For each point the two-sided binomial probability of every count at or below it. */
function pointwise(n: number, draws: number): { first: Int32Array; tails: Float64Array[] } {
  const points = Math.min(POINTS, draws);
  // Ranks below the edge are counted; the last point would hold all.
  const edges = Int32Array.from({ length: points }, (_, k) =>
    Math.round(((k + 1) * (draws + 1)) / (points + 1)),
  );
  const tails = Array.from(edges, (edge) => {
    const p = edge / (draws + 1);
    const cdf = new Float64Array(n + 1);
    let log = n * Elementary.log1p(-p);
    let sum = 0;
    for (let k = 0; k <= n; k++) {
      if (k > 0) log += Elementary.log((n - k + 1) / k) + Elementary.log(p / (1 - p));
      sum += Elementary.exp(log);
      cdf[k] = sum;
    }
    return cdf.map((below, k) => 2 * Math.min(below, 1 - (k === 0 ? 0 : cdf[k - 1]!)));
  });
  // For each rank the first point that counts it.
  const first = Int32Array.from(
    { length: draws + 1 },
    (_, rank) => edges.filter((edge) => edge <= rank).length,
  );
  return { first, tails };
}

/** The least pointwise probability: how far the distribution function departs where it departs most. */
function departure(ranks: Int32Array, first: Int32Array, tails: readonly Float64Array[]): number {
  const counts = new Int32Array(tails.length + 1);
  for (const rank of ranks) counts[first[rank]!]!++;
  let below = 0;
  let least = 1;
  tails.forEach((own, k) => {
    below += counts[k]!;
    least = Math.min(least, own[below]!);
  });
  return least;
}
