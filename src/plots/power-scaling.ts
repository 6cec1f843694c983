import { short } from "./palette.ts";
import { BLUE, chart, ORANGE, type Plot, rule } from "./plot.ts";

/** Sensitivity of each parameter to prior and likelihood; from 0.05 on it is worth a look. */
export function powerScaling(
  rows: readonly { readonly name: string; readonly prior: number; readonly likelihood: number }[],
): Plot {
  const data = rows.slice(0, 40).flatMap(({ name, prior, likelihood }) => [
    { name, to: "prior", value: short(prior) },
    { name, to: "likelihood", value: short(likelihood) },
  ]);
  return chart({ title: "Power-scaling sensitivity", height: { step: 20 } as never }, data, [
    rule("x", 0.05),
    {
      mark: { type: "point", size: 50, opacity: 1 },
      encoding: {
        y: { field: "name", type: "nominal", sort: null, title: null },
        x: { field: "value", type: "quantitative", title: "sensitivity" },
        color: {
          field: "to",
          type: "nominal",
          title: "to the",
          scale: { domain: ["prior", "likelihood"], range: [ORANGE, BLUE] },
        },
      },
    },
  ]);
}
