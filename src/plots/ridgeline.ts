import { checkOptions } from "../options.ts";
import { densityGrid } from "./density-grid.ts";
import {
  chooseParameters,
  type DrawsPlotOptions,
  type DrawsSource,
  drawsPlotOptions,
} from "./draws-source.ts";
import { short } from "./palette.ts";
import { facetLabel } from "./panels.ts";
import { BLUE, type Plot, type Spec, THEME } from "./plot.ts";

/** Densities one above the other on a common axis: for parameters of one kind, such as the effects of a grouping factor. */
export function ridgeline(source: DrawsSource, options: DrawsPlotOptions = {}): Plot {
  options = checkOptions("plots.ridgeline()", drawsPlotOptions, options);
  const { chosen, note } = chooseParameters(source, options, 40);
  const data = chosen.flatMap(({ name, bounds, values }) => {
    const { x, density } = densityGrid(values, { ...bounds, points: 80 });
    // Every ridge is as high as the others: widths are what is compared.
    const highest = density.reduce((a, b) => Math.max(a, b), 0);
    return Array.from(x, (at, i) => ({
      name: facetLabel(name),
      x: short(at),
      height: short(density[i]! / highest),
    }));
  });
  const spec: Spec = {
    $schema: "https://vega.github.io/schema/vega-lite/v5.json",
    title: {
      text: options.title ?? "Posterior densities",
      anchor: "start",
      ...(note !== undefined && { subtitle: note }),
    },
    data: { values: data },
    facet: {
      row: {
        field: "name",
        type: "nominal",
        sort: chosen.map((own) => facetLabel(own.name)),
        title: null,
        header: { labelAngle: 0, labelAlign: "left", labelLimit: 260, labelBaseline: "bottom" },
      },
    },
    spacing: -14,
    spec: {
      width: 360,
      height: 36,
      view: { stroke: null },
      mark: { type: "area", fill: BLUE, fillOpacity: 0.45, line: { color: BLUE, strokeWidth: 1 } },
      encoding: {
        x: { field: "x", type: "quantitative", title: null, scale: { zero: false } },
        y: { field: "height", type: "quantitative", axis: null },
      },
    },
    config: THEME,
  };
  return { spec, data };
}
