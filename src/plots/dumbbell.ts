import { BLUE, chart, GREY, ORANGE, type Plot } from "./plot.ts";

export interface DumbbellRow {
  readonly label: string;
  readonly a: number;
  readonly b: number;
  /** Ends of an interval around a, when there is one. */
  readonly lower?: number;
  readonly upper?: number;
}

/** Two estimates of the same quantities joined by a line; each panel has a scale of its own. */
export function dumbbell(input: {
  readonly title: string;
  readonly nameA: string;
  readonly nameB: string;
  readonly rows: readonly DumbbellRow[];
}): Plot {
  const { title, nameA, nameB } = input;
  const data = input.rows.slice(0, 60).flatMap(({ label, a, b, lower, upper }) => [
    { label, which: nameA, value: a, other: b, lower: lower ?? null, upper: upper ?? null },
    { label, which: nameB, value: b, other: a, lower: null, upper: null },
  ]);
  const y = { field: "which", type: "nominal", title: null, sort: null };
  const layer = [
    {
      mark: { type: "rule", color: GREY },
      encoding: {
        y,
        x: { field: "lower", type: "quantitative", title: null, scale: { zero: false } },
        x2: { field: "upper" },
      },
    },
    {
      mark: { type: "point", size: 70 },
      encoding: {
        y,
        x: { field: "value", type: "quantitative", title: null, scale: { zero: false } },
        color: {
          field: "which",
          type: "nominal",
          title: null,
          scale: { domain: [nameA, nameB], range: [BLUE, ORANGE] },
          legend: null,
        },
      },
    },
  ];
  const { spec, data: rows } = chart({ title }, data, []);
  const { layer: _none, width: _w, height: _h, ...rest } = spec;
  return {
    data: rows,
    spec: {
      ...rest,
      facet: {
        row: {
          field: "label",
          type: "nominal",
          sort: null,
          title: null,
          header: { labelAngle: 0, labelAlign: "left", labelLimit: 260 },
        },
      },
      resolve: { scale: { x: "independent" } },
      spec: { width: 320, height: 34, layer },
    },
  };
}
