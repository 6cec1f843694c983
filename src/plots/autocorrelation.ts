import { checkOptions } from "../options.ts";
import {
  chooseParameters,
  type DrawsPlotOptions,
  type DrawsSource,
  drawsPlotOptions,
} from "./draws-source.ts";
import { seriesColour, short } from "./palette.ts";
import { panels } from "./panels.ts";
import { type Datum, type Plot, rule } from "./plot.ts";

const MOST_LAGS = 25;

/** Autocorrelation of each chain up to lag 25: the sooner it reaches 0, the more a draw is worth. */
export function autocorrelation(source: DrawsSource, options: DrawsPlotOptions = {}): Plot {
  options = checkOptions("plots.autocorrelation()", drawsPlotOptions, options);
  const { chains, draws } = source.draws;
  const { chosen, note } = chooseParameters(source, options);
  const data = chosen.flatMap(({ name, values }) =>
    Array.from({ length: chains }, (_, chain) =>
      Array.from(
        autocorrelations(values.subarray(chain * draws, (chain + 1) * draws)),
        (value, lag): Datum => ({ panel: name, chain: chain + 1, lag, value: short(value) }),
      ),
    ).flat(),
  );
  return panels(
    { title: options.title ?? "Autocorrelation", ...(note !== undefined && { subtitle: note }), height: 110 },
    data,
    [
      rule("y", 0),
      {
        mark: { type: "line", strokeWidth: 1.3, point: { size: 10 } },
        encoding: {
          x: { field: "lag", type: "quantitative", title: "lag" },
          y: { field: "value", type: "quantitative", title: null, scale: { domain: [-0.3, 1], clamp: true } },
          color: seriesColour("chain", "chain"),
        },
      },
    ],
  );
}

/** Lags 0 … 25 (fewer for short chains), each covariance divided by the number of draws; 0 for constant draws. */
export function autocorrelations(x: Float64Array): Float64Array {
  const lags = Math.min(MOST_LAGS, x.length - 1);
  const mean = x.reduce((a, b) => a + b, 0) / x.length;
  const covariance = Float64Array.from({ length: lags + 1 }, (_, lag) => {
    let sum = 0;
    for (let i = 0; i + lag < x.length; i++) sum += (x[i]! - mean) * (x[i + lag]! - mean);
    return sum;
  });
  return covariance.map((value) => (covariance[0]! > 0 ? value / covariance[0]! : 0));
}
