import { BLUE, chart, GREY, type Plot, rule } from "./plot.ts";

export interface CaterpillarInput {
  readonly group: string;
  /** Name of the coefficient. */
  readonly name: string;
  readonly levels: readonly string[];
  readonly estimates: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/** From this many levels on they have no room for labels. */
const LABELLED = 60;
const MOST_LEVELS = 2000;

/** Group-level effects with their intervals, sorted. */
export function caterpillar({ group, name, levels, estimates, lower, upper }: CaterpillarInput): Plot {
  const order = levels.map((_, l) => l).sort((a, b) => estimates[a]! - estimates[b]!);
  const step = Math.max(1, Math.ceil(order.length / MOST_LEVELS));
  const rows = order
    .filter((_, rank) => rank % step === 0)
    .map((l, rank) => ({
      rank,
      level: levels[l]!,
      estimate: estimates[l]!,
      lower: lower[l]!,
      upper: upper[l]!,
    }));
  const labelled = rows.length <= LABELLED;
  const y = labelled
    ? { field: "level", type: "nominal", sort: null, title: group }
    : {
        field: "rank",
        type: "quantitative",
        title: `${group} (${levels.length} levels, sorted)`,
        axis: { labels: false },
      };
  const height = (labelled ? { step: 14 } : 420) as number;
  return chart({ title: `${name} by ${group}`, height }, rows, [
    {
      mark: { type: "rule", color: GREY },
      encoding: { y, x: { field: "lower", type: "quantitative", title: name }, x2: { field: "upper" } },
    },
    { mark: { type: "point", color: BLUE }, encoding: { y, x: { field: "estimate", type: "quantitative" } } },
    rule("x", 0),
  ]);
}
