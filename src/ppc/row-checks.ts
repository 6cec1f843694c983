/** Row by row: intervals of replicates around observed responses, and errors. */

import { weightedQuantile } from "../loo/expectation.ts";
import * as Elementary from "../numeric/elementary.ts";
import { short } from "../plots/palette.ts";
import { BLUE, type Datum, GREY, ORANGE, rule } from "../plots/plot.ts";
import type { Check } from "./check.ts";
import { observed, type Predictive, rowDraws } from "./predictive.ts";

const MOST_ROWS = 2500;

/** Every k-th row, so that no more than `MOST_ROWS` are shown. */
function shownRows({ rows }: Predictive): number[] {
  const step = Math.max(1, Math.ceil(rows / MOST_ROWS));
  return Array.from({ length: Math.ceil(rows / step) }, (_, k) => k * step);
}

function xOf(p: Predictive, row: number): number {
  return p.x === undefined ? row + 1 : p.x.values[row]!;
}

const xTitle = (p: Predictive): string => p.x?.name ?? "row";

type Ends = (row: number, probability: number) => number;

function intervalRows(
  p: Predictive,
  probabilities: readonly [number, number],
  quantileOf: (row: number) => Ends,
): Datum[] {
  return shownRows(p)
    .map((row): Datum & { readonly x: number } => {
      const q = quantileOf(row);
      const [inner, outer] = probabilities;
      return {
        x: short(xOf(p, row)),
        y: p.y === null ? null : short(p.y[row]!),
        median: short(q(row, 0.5)),
        innerLow: short(q(row, 0.5 - inner / 2)),
        innerHigh: short(q(row, 0.5 + inner / 2)),
        low: short(q(row, 0.5 - outer / 2)),
        high: short(q(row, 0.5 + outer / 2)),
      };
    })
    .sort((a, b) => a.x - b.x);
}

function plainQuantiles(p: Predictive): (row: number) => Ends {
  const draws = new Float64Array(p.draws);
  return (row) => {
    rowDraws(p, row, draws).sort();
    return (_row, probability) => {
      const position = (draws.length - 1) * probability;
      const low = Math.floor(position);
      const high = Math.min(low + 1, draws.length - 1);
      return draws[low]! + (position - low) * (draws[high]! - draws[low]!);
    };
  };
}

function looQuantiles(p: Predictive): (row: number) => Ends {
  const draws = new Float64Array(p.draws);
  const logWeights = new Float64Array(p.draws);
  return (row) => {
    rowDraws(p, row, draws);
    p.looLogWeights!(row, logWeights);
    const weights = logWeights.map(Elementary.exp);
    return (_row, probability) => weightedQuantile(draws, weights, probability);
  };
}

/** Share of the observed responses inside the inner and the outer interval. */
function coverage(rows: readonly Datum[]): { inner: number; outer: number } {
  const inside = (low: string, high: string): number =>
    rows.filter(
      (row) => (row.y as number) >= (row[low] as number) && (row.y as number) <= (row[high] as number),
    ).length / rows.length;
  return { inner: inside("innerLow", "innerHigh"), outer: inside("low", "high") };
}

const encodingX = (p: Predictive): object => ({
  field: "x",
  type: "quantitative",
  title: xTitle(p),
  scale: { zero: false },
});
const encodingY = (p: Predictive, field: string): object => ({
  field,
  type: "quantitative",
  title: p.response,
  scale: { zero: false },
});

function pointIntervals(p: Predictive): readonly object[] {
  const x = encodingX(p);
  return [
    {
      mark: { type: "rule", color: "#9ecae1", strokeWidth: 1.2 },
      encoding: { x, y: encodingY(p, "low"), y2: { field: "high" } },
    },
    {
      mark: { type: "rule", color: "#6baed6", strokeWidth: 2.5 },
      encoding: { x, y: encodingY(p, "innerLow"), y2: { field: "innerHigh" } },
    },
    ...(p.y === null
      ? []
      : [
          {
            mark: { type: "point", color: "#08306b", size: 22, opacity: 0.9 },
            encoding: { x, y: encodingY(p, "y") },
          },
        ]),
  ];
}

export const intervals: Check = {
  needs: [],
  kinds: ["continuous", "count"],
  title: (p) => `${p.response} and its predictive intervals by ${xTitle(p)}`,
  build(p, { probabilities = [0.5, 0.9] }) {
    const rows = intervalRows(p, probabilities, plainQuantiles(p));
    return { rows, numbers: p.y === null ? {} : { coverage: coverage(rows), expected: probabilities } };
  },
  layer: pointIntervals,
  size: { width: 520 },
};

export const ribbon: Check = {
  ...intervals,
  title: (p) => `${p.response} and its predictive band by ${xTitle(p)}`,
  layer(p) {
    const x = encodingX(p);
    return [
      {
        mark: { type: "area", color: "#9ecae1", opacity: 0.5 },
        encoding: { x, y: encodingY(p, "low"), y2: { field: "high" } },
      },
      {
        mark: { type: "area", color: "#6baed6", opacity: 0.5 },
        encoding: { x, y: encodingY(p, "innerLow"), y2: { field: "innerHigh" } },
      },
      { mark: { type: "line", color: BLUE, strokeWidth: 1 }, encoding: { x, y: encodingY(p, "median") } },
      ...(p.y === null
        ? []
        : [
            {
              mark: { type: "point", color: "#08306b", size: 18, opacity: 0.8 },
              encoding: { x, y: encodingY(p, "y") },
            },
          ]),
    ];
  },
};

