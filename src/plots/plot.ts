/**
 * What every plot is: a Vega-Lite specification as plain JSON, and the numbers behind it. Names that come from users are data:
 * they appear as values and titles only, never as field names or expressions, so that nothing in them can be interpreted.
 */

export interface Plot {
  readonly spec: Spec;
  /** The rows that are drawn. */
  readonly data: readonly Datum[];
}

/** Fields have names of our own; values may be anything. */
export type Datum = Readonly<Record<string, number | string | boolean | null>>;

/** A Vega-Lite 5 specification. */
export type Spec = Readonly<Record<string, unknown>>;

/** Rows beyond which points are thinned evenly, so that no specification grows above 2 MB. */
export const MOST_ROWS = 5000;

const SIZE = { width: 360, height: 260 };

export interface Layout {
  readonly title: string;
  readonly subtitle?: string;
  readonly width?: number;
  readonly height?: number;
}

/** A layered chart over one set of rows. */
export function chart(
  { title, subtitle, width = SIZE.width, height = SIZE.height }: Layout,
  data: readonly Datum[],
  layer: readonly object[],
  further: object = {},
): Plot {
  const rows = thin(data);
  const spec: Spec = {
    $schema: "https://vega.github.io/schema/vega-lite/v5.json",
    title: { text: title, anchor: "start", ...(subtitle !== undefined && { subtitle }) },
    width,
    height,
    data: { values: rows },
    layer,
    config: THEME,
    ...further,
  };
  return { spec, data: rows };
}

/** Every k-th row, so that at most `most` remain. */
export function thin<T>(rows: readonly T[], most = MOST_ROWS): readonly T[] {
  if (rows.length <= most) return rows;
  const step = rows.length / most;
  return Array.from({ length: most }, (_, i) => rows[Math.floor(i * step)]!);
}

/** Quiet lines, colours that colour-blind readers tell apart (Okabe & Ito 2008), room for labels. */
export const THEME = {
  background: "white",
  font: "system-ui, sans-serif",
  view: { stroke: "#ddd" },
  axis: {
    gridColor: "#eee",
    domainColor: "#999",
    tickColor: "#999",
    labelLimit: 240,
    titleFontWeight: "normal",
  },
  title: { fontSize: 13, fontWeight: "bold", limit: 900, subtitleFontSize: 11, subtitleColor: "#555" },
  legend: { labelLimit: 240 },
  point: { size: 22, filled: true, opacity: 0.65 },
} as const;

export const BLUE = "#0072B2";
export const ORANGE = "#D55E00";
export const GREY = "#777777";

/** A quantitative axis. */
export function axis(field: string, title: string, zero = false): object {
  return { field, type: "quantitative", title, scale: { zero } };
}

/** A horizontal or vertical reference line. */
export function rule(channel: "x" | "y", datum: number): object {
  return { mark: { type: "rule", strokeDash: [4, 4], color: GREY }, encoding: { [channel]: { datum } } };
}
