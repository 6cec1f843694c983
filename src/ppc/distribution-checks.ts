/** Whole distributions: observed over replicated ones. */
import { quantileSorted } from "../numeric/quantile.ts";
import { densityGrid } from "../plots/density-grid.ts";
import { LIGHT_BLUE, short } from "../plots/palette.ts";
import { BLUE, type Datum, GREY } from "../plots/plot.ts";
import type { Check } from "./check.ts";
import { type Predictive, replicate, someDraws } from "./predictive.ts";

const OVERLAYS = 50;

const replicated = { transform: [{ filter: { field: "what", equal: "replicated" } }] };
const observedOnly = { transform: [{ filter: { field: "what", equal: "observed" } }] };

function overlay(y: string, yTitle: string, line: object) {
  return (p: Predictive): readonly object[] => {
    const encoding = {
      x: { field: "x", type: "quantitative", title: p.response, scale: { zero: false } },
      y: { field: y, type: "quantitative", title: yTitle },
    };
    return [
      {
        ...replicated,
        mark: { type: "line", color: LIGHT_BLUE, strokeWidth: 0.7, opacity: 0.7, ...line },
        encoding: { ...encoding, detail: { field: "draw" } },
      },
      { ...observedOnly, mark: { type: "line", color: "#08306b", strokeWidth: 2, ...line }, encoding },
    ];
  };
}

/** Responses that are never negative have no density below 0. */
function lowerBound({ y, yrep }: Predictive): { lower?: number; upper?: number } {
  const negative = (values: Float64Array): boolean => values.some((value) => value < 0);
  return (y !== null && negative(y)) || negative(yrep) ? {} : { lower: 0 };
}

export const densOverlay: Check = {
  needs: [],
  kinds: ["continuous", "count"],
  title: (p) => `Density of ${p.response}: observed and replicated`,
  build(p, { ndraws = OVERLAYS }) {
    const bound = lowerBound(p);
    const one = (what: string, draw: number, values: Float64Array): Datum[] => {
      const { x, density } = densityGrid(values, { ...bound, points: 100 });
      return Array.from(x, (at, i) => ({ what, draw, x: short(at), density: short(density[i]!) }));
    };
    const used = someDraws(p, ndraws);
    return {
      rows: [
        ...used.flatMap((s) => one("replicated", s + 1, replicate(p, s))),
        ...(p.y === null ? [] : one("observed", 0, p.y)),
      ],
      numbers: { draws: used.map((s) => s + 1) },
    };
  },
  layer: overlay("density", "density", {}),
};

export const ecdfOverlay: Check = {
  needs: [],
  kinds: ["continuous", "count"],
  title: (p) => `Distribution function of ${p.response}: observed and replicated`,
  build(p, { ndraws = OVERLAYS }) {
    const used = someDraws(p, ndraws);
    const sorted = used.map((s) => replicate(p, s).slice().sort());
    const y = p.y?.slice().sort();
    const all = [...sorted, ...(y === undefined ? [] : [y])];
    const least = all.reduce((low, own) => Math.min(low, own[0]!), Infinity);
    const most = all.reduce((high, own) => Math.max(high, own.at(-1)!), -Infinity);
    const discrete = p.kind === "count" && most - least <= 150;
    const grid = discrete
      ? Array.from({ length: most - least + 1 }, (_, k) => least + k)
      : Array.from({ length: 120 }, (_, k) => least + ((most - least) * k) / 119);
    const one = (what: string, draw: number, values: Float64Array): Datum[] =>
      grid.map((x) => ({ what, draw, x: short(x), share: short(shareBelow(values, x)) }));
    return {
      rows: [
        ...sorted.flatMap((own, k) => one("replicated", used[k]! + 1, own)),
        ...(y === undefined ? [] : one("observed", 0, y)),
      ],
      numbers: { draws: used.map((s) => s + 1) },
    };
  },
  layer: overlay("share", "share at or below", { interpolate: "step-after" }),
};

