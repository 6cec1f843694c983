/** Probability integral transforms: uniform when the predictive distributions are calibrated. */
import * as Elementary from "../numeric/elementary.ts";
import { densityGrid } from "../plots/density-grid.ts";
import { short } from "../plots/palette.ts";
import { BLUE, type Datum, GREY } from "../plots/plot.ts";
import type { Rng } from "../random/rng.ts";
import type { Check } from "./check.ts";
import { shareBelow } from "./distribution-checks.ts";
import { observed, type Predictive, rowDraws } from "./predictive.ts";

/** Share of replicates below the observation, ties of discrete responses split at random (Czado, Gneiting & Held 2009). */
export function pitValues(p: Predictive, rng: Rng): Float64Array {
  return transform(p, rng, undefined);
}

/** The same under leave-one-out weights. */
export function looPitValues(p: Predictive, rng: Rng): Float64Array {
  const logWeights = new Float64Array(p.draws);
  return transform(p, rng, (row) => {
    p.looLogWeights!(row, logWeights);
    return logWeights.map(Elementary.exp);
  });
}

function transform(
  p: Predictive,
  rng: Rng,
  weightsOf: ((row: number) => Float64Array) | undefined,
): Float64Array {
  const y = observed(p);
  const draws = new Float64Array(p.draws);
  return Float64Array.from({ length: p.rows }, (_, row) => {
    rowDraws(p, row, draws);
    const weights = weightsOf?.(row);
    let below = 0;
    let equal = 0;
    for (let s = 0; s < p.draws; s++) {
      const w = weights?.[s] ?? 1 / p.draws;
      if (draws[s]! < y[row]!) below += w;
      else if (draws[s]! === y[row]!) equal += w;
    }
    return equal === 0 ? Math.min(1, below) : Math.min(1, below + rng.uniform() * equal);
  });
}

const GRID = 100;

/**
 * Differences of the distribution function of `n` uniform values from the diagonal that, at all grid points together, 95 % of
 * samples stay within: simulated as Säilynoja, Bürkner & Vehtari (2022), "Graphical test for discrete uniformity", section 2.
 */
export function uniformBand(
  n: number,
  rng: Rng,
  probability = 0.95,
): { low: Float64Array; high: Float64Array } {
  const replicates = 500;
  const size = Math.min(n, 2000);
  const counts = Array.from({ length: replicates }, () => {
    const own = new Float64Array(GRID);
    for (let i = 0; i < size; i++) own[Math.floor(rng.uniform() * GRID)]!++;
    for (let k = 1; k < GRID; k++) own[k]! += own[k - 1]!;
    return own;
  });
  // The smallest pointwise tail probability of each sample; its lower quantile is the pointwise level that holds for all points.
  const scaleOf = (k: number): number => Math.sqrt((((k + 1) / GRID) * (1 - (k + 1) / GRID)) / size);
  const extremes = Float64Array.from(counts, (own) => {
    let most = 0;
    for (let k = 0; k < GRID - 1; k++)
      most = Math.max(most, Math.abs(own[k]! / size - (k + 1) / GRID) / scaleOf(k));
    return most;
  }).sort();
  const factor = extremes[Math.floor(probability * (replicates - 1))]! * Math.sqrt(size / n);
  const half = Float64Array.from({ length: GRID }, (_, k) => factor * scaleOf(k));
  return { low: half.map((value) => -value), high: half };
}

