import { checkOptions, text } from "../options.ts";
import { panels } from "./panels.ts";
import { BLUE, type Datum, type Plot } from "./plot.ts";

export interface RankedParameter {
  readonly name: string;
  /** Counts in bins of equal width. */
  readonly bins: readonly number[];
  readonly pChiSquare: number;
  readonly pEcdf: number;
}

const NORMAL_995 = 2.5758293035489004;

/**
 * Rank histograms of simulation-based calibration: flat, inside the grey band of 99 %, when the computation is right. A ∪ means
 * posteriors that are too narrow, a ∩ too wide ones, a slope a bias.
 */
export function sbcRanks(
  { parameters }: { readonly parameters: readonly RankedParameter[] },
  options: { readonly title?: string } = {},
): Plot {
  options = checkOptions("plots.sbcRanks()", { title: text }, options);
  const data = parameters.flatMap(({ name, bins, pChiSquare, pEcdf }) => {
    const total = bins.reduce((sum, count) => sum + count, 0);
    const expected = total / bins.length;
    const half = NORMAL_995 * Math.sqrt(expected * (1 - 1 / bins.length));
    return bins.map(
      (count, bin): Datum => ({
        panel: `${name} (χ² p ${pChiSquare.toFixed(3)}, ECDF p ${pEcdf.toFixed(3)})`,
        from: bin / bins.length,
        to: (bin + 1) / bins.length,
        count,
        low: Math.max(0, expected - half),
        high: expected + half,
        zero: 0,
      }),
    );
  });
  const x = { field: "from", type: "quantitative", title: "rank", axis: { tickCount: 4 } };
  return panels({ title: options.title ?? "Ranks of the true values" }, data, [
    {
      mark: { type: "rect", color: "#ddd" },
      encoding: {
        x,
        x2: { field: "to" },
        y: { field: "low", type: "quantitative", title: "replicates" },
        y2: { field: "high" },
      },
    },
    {
      mark: { type: "rect", color: BLUE, opacity: 0.6, stroke: "white", strokeWidth: 0.5 },
      encoding: {
        x,
        x2: { field: "to" },
        y: { field: "zero", type: "quantitative" },
        y2: { field: "count" },
      },
    },
  ]);
}