/** Share of sorted values ≤ x. */
export function shareBelow(sorted: Float64Array, x: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! <= x) low = middle + 1;
    else high = middle;
  }
  return low / sorted.length;
}

/** A bar from `from` to `to`. */
export function binned(title: string): object {
  return {
    x: {
      field: "from",
      type: "quantitative",
      bin: { binned: true },
      title,
      scale: { zero: false, nice: true },
    },
    x2: { field: "to" },
  };
}

export const hist: Check = {
  needs: [],
  kinds: ["continuous", "count"],
  title: (p) => `Histograms of ${p.response}: observed, and some replicates`,
  build(p, { ndraws = 8 }) {
    const used = someDraws(p, ndraws);
    const sets = [
      ...(p.y === null ? [] : [{ panel: "observed", values: p.y }]),
      ...used.map((s) => ({ panel: `replicate ${s + 1}`, values: replicate(p, s) })),
    ];
    const least = sets.reduce((low, { values }) => values.reduce((a, b) => Math.min(a, b), low), Infinity);
    const most = sets.reduce((high, { values }) => values.reduce((a, b) => Math.max(a, b), high), -Infinity);
    const bins = p.kind === "count" && most - least < 30 ? most - least + 1 : 25;
    const width = p.kind === "count" && most - least < 30 ? 1 : (most - least) / bins || 1;
    const rows = sets.flatMap(({ panel, values }) => {
      const counts = new Float64Array(bins);
      for (const value of values) counts[Math.min(bins - 1, Math.floor((value - least) / width))]!++;
      return Array.from(
        counts,
        (count, k): Datum => ({
          panel,
          what: panel === "observed" ? "observed" : "replicated",
          from: short(least + k * width),
          to: short(least + (k + 1) * width),
          count,
        }),
      );
    });
    return { rows, numbers: { draws: used.map((s) => s + 1), binWidth: width } };
  },
  layer: (p) => [
    {
      mark: { type: "bar", stroke: "white", strokeWidth: 0.3 },
      encoding: {
        ...binned(p.response),
        y: { field: "count", type: "quantitative", title: "rows", stack: null },
        color: {
          field: "what",
          type: "nominal",
          scale: { domain: ["observed", "replicated"], range: ["#08306b", LIGHT_BLUE] },
          legend: null,
        },
      },
    },
  ],
};

/** Categories, 0 and 1, or counts, each with its observed frequency and the replicated ones. */
function frequencies(p: Predictive): {
  values: number[];
  labels: string[];
  observed: number[];
  table: Float64Array[];
} {
  const known = p.categories?.map((_, k) => k + 1) ?? (p.kind === "binary" ? [0, 1] : undefined);
  let most = p.y?.reduce((a, b) => Math.max(a, b), 0) ?? 0;
  if (known === undefined) for (const value of p.yrep) if (value > most) most = value;
  // A long right tail of replicated counts is cut where next to nothing is left.
  const cut = known === undefined ? Math.min(most, cutOff(p)) : 0;
  const values = known ?? Array.from({ length: cut + 1 }, (_, k) => k);
  const position = new Map(values.map((value, k) => [value, k]));
  const table = values.map(() => new Float64Array(p.draws));
  for (let s = 0; s < p.draws; s++) {
    for (let i = 0; i < p.rows; i++) {
      const k = position.get(p.yrep[s * p.rows + i]!);
      if (k !== undefined) table[k]![s]!++;
    }
  }
  const observed = values.map(
    (value) => p.y?.reduce((count, own) => count + (own === value ? 1 : 0), 0) ?? Number.NaN,
  );
  return { values, labels: p.categories?.slice() ?? values.map(String), observed, table };
}

function cutOff({ y, yrep }: Predictive): number {
  const sorted = yrep.slice().sort();
  const high = sorted[Math.ceil(0.999 * (sorted.length - 1))]!;
  return Math.max(high, y?.reduce((a, b) => Math.max(a, b), 0) ?? 0);
}