export const looIntervals: Check = {
  ...intervals,
  needs: ["y", "loo"],
  title: (p) => `${p.response} and its leave-one-out predictive intervals by ${xTitle(p)}`,
  build(p, { probabilities = [0.5, 0.9] }) {
    const rows = intervalRows(p, probabilities, looQuantiles(p));
    return { rows, numbers: { coverage: coverage(rows), expected: probabilities } };
  },
};

function averages(p: Predictive): Float64Array {
  const source = p.epred ?? p.yrep;
  const out = new Float64Array(p.rows);
  for (let s = 0; s < p.draws; s++)
    for (let i = 0; i < p.rows; i++) out[i]! += source[s * p.rows + i]! / p.draws;
  return out;
}

export const scatterAvg: Check = {
  needs: ["y", "epred"],
  kinds: ["continuous", "count"],
  title: (p) => `${p.response}: observed against average predicted`,
  build(p) {
    const average = averages(p);
    const y = observed(p);
    return {
      rows: shownRows(p).map((row) => ({ average: short(average[row]!), y: short(y[row]!) })),
      numbers: { correlation: correlation(average, y) },
    };
  },
  layer: (p) => [
    {
      mark: { type: "point", color: BLUE },
      encoding: {
        x: {
          field: "average",
          type: "quantitative",
          title: `average predicted ${p.response}`,
          scale: { zero: false },
        },
        y: { field: "y", type: "quantitative", title: p.response, scale: { zero: false } },
      },
    },
    {
      mark: { type: "line", color: GREY, strokeDash: [4, 4] },
      encoding: {
        x: { field: "average", type: "quantitative" },
        y: { field: "average", type: "quantitative" },
      },
    },
  ],
};

export const errorScatterAvg: Check = {
  needs: ["y", "epred"],
  kinds: ["continuous", "count"],
  title: (p) => `Average error of ${p.response}${p.x === undefined ? "" : ` by ${p.x.name}`}`,
  build(p) {
    const average = averages(p);
    const y = observed(p);
    const rows = shownRows(p).map((row) => ({
      error: short(y[row]! - average[row]!),
      x: short(p.x === undefined ? y[row]! : p.x.values[row]!),
    }));
    return {
      rows,
      numbers: { meanError: y.reduce((sum, value, i) => sum + value - average[i]!, 0) / y.length },
    };
  },
  layer: (p) => [
    rule("y", 0),
    {
      mark: { type: "point", color: BLUE },
      encoding: {
        x: { field: "x", type: "quantitative", title: p.x?.name ?? p.response, scale: { zero: false } },
        y: { field: "error", type: "quantitative", title: "average error" },
      },
    },
  ],
};

/** Gelman & Hill (2007), section 5.6: mean residual of rows with similar predictions, within ±2 standard errors. */
export const errorBinned: Check = {
  needs: ["y", "epred"],
  kinds: ["binary"],
  title: (p) => `Binned residuals of ${p.response}`,
  build(p) {
    const average = averages(p);
    const y = observed(p);
    const order = Array.from(average.keys()).sort((a, b) => average[a]! - average[b]!);
    const bins = Math.max(5, Math.min(40, Math.floor(Math.sqrt(p.rows))));
    const rows: Datum[] = [];
    for (let bin = 0; bin < bins; bin++) {
      const own = order.slice(Math.floor((bin * p.rows) / bins), Math.floor(((bin + 1) * p.rows) / bins));
      if (own.length === 0) continue;
      const mean = own.reduce((sum, i) => sum + average[i]!, 0) / own.length;
      const error = own.reduce((sum, i) => sum + y[i]! - average[i]!, 0) / own.length;
      const bound = 2 * Math.sqrt((mean * (1 - mean)) / own.length);
      rows.push({ x: short(mean), error: short(error), low: short(-bound), high: short(bound) });
    }
    const outside = rows.filter((row) => Math.abs(row.error as number) > (row.high as number)).length;
    return { rows, numbers: { bins: rows.length, outside } };
  },
  layer: (p) => {
    const x = {
      field: "x",
      type: "quantitative",
      title: `predicted probability of ${p.response}`,
      scale: { zero: false },
    };
    return [
      rule("y", 0),
      {
        mark: { type: "area", color: GREY, opacity: 0.2 },
        encoding: {
          x,
          y: { field: "low", type: "quantitative", title: "mean residual" },
          y2: { field: "high" },
        },
      },
      {
        mark: { type: "point", color: ORANGE, size: 40 },
        encoding: { x, y: { field: "error", type: "quantitative" } },
      },
    ];
  },
};

function correlation(a: Float64Array, b: Float64Array): number {
  const mean = (x: Float64Array): number => x.reduce((sum, value) => sum + value, 0) / x.length;
  const [ma, mb] = [mean(a), mean(b)];
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < a.length; i++) {
    ab += (a[i]! - ma) * (b[i]! - mb);
    aa += (a[i]! - ma) ** 2;
    bb += (b[i]! - mb) ** 2;
  }
  return ab / Math.sqrt(aa * bb);
}
