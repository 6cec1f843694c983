import { quantile } from "../numeric/quantile.ts";
import { checkOptions } from "../options.ts";
import { densityGrid } from "./density-grid.ts";
import {
  chooseParameters,
  type DrawsPlotOptions,
  type DrawsSource,
  drawsPlotOptions,
} from "./draws-source.ts";
import { seriesColour, short } from "./palette.ts";
import { panels } from "./panels.ts";
import { BLUE, type Datum, GREY, type Plot } from "./plot.ts";

const Y = { field: "density", type: "quantitative", title: null, axis: null } as const;
const X = {
  field: "x",
  type: "quantitative",
  title: null,
  scale: { zero: false },
  axis: { tickCount: 5 },
} as const;

/** Densities of single chains on top of each other. */
export function densityByChain(source: DrawsSource, options: DrawsPlotOptions = {}): Plot {
  options = checkOptions("plots.densityByChain()", drawsPlotOptions, options);
  const { chains, draws } = source.draws;
  const { chosen, note } = chooseParameters(source, options);
  const data = chosen.flatMap(({ name, bounds, values }) =>
    Array.from({ length: chains }, (_, chain) => {
      const own = values.subarray(chain * draws, (chain + 1) * draws);
      const { x, density } = densityGrid(own, { ...bounds, points: 80 });
      return Array.from(
        x,
        (at, i): Datum => ({ panel: name, chain: chain + 1, x: short(at), density: short(density[i]!) }),
      );
    }).flat(),
  );
  return panels(
    { title: options.title ?? "Densities by chain", ...(note !== undefined && { subtitle: note }) },
    data,
    [
      {
        mark: { type: "line", strokeWidth: 1.3, clip: true },
        encoding: { x: X, y: Y, color: seriesColour("chain", "chain") },
      },
    ],
  );
}

/** Posterior densities; the shaded part holds 95 %, the line stands at the median. */
export function density(source: DrawsSource, options: DrawsPlotOptions = {}): Plot {
  options = checkOptions("plots.density()", drawsPlotOptions, options);
  const { chosen, note } = chooseParameters(source, options);
  const data = chosen.flatMap(({ name, bounds, values }) => {
    const { x, density: height } = densityGrid(values, bounds);
    const [low, mid, high] = [0.025, 0.5, 0.975].map((p) => quantile(values, p)) as [number, number, number];
    return Array.from(
      x,
      (at, i): Datum => ({
        panel: name,
        x: short(at),
        density: short(height[i]!),
        inside: at >= low && at <= high ? short(height[i]!) : null,
        median: short(mid),
      }),
    );
  });
  const subtitle = ["shaded: 95 % of the posterior", ...(note === undefined ? [] : [note])].join("; ");
  return panels({ title: options.title ?? "Posterior densities", subtitle }, data, [
    { mark: { type: "area", color: BLUE, opacity: 0.3 }, encoding: { x: X, y: { ...Y, field: "inside" } } },
    { mark: { type: "line", color: BLUE, strokeWidth: 1.5 }, encoding: { x: X, y: Y } },
    {
      mark: { type: "rule", color: GREY },
      encoding: { x: { aggregate: "min", field: "median", type: "quantitative" } },
    },
  ]);
}
