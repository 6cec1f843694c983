import { short } from "./palette.ts";
import { BLUE, chart, GREY, ORANGE, type Plot, rule } from "./plot.ts";

export interface ShrinkageInput {
  readonly group: string;
  readonly levels: readonly string[];
  /** What is estimated, for the axis: `mean of Reaction`. */
  readonly quantity: string;
  /** Estimate of each level from its own rows alone. */
  readonly noPooling: Float64Array;
  readonly partialPooling: Float64Array;
  /** The estimate that ignores the groups. */
  readonly completePooling: number;
}

const MOST_LEVELS = 60;

/** How far partial pooling pulls each level from its own estimate towards the common one. */
export function shrinkage(input: ShrinkageInput): Plot {
  const { group, levels, quantity, noPooling, partialPooling, completePooling } = input;
  const order = levels.map((_, l) => l).sort((a, b) => noPooling[a]! - noPooling[b]!);
  const step = Math.max(1, Math.ceil(order.length / MOST_LEVELS));
  const rows = order
    .filter((_, rank) => rank % step === 0)
    .map((l) => ({ level: levels[l]!, own: short(noPooling[l]!), pooled: short(partialPooling[l]!) }));
  const data = rows.flatMap(({ level, own, pooled }) => [
    { level, what: "no pooling", value: own, own, pooled },
    { level, what: "partial pooling", value: pooled, own, pooled },
  ]);
  const y = { field: "level", type: "nominal", sort: null, title: group };
  return chart({ title: `Shrinkage of ${group}`, height: { step: 16 } as never }, data, [
    rule("x", completePooling),
    {
      mark: { type: "rule", color: GREY },
      encoding: {
        y,
        x: { field: "own", type: "quantitative", title: quantity, scale: { zero: false } },
        x2: { field: "pooled" },
      },
    },
    {
      mark: { type: "point", size: 45, opacity: 1 },
      encoding: {
        y,
        x: { field: "value", type: "quantitative" },
        color: {
          field: "what",
          type: "nominal",
          title: null,
          scale: { domain: ["no pooling", "partial pooling"], range: [ORANGE, BLUE] },
        },
      },
    },
  ]);
}
