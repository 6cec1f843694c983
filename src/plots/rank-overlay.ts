import { argsort } from "../diagnostics/argsort.ts";
import { NORMAL_975 } from "../numeric/quantile.ts";
import { checkOptions } from "../options.ts";
import {
  chooseParameters,
  type DrawsPlotOptions,
  type DrawsSource,
  drawsPlotOptions,
} from "./draws-source.ts";
import { seriesColour } from "./palette.ts";
import { panels } from "./panels.ts";
import type { Datum, Plot } from "./plot.ts";

const BINS = 20;

/**
 * Ranks of each chain's draws among all draws: flat when the chains agree (Vehtari et al. 2021, section 4.1). The grey band holds
 * 95 % of the bins of independent draws.
 */
export function rankOverlay(source: DrawsSource, options: DrawsPlotOptions = {}): Plot {
  options = checkOptions("plots.rankOverlay()", drawsPlotOptions, options);
  const { chains, draws } = source.draws;
  const { chosen, note } = chooseParameters(source, options);
  const expected = draws / BINS;
  const half = NORMAL_975 * Math.sqrt(expected * (1 - 1 / BINS) * (1 - 1 / chains));
  const data = chosen.flatMap(({ name, values }) =>
    rankCounts(values, chains, draws).flatMap((counts, chain) =>
      // The last bin ends with a point of its own, so that its step is drawn.
      [...counts, counts[BINS - 1]!].map(
        (count, bin): Datum => ({
          panel: name,
          chain: chain + 1,
          rank: bin * ((chains * draws) / BINS),
          count,
          low: Math.max(0, expected - half),
          high: expected + half,
        }),
      ),
    ),
  );
  const x = { field: "rank", type: "quantitative", title: "rank", axis: { tickCount: 4 } };
  return panels(
    { title: options.title ?? "Ranks by chain", ...(note !== undefined && { subtitle: note }) },
    data,
    [
      {
        mark: { type: "area", color: "#ddd", interpolate: "step-after" },
        transform: [{ filter: { field: "chain", equal: 1 } }],
        encoding: { x, y: { field: "low", type: "quantitative", title: "draws" }, y2: { field: "high" } },
      },
      {
        mark: { type: "line", interpolate: "step-after", strokeWidth: 1.3 },
        encoding: {
          x,
          y: { field: "count", type: "quantitative", title: "draws" },
          color: seriesColour("chain", "chain"),
        },
      },
    ],
  );
}

/** Per chain the number of its draws in each of 20 bins of ranks; ties share a bin by order of appearance. */
export function rankCounts(values: Float64Array, chains: number, draws: number): Int32Array[] {
  const counts = Array.from({ length: chains }, () => new Int32Array(BINS));
  const order = argsort(values);
  order.forEach((at, rank) => {
    const bin = Math.min(BINS - 1, Math.floor((rank * BINS) / order.length));
    counts[Math.floor(at / draws)]![bin]!++;
  });
  return counts;
}