function ecdfCheck(
  what: string,
  needs: Check["needs"],
  values: (p: Predictive, rng: Rng) => Float64Array,
): Check {
  return {
    needs,
    kinds: ["continuous", "count", "binary", "category"],
    title: (p) => `${what} of ${p.response}: distribution function minus the diagonal, with its 95 % band`,
    build(p, _options, rng) {
      const sorted = values(p, rng).sort();
      const { low, high } = uniformBand(p.rows, rng);
      const rows = Array.from({ length: GRID }, (_, k): Datum => {
        const x = (k + 1) / GRID;
        return {
          x,
          difference: short(shareBelow(sorted, x) - x),
          low: short(low[k]!),
          high: short(high[k]!),
        };
      });
      const outside = rows.filter(
        (row) =>
          (row.difference as number) < (row.low as number) ||
          (row.difference as number) > (row.high as number),
      ).length;
      return { rows, numbers: { pit: Array.from(sorted), pointsOutside: outside } };
    },
    layer: () => {
      const x = { field: "x", type: "quantitative", title: "probability integral transform" };
      return [
        {
          mark: { type: "area", color: GREY, opacity: 0.2 },
          encoding: {
            x,
            y: { field: "low", type: "quantitative", title: "difference from uniform" },
            y2: { field: "high" },
          },
        },
        {
          mark: { type: "line", color: BLUE, strokeWidth: 2 },
          encoding: { x, y: { field: "difference", type: "quantitative" } },
        },
      ];
    },
  };
}

export const pitEcdf: Check = ecdfCheck("PIT", ["y"], pitValues);
export const looPitEcdf: Check = ecdfCheck("LOO-PIT", ["y", "loo"], looPitValues);

const UNIFORMS = 40;

export const looPitOverlay: Check = {
  needs: ["y", "loo"],
  kinds: ["continuous", "count", "binary", "category"],
  title: (p) => `LOO-PIT of ${p.response}: density, over those of uniform samples`,
  build(p, _options, rng) {
    const pit = looPitValues(p, rng);
    const one = (what: string, draw: number, values: Float64Array): Datum[] => {
      const { x, density } = densityGrid(values, { lower: 0, upper: 1, points: 80 });
      return Array.from(x, (at, i) => ({ what, draw, x: short(at), density: short(density[i]!) }));
    };
    const uniform = Array.from({ length: UNIFORMS }, (_, k) =>
      one(
        "uniform",
        k + 1,
        Float64Array.from({ length: Math.min(p.rows, 2000) }, () => rng.uniform()),
      ),
    );
    return { rows: [...uniform.flat(), ...one("observed", 0, pit)], numbers: { pit: Array.from(pit) } };
  },
  layer: () => {
    const encoding = {
      x: { field: "x", type: "quantitative", title: "LOO-PIT" },
      y: { field: "density", type: "quantitative", title: "density" },
    };
    return [
      {
        transform: [{ filter: { field: "what", equal: "uniform" } }],
        mark: { type: "line", color: "#9ecae1", strokeWidth: 0.7 },
        encoding: { ...encoding, detail: { field: "draw" } },
      },
      {
        transform: [{ filter: { field: "what", equal: "observed" } }],
        mark: { type: "line", color: "#08306b", strokeWidth: 2 },
        encoding,
      },
    ];
  },
};

export const looPitQq: Check = {
  needs: ["y", "loo"],
  kinds: ["continuous", "count", "binary", "category"],
  title: (p) => `LOO-PIT of ${p.response} against uniform quantiles`,
  build(p, _options, rng) {
    const sorted = looPitValues(p, rng).sort();
    const step = Math.max(1, Math.ceil(sorted.length / 2000));
    const rows = Array.from({ length: Math.ceil(sorted.length / step) }, (_, k): Datum => {
      const i = k * step;
      return { uniform: short((i + 0.5) / sorted.length), pit: short(sorted[i]!) };
    });
    return { rows, numbers: { pit: Array.from(sorted) } };
  },
  layer: () => [
    {
      mark: { type: "line", color: GREY, strokeDash: [4, 4] },
      encoding: {
        x: { field: "uniform", type: "quantitative", title: "uniform" },
        y: { field: "uniform", type: "quantitative", title: "LOO-PIT" },
      },
    },
    {
      mark: { type: "point", color: BLUE },
      encoding: { x: { field: "uniform", type: "quantitative" }, y: { field: "pit", type: "quantitative" } },
    },
  ],
};
