/** A smooth with its band, curves by level, or a surface of two covariates. */
import { CHAIN_COLOURS, short } from "./palette.ts";
import { chart, type Datum, GREY, type Plot } from "./plot.ts";

export interface ConditionalSmoothInput {
  readonly smooth: string;
  readonly dpar: string;
  readonly variables: readonly string[];
  readonly by?: string;
  readonly rows: readonly {
    readonly x: number | string | boolean;
    readonly x2?: number;
    readonly by?: string;
    readonly estimate: number;
    readonly lower: number;
    readonly upper: number;
  }[];
}

export function conditionalSmooth({ smooth, dpar, variables, by, rows }: ConditionalSmoothInput): Plot {
  const data = rows.map(
    (row): Datum => ({
      x: typeof row.x === "number" ? short(row.x) : String(row.x),
      x2: row.x2 === undefined ? null : short(row.x2),
      by: row.by ?? "",
      y: short(row.estimate),
      lower: short(row.lower),
      upper: short(row.upper),
    }),
  );
  const title = dpar === "mu" ? smooth : `${smooth} of ${dpar}`;
  const layout = { title, subtitle: "on the link scale, with 95 % bands unless asked otherwise" };
  const faceted = by === undefined ? {} : { column: { field: "by", type: "nominal", title: by } };
  if (variables.length === 2) {
    const surface = {
      mark: { type: "square", size: 90, opacity: 1 },
      encoding: {
        x: { field: "x", type: "quantitative", title: variables[0], scale: { zero: false } },
        y: { field: "x2", type: "quantitative", title: variables[1], scale: { zero: false } },
        color: { field: "y", type: "quantitative", title: smooth, scale: { scheme: "viridis" } },
        ...faceted,
      },
    };
    return chart({ ...layout, subtitle: "median, on the link scale" }, data, [surface]);
  }
  const numeric = rows.every(({ x }) => typeof x === "number");
  const levels = [...new Set(rows.map((row) => row.by ?? ""))];
  const colour =
    by === undefined
      ? {}
      : {
          color: {
            field: "by",
            type: "nominal",
            title: by,
            scale: { domain: levels, range: levels.map((_, k) => CHAIN_COLOURS[k % CHAIN_COLOURS.length]!) },
          },
        };
  const x = numeric
    ? { field: "x", type: "quantitative", title: variables[0], scale: { zero: false } }
    : { field: "x", type: "nominal", sort: null, title: variables[0] };
  const band = {
    mark: numeric ? { type: "area", opacity: 0.2, color: GREY } : { type: "rule" },
    encoding: {
      x,
      y: { field: "lower", type: "quantitative", title: smooth },
      y2: { field: "upper" },
      ...colour,
    },
  };
  const line = {
    mark: { type: numeric ? "line" : "point" },
    encoding: { x, y: { field: "y", type: "quantitative", title: smooth }, ...colour },
  };
  return chart(layout, data, [band, line]);
}
