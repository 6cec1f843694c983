import { CHAIN_COLOURS, short } from "./palette.ts";
import { chart, type Datum, GREY, type Plot, thin } from "./plot.ts";

type Value = number | string | boolean;

export interface ConditionalEffectInput {
  readonly variables: readonly string[];
  readonly response: string;
  readonly kind: "numeric" | "factor";
  readonly rows: readonly {
    readonly x: Value;
    readonly by?: string;
    readonly category?: string;
    readonly condition?: string;
    readonly estimate: number;
    readonly lower: number;
    readonly upper: number;
  }[];
  readonly points?: readonly { readonly x: Value; readonly y: number; readonly by?: string }[];
  readonly spaghetti?: readonly {
    readonly draw: number;
    readonly x: Value;
    readonly by?: string;
    readonly y: number;
  }[];
}

const MOST_POINTS = 1500;
const MOST_LINES = 4000;

/** Expected responses along a predictor with a band, or a point and interval per level; observations as grey points. */
export function conditionalEffect(input: ConditionalEffectInput): Plot {
  const { variables, response, kind, rows, points = [], spaghetti = [] } = input;
  const categorical = rows.some(({ category }) => category !== undefined);
  const series = rows.map(({ by, category, condition }) =>
    [by, category, condition].filter((t) => t !== undefined).join(", "),
  );
  const names = [...new Set(series)];
  const estimates: Datum[] = rows.map(({ x, estimate, lower, upper }, i) => ({
    what: "estimate",
    x: valueOfAxis(x, kind),
    series: series[i]!,
    y: short(estimate),
    lower: short(lower),
    upper: short(upper),
    draw: 0,
  }));
  const observed: Datum[] = thin(points, MOST_POINTS).map(({ x, y }) => ({
    what: "observed",
    x: valueOfAxis(x, kind),
    series: "",
    y: short(y),
    lower: null,
    upper: null,
    draw: 0,
  }));
  const lines: Datum[] = spaghetti.slice(0, MOST_LINES).map(({ draw, x, y, by }) => ({
    what: "draw",
    x: valueOfAxis(x, kind),
    series: by ?? "",
    y: short(y),
    lower: null,
    upper: null,
    draw,
  }));
  const only = (what: string): object => ({ transform: [{ filter: { field: "what", equal: what } }] });
  const x =
    kind === "numeric"
      ? { field: "x", type: "quantitative", title: variables[0], scale: { zero: false } }
      : { field: "x", type: "nominal", sort: null, title: variables[0], axis: { labelAngle: 0 } };
  const yTitle = categorical ? `probability of ${response}` : response;
  const y = { field: "y", type: "quantitative", title: yTitle, scale: { zero: false } };
  const colour =
    names.length > 1
      ? {
          color: {
            field: "series",
            type: "nominal",
            title: variables[1] ?? (categorical ? response : null),
            scale: { domain: names, range: names.map((_, k) => CHAIN_COLOURS[k % CHAIN_COLOURS.length]!) },
          },
        }
      : {};
  const single = names.length > 1 ? {} : { color: CHAIN_COLOURS[0] };
  const offset = kind === "factor" && names.length > 1 ? { xOffset: { field: "series", sort: null } } : {};
  const layer = [
    ...(observed.length > 0
      ? [
          {
            ...only("observed"),
            mark: { type: "point", color: GREY, opacity: 0.35, size: 16 },
            encoding: { x, y },
          },
        ]
      : []),
    ...(lines.length > 0
      ? [
          {
            ...only("draw"),
            mark: { type: "line", strokeWidth: 0.5, opacity: 0.4, ...single },
            encoding: { x, y, detail: { field: "draw" }, ...colour },
          },
        ]
      : []),
    ...(kind === "numeric"
      ? [
          {
            ...only("estimate"),
            mark: { type: "area", opacity: 0.22, ...single },
            encoding: { x, y: { ...y, field: "lower" }, y2: { field: "upper" }, ...colour },
          },
          {
            ...only("estimate"),
            mark: { type: "line", strokeWidth: 2, ...single },
            encoding: { x, y, ...colour },
          },
        ]
      : [
          {
            ...only("estimate"),
            mark: { type: "rule", strokeWidth: 2, ...single },
            encoding: { x, y: { ...y, field: "lower" }, y2: { field: "upper" }, ...colour, ...offset },
          },
          {
            ...only("estimate"),
            mark: { type: "point", size: 60, opacity: 1, ...single },
            encoding: { x, y, ...colour, ...offset },
          },
        ]),
  ];
  const width = kind === "factor" ? Math.max(220, 60 * new Set(rows.map((row) => row.x)).size) : 360;
  const title = `${response} by ${variables.join(" and ")}`;
  // The chart thins what it is given: everything here is thinned by kind already.
  const { spec } = chart({ title, width: Math.min(width, 700) }, [], layer);
  const data = [...observed, ...lines, ...estimates];
  return { spec: { ...spec, data: { values: data } }, data };
}

function valueOfAxis(x: Value, kind: "numeric" | "factor"): number | string {
  return kind === "numeric" ? short(Number(x)) : String(x);
}
