import { checkOptions } from "../options.ts";
import {
  chooseParameters,
  type DrawsPlotOptions,
  type DrawsSource,
  drawsPlotOptions,
} from "./draws-source.ts";
import { short } from "./palette.ts";
import { BLUE, type Datum, ORANGE, type Plot, type Spec, THEME } from "./plot.ts";

const MOST_PARAMETERS = 6;
const MOST_POINTS = 1500;

/** Every pair of parameters as a scatter of draws, histograms on the diagonal; divergent transitions in orange. */
export function pairs(source: DrawsSource, options: DrawsPlotOptions = {}): Plot {
  options = checkOptions("plots.pairs()", drawsPlotOptions, options);
  const { chosen, note } = chooseParameters(source, options, MOST_PARAMETERS);
  const total = source.draws.chains * source.draws.draws;
  const step = Math.max(1, Math.ceil(total / MOST_POINTS));
  const { divergent } = source.draws.statistics;
  let marked = 0;
  const rows: Datum[] = [];
  for (let s = 0; s < total; s++) {
    const diverged = divergent[s] === 1;
    // Divergent draws are few and are what the plot is for.
    if (s % step !== 0 && !(diverged && marked < MOST_POINTS)) continue;
    if (diverged) marked++;
    rows.push(
      Object.fromEntries([
        ["divergent", diverged],
        ...chosen.map(({ values }, k) => [`p${k}`, short(values[s]!)]),
      ]),
    );
  }
  // Divergent points last, so that they lie on top.
  rows.sort((a, b) => Number(a.divergent) - Number(b.divergent));
  const size = chosen.length > 4 ? 100 : 130;
  const cell = (row: number, column: number): object => {
    const axisOf = (k: number, shown: boolean): object => ({
      field: `p${k}`,
      type: "quantitative",
      scale: { zero: false },
      title: shown ? chosen[k]!.name : null,
      axis: { labels: shown, ticks: shown, tickCount: 3, titleLimit: size + 50, titleFontSize: 9 },
    });
    const last = row === chosen.length - 1;
    if (row === column) {
      return {
        width: size,
        height: size,
        mark: { type: "bar", color: BLUE, opacity: 0.7 },
        encoding: {
          x: { ...axisOf(column, last), bin: { maxbins: 25 } },
          y: { aggregate: "count", type: "quantitative", axis: null },
        },
      };
    }
    return {
      width: size,
      height: size,
      mark: { type: "point", size: 6, filled: true, opacity: 0.45 },
      encoding: {
        x: axisOf(column, last),
        y: axisOf(row, column === 0),
        color: {
          field: "divergent",
          type: "nominal",
          scale: { domain: [false, true], range: [BLUE, ORANGE] },
          legend: null,
        },
      },
    };
  };
  const spec: Spec = {
    $schema: "https://vega.github.io/schema/vega-lite/v5.json",
    title: {
      text: options.title ?? "Pairs of parameters",
      anchor: "start",
      subtitle: [`${marked} divergent transitions in orange`, ...(note === undefined ? [] : [note])],
    },
    data: { values: rows },
    vconcat: chosen.map((_, row) => ({
      hconcat: Array.from({ length: row + 1 }, (__, column) => cell(row, column)),
      spacing: 8,
    })),
    spacing: 8,
    config: THEME,
  };
  return { spec, data: rows };
}
