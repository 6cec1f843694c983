import { BLUE, chart, type Plot } from "./plot.ts";

const MOST_LABELS = 40;

/** Cook's distances as bars, the largest first. */
export function cooksDistancePlot(input: {
  readonly by: string;
  readonly labels: readonly string[];
  readonly distances: ArrayLike<number>;
}): Plot {
  const { by, labels, distances } = input;
  const rows = labels
    .map((label, i) => ({ label, distance: distances[i]! }))
    .sort((a, b) => b.distance - a.distance)
    .slice(0, MOST_LABELS);
  const shown = labels.length > MOST_LABELS ? ` (largest ${MOST_LABELS} of ${labels.length})` : "";
  return chart({ title: `Influence of ${by}${shown}`, height: { step: 14 } as unknown as number }, rows, [
    {
      mark: { type: "bar", color: BLUE },
      encoding: {
        y: { field: "label", type: "nominal", sort: null, title: by },
        x: { field: "distance", type: "quantitative", title: "Cook's distance" },
      },
    },
  ]);
}
