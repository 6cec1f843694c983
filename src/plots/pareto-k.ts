import { short } from "./palette.ts";
import { BLUE, chart, ORANGE, type Plot, rule } from "./plot.ts";

const MOST_POINTS = 8000;

/** Pareto k of every observation; those above the threshold are labelled with their row. */
export function paretoK(input: {
  readonly k: Float64Array;
  readonly threshold: number;
  /** 1-based row of each observation in the data as given. */
  readonly rows: ArrayLike<number>;
}): Plot {
  const { k, threshold, rows } = input;
  const step = Math.max(1, Math.ceil(k.length / MOST_POINTS));
  const data = Array.from(k.keys()).flatMap((i) => {
    const bad = k[i]! > threshold;
    if (i % step !== 0 && !bad) return [];
    return [
      {
        row: rows[i]!,
        k: Number.isFinite(k[i]) ? short(k[i]!) : null,
        bad,
        label: bad ? String(rows[i]) : "",
      },
    ];
  });
  const bad = data.filter((own) => own.bad).length;
  const x = { field: "row", type: "quantitative", title: "row of the data", scale: { zero: false } };
  const y = { field: "k", type: "quantitative", title: "Pareto k" };
  return chart({ title: `Pareto k: ${bad} of ${k.length} above ${threshold.toFixed(2)}`, width: 460 }, data, [
    rule("y", threshold),
    {
      mark: { type: "point" },
      encoding: {
        x,
        y,
        color: {
          field: "bad",
          type: "nominal",
          scale: { domain: [false, true], range: [BLUE, ORANGE] },
          legend: null,
        },
      },
    },
    ...(bad <= 40
      ? [{ mark: { type: "text", dy: -8, fontSize: 9 }, encoding: { x, y, text: { field: "label" } } }]
      : []),
  ]);
}
