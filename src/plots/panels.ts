/** One small chart per parameter, wrapped in rows of three, each with scales of its own. */
import { type Datum, type Plot, type Spec, THEME } from "./plot.ts";

export interface PanelLayout {
  readonly title: string;
  readonly subtitle?: string;
  readonly width?: number;
  readonly height?: number;
  readonly columns?: number;
}

/** Vega files facets under their label in a plain object, where `__proto__` means something else: it gets an invisible mark. */
export function facetLabel(label: string): string {
  return label === "__proto__" ? `${label}\u200b` : label;
}

/** Rows carry the panel's label in `panel`. */
export function panels(
  { title, subtitle, width = 220, height = 130, columns = 3 }: PanelLayout,
  data: readonly Datum[],
  layer: readonly object[],
): Plot {
  const rows = data.map((row) => ({ ...row, panel: facetLabel(String(row.panel)) }));
  const order = [...new Set(rows.map(({ panel }) => panel))];
  const spec: Spec = {
    $schema: "https://vega.github.io/schema/vega-lite/v5.json",
    title: { text: title, anchor: "start", ...(subtitle !== undefined && { subtitle }) },
    data: { values: rows },
    facet: {
      field: "panel",
      type: "nominal",
      sort: order,
      title: null,
      header: { labelLimit: width + 40, labelFontWeight: "bold", labelAnchor: "start", labelFontSize: 10 },
    },
    columns,
    spacing: 18,
    resolve: { scale: { x: "independent", y: "independent" } },
    spec: { width, height, layer },
    config: THEME,
  };
  return { spec, data: rows };
}
