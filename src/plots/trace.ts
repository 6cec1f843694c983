import { checkOptions } from "../options.ts";
import {
  chooseParameters,
  type DrawsPlotOptions,
  type DrawsSource,
  drawsPlotOptions,
} from "./draws-source.ts";
import { seriesColour, short } from "./palette.ts";
import { panels } from "./panels.ts";
import type { Datum, Plot } from "./plot.ts";

const MOST_POINTS = 12_000;

/** Draws in the order they were made, one line per chain; orange ticks mark divergent transitions. */
export function trace(source: DrawsSource, options: DrawsPlotOptions = {}): Plot {
  options = checkOptions("plots.trace()", drawsPlotOptions, options);
  const { draws } = source;
  const { chosen, note } = chooseParameters(source, options);
  const lines = Math.max(1, chosen.length * draws.chains);
  const step = Math.max(1, Math.ceil((lines * draws.draws) / MOST_POINTS));
  const data: Datum[] = [];
  for (const { name, values } of chosen) {
    for (let chain = 0; chain < draws.chains; chain++) {
      for (let draw = 0; draw < draws.draws; draw++) {
        const at = chain * draws.draws + draw;
        const divergent = draws.statistics.divergent[at] === 1;
        if (draw % step !== 0 && !(divergent && data.length < 1.5 * MOST_POINTS)) continue;
        const value = values[at]!;
        data.push({
          panel: name,
          chain: chain + 1,
          draw: draw + 1,
          value: Number.isFinite(value) ? short(value) : null,
          divergent,
        });
      }
    }
  }
  const x = { field: "draw", type: "quantitative", title: "draw", axis: { tickCount: 4 } };
  return panels({ title: options.title ?? "Trace", ...(note !== undefined && { subtitle: note }) }, data, [
    {
      mark: { type: "line", strokeWidth: 0.6, opacity: 0.8 },
      encoding: {
        x,
        y: { field: "value", type: "quantitative", title: null, scale: { zero: false } },
        color: seriesColour("chain", "chain"),
      },
    },
    ...(data.some(({ divergent }) => divergent === true)
      ? [
          {
            transform: [{ filter: { field: "divergent", equal: true } }],
            mark: { type: "tick", orient: "vertical", color: "#D55E00", thickness: 1, size: 8, yOffset: 61 },
            encoding: { x },
          },
        ]
      : []),
  ]);
}