export const bars: Check = {
  needs: [],
  kinds: ["category", "binary", "count"],
  title: (p) => `Frequencies of ${p.response}: observed bars, replicated medians and 90 % intervals`,
  build(p) {
    const { values, labels, observed, table } = frequencies(p);
    const rows = values.map((value, k): Datum => {
      const sorted = table[k]!.slice().sort();
      return {
        value: p.categories === undefined ? value : labels[k]!,
        from: value - 0.4,
        to: value + 0.4,
        observed: Number.isNaN(observed[k]) ? null : observed[k]!,
        median: quantileSorted(sorted, 0.5),
        low: quantileSorted(sorted, 0.05),
        high: quantileSorted(sorted, 0.95),
      };
    });
    return { rows, numbers: { frequencies: rows } };
  },
  layer(p) {
    const x =
      p.kind === "count"
        ? { field: "value", type: "quantitative", title: p.response }
        : { field: "value", type: "ordinal", sort: null, title: p.response, axis: { labelAngle: 0 } };
    const y = { type: "quantitative", title: "rows" };
    return [
      {
        mark: { type: "bar", color: "#9ecae1" },
        encoding: {
          ...(p.kind === "count" ? binned(p.response) : { x }),
          y: { ...y, field: "observed", stack: null },
        },
      },
      {
        mark: { type: "rule", color: "#08306b", strokeWidth: p.kind === "count" ? 1 : 2 },
        encoding: { x, y: { ...y, field: "low" }, y2: { field: "high" } },
      },
      {
        mark: { type: "point", color: "#08306b", size: p.kind === "count" ? 12 : 45, opacity: 1 },
        encoding: { x, y: { ...y, field: "median" } },
      },
    ];
  },
};

/** Kleiber & Zeileis (2016), "Visualizing count data regressions using rootograms". */
export const rootogram: Check = {
  needs: ["y"],
  kinds: ["count"],
  title: (p, { style = "hanging" }) =>
    `${style === "hanging" ? "Hanging" : style === "standing" ? "Standing" : "Suspended"} rootogram of ${p.response}`,
  build(p, { style = "hanging" }) {
    const { values, observed, table } = frequencies(p);
    const rows = values.map((value, k): Datum => {
      const sorted = table[k]!.slice().sort();
      const expected = Math.sqrt(table[k]!.reduce((a, b) => a + b, 0) / p.draws);
      const own = Math.sqrt(observed[k]!);
      const bottom = style === "hanging" ? expected - own : style === "standing" ? 0 : expected - own;
      const top = style === "hanging" ? expected : style === "standing" ? own : 0;
      return {
        value,
        from: value - 0.4,
        to: value + 0.4,
        expected: short(expected),
        bottom: short(bottom),
        top: short(top),
        low: short(Math.sqrt(quantileSorted(sorted, 0.05))),
        high: short(Math.sqrt(quantileSorted(sorted, 0.95))),
        observed: observed[k]!,
      };
    });
    return { rows, numbers: { frequencies: rows } };
  },
  layer(p) {
    const x = { field: "value", type: "quantitative", title: p.response };
    const y = { type: "quantitative", title: "√ frequency" };
    return [
      {
        mark: { type: "rect", color: "#9ecae1" },
        encoding: {
          x: { ...x, field: "from", scale: { zero: false } },
          x2: { field: "to" },
          y: { ...y, field: "bottom" },
          y2: { field: "top" },
        },
      },
      {
        mark: { type: "area", color: GREY, opacity: 0.25 },
        encoding: { x, y: { ...y, field: "low" }, y2: { field: "high" } },
      },
      { mark: { type: "line", color: BLUE, point: true }, encoding: { x, y: { ...y, field: "expected" } } },
      { mark: { type: "rule", color: GREY }, encoding: { y: { datum: 0 } } },
    ];
  },
};
