import { ebfmi } from "../diagnostics/bfmi.ts";
import { statisticSeries } from "../draws/draws.ts";
import { checkOptions, text } from "../options.ts";
import { densityGrid } from "./density-grid.ts";
import type { DrawsSource } from "./draws-source.ts";
import { short } from "./palette.ts";
import { panels } from "./panels.ts";
import { BLUE, type Datum, ORANGE, type Plot } from "./plot.ts";

/**
 * Energies and their changes from draw to draw: a much narrower distribution of changes means that the momentum is resampled too
 * timidly for the tails (Betancourt 2016).
 */
export function energy({ draws }: DrawsSource, options: { readonly title?: string } = {}): Plot {
  options = checkOptions("plots.energy()", { title: text }, options);
  const { values } = statisticSeries(draws, "energy");
  const fractions = ebfmi(draws);
  const data = Array.from({ length: draws.chains }, (_, chain) => {
    const own = values.subarray(chain * draws.draws, (chain + 1) * draws.draws);
    const mean = own.reduce((a, b) => a + b, 0) / own.length;
    const marginal = own.map((value) => value - mean);
    const changes = Float64Array.from({ length: own.length - 1 }, (_, i) => own[i + 1]! - own[i]!);
    const panel = `chain ${chain + 1}, E-BFMI ${fractions[chain]!.toFixed(2)}`;
    return [
      { what: "energy", values: marginal },
      { what: "change of energy", values: changes },
    ].flatMap(({ what, values: series }) => {
      const { x, density } = densityGrid(series, { points: 80 });
      return Array.from(x, (at, i): Datum => ({ panel, what, x: short(at), density: short(density[i]!) }));
    });
  }).flat();
  return panels({ title: options.title ?? "Energy", columns: 2 }, data, [
    {
      mark: { type: "area", opacity: 0.4, line: true },
      encoding: {
        x: { field: "x", type: "quantitative", title: "energy − mean" },
        y: { field: "density", type: "quantitative", axis: null, stack: null },
        color: {
          field: "what",
          type: "nominal",
          title: null,
          scale: { domain: ["energy", "change of energy"], range: [BLUE, ORANGE] },
        },
      },
    },
  ]);
}
