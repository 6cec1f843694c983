/** Test statistics of replicates against that of the observed responses (Gelman, Meng & Stern 1996). */
import { short } from "../plots/palette.ts";
import { type Datum, ORANGE } from "../plots/plot.ts";
import type { Check, CheckOptions, StatisticChoice } from "./check.ts";
import { binned } from "./distribution-checks.ts";
import { type Predictive, replicate } from "./predictive.ts";
import { type Statistic, statistic } from "./statistics.ts";

const BINS = 30;

function single({ stat = "mean" }: CheckOptions): Statistic {
  return statistic(typeof stat === "object" ? stat[0] : stat);
}

function both({ stat }: CheckOptions): [Statistic, Statistic] {
  const pair: readonly StatisticChoice[] =
    stat === undefined ? ["mean", "sd"] : typeof stat === "object" ? stat : [stat, "sd"];
  return [statistic(pair[0]!), statistic(pair[1]!)];
}

function replicatedStatistic(p: Predictive, of: Statistic): Float64Array {
  return Float64Array.from({ length: p.draws }, (_, s) => of.of(replicate(p, s)));
}

/** Pr(T(yrep) ≥ T(y)): near 0 or 1 when the model cannot reproduce the statistic. */
function pValue(replicated: Float64Array, observed: number): number {
  let above = 0;
  for (const value of replicated) if (value >= observed) above++;
  return above / replicated.length;
}

export const stat: Check = {
  needs: [],
  kinds: ["continuous", "count", "binary"],
  title: (p, options) =>
    `${single(options).name} of ${p.response}: replicates, and the observed one in orange`,
  build(p, options) {
    const chosen = single(options);
    const values = replicatedStatistic(p, chosen);
    const observed = p.y === null ? null : chosen.of(p.y);
    let least = values.reduce((a, b) => Math.min(a, b), observed ?? Infinity);
    let most = values.reduce((a, b) => Math.max(a, b), observed ?? -Infinity);
    if (least === most) {
      least -= 0.5;
      most += 0.5;
    }
    const width = (most - least) / BINS;
    const counts = new Float64Array(BINS);
    for (const value of values) counts[Math.min(BINS - 1, Math.floor((value - least) / width))]!++;
    const rows = Array.from(
      counts,
      (count, k): Datum => ({
        from: short(least + k * width),
        to: short(least + (k + 1) * width),
        count,
        observed: observed === null ? null : short(observed),
      }),
    );
    return {
      rows,
      numbers: {
        statistic: chosen.name,
        observed,
        replicated: Array.from(values),
        pValue: observed === null ? null : pValue(values, observed),
      },
    };
  },
  layer: (_p, options) => [
    {
      mark: { type: "bar", color: "#9ecae1", stroke: "white", strokeWidth: 0.3 },
      encoding: {
        ...binned(single(options).name),
        y: { field: "count", type: "quantitative", title: "replicates", stack: null },
      },
    },
    {
      mark: { type: "rule", color: ORANGE, strokeWidth: 2.5 },
      encoding: { x: { aggregate: "min", field: "observed", type: "quantitative" } },
    },
  ],
};

export const stat2d: Check = {
  needs: ["y"],
  kinds: ["continuous", "count", "binary"],
  title: (p, options) =>
    `${both(options)
      .map(({ name }) => name)
      .join(" and ")} of ${p.response}`,
  build(p, options) {
    const [a, b] = both(options);
    const first = replicatedStatistic(p, a);
    const second = replicatedStatistic(p, b);
    const step = Math.max(1, Math.ceil(p.draws / 1500));
    const rows: Datum[] = [];
    for (let s = 0; s < p.draws; s += step)
      rows.push({ what: "replicated", weight: 0, a: short(first[s]!), b: short(second[s]!) });
    const own = { a: a.of(p.y!), b: b.of(p.y!) };
    rows.push({ what: "observed", weight: 1, a: short(own.a), b: short(own.b) });
    return {
      rows,
      numbers: {
        observed: own,
        pValues: { [a.name]: pValue(first, own.a), [b.name]: pValue(second, own.b) },
      },
    };
  },
  layer(_p, options) {
    const [a, b] = both(options);
    return [
      {
        mark: { type: "point" },
        encoding: {
          x: { field: "a", type: "quantitative", title: a.name, scale: { zero: false } },
          y: { field: "b", type: "quantitative", title: b.name, scale: { zero: false } },
          color: {
            field: "what",
            type: "nominal",
            title: null,
            scale: { domain: ["replicated", "observed"], range: ["#9ecae1", ORANGE] },
          },
          size: {
            field: "weight",
            type: "quantitative",
            legend: null,
            scale: { domain: [0, 1], range: [16, 160] },
          },
        },
      },
    ];
  },
};
