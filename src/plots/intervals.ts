import { quantile } from "../numeric/quantile.ts";
import { checkOptions, number, numbers, type OptionTable } from "../options.ts";
import {
  chooseParameters,
  type DrawsPlotOptions,
  type DrawsSource,
  drawsPlotOptions,
} from "./draws-source.ts";
import { short } from "./palette.ts";
import { BLUE, chart, type Plot, rule } from "./plot.ts";

export interface IntervalsPlotOptions extends DrawsPlotOptions {
  /** Inner and outer share of the posterior; default 0.5 and 0.95. */
  readonly probabilities?: readonly [inner: number, outer: number];
  /** A reference line, for instance 0. */
  readonly reference?: number;
}

const intervalsOptions = {
  ...drawsPlotOptions,
  probabilities: numbers<readonly [number, number]>(),
  reference: number,
} satisfies OptionTable<IntervalsPlotOptions>;

/** Medians with an inner and an outer interval, one line per parameter (a forest plot). */
export function intervals(source: DrawsSource, options: IntervalsPlotOptions = {}): Plot {
  options = checkOptions("plots.intervals()", intervalsOptions, options);
  const { probabilities = [0.5, 0.95], reference } = options;
  const { chosen, note } = chooseParameters(source, options, 200);
  const data = chosen.map(({ name, values }) => {
    const end = (share: number, side: number): number => short(quantile(values, 0.5 + (side * share) / 2));
    return {
      name,
      median: short(quantile(values, 0.5)),
      innerLow: end(probabilities[0], -1),
      innerHigh: end(probabilities[0], 1),
      low: end(probabilities[1], -1),
      high: end(probabilities[1], 1),
    };
  });
  const y = { field: "name", type: "nominal", sort: null, title: null };
  const bar = (from: string, to: string, strokeWidth: number): object => ({
    mark: { type: "rule", color: BLUE, strokeWidth },
    encoding: {
      y,
      x: { field: from, type: "quantitative", title: percent(probabilities), scale: { zero: false } },
      x2: { field: to },
    },
  });
  const title = options.title ?? "Posterior intervals";
  return chart(
    { title: note === undefined ? title : `${title} (${note})`, height: { step: 22 } as never },
    data,
    [
      ...(reference === undefined ? [] : [rule("x", reference)]),
      bar("low", "high", 1.5),
      bar("innerLow", "innerHigh", 5),
      {
        mark: { type: "point", fill: "white", stroke: BLUE, size: 55, opacity: 1 },
        encoding: { y, x: { field: "median", type: "quantitative" } },
      },
    ],
  );
}

function percent([inner, outer]: readonly [number, number]): string {
  const text = (share: number): string => `${Number((100 * share).toFixed(1))} %`;
  return `median, ${text(inner)} and ${text(outer)} interval`;
}
