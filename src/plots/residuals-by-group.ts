import { BLUE, chart, type Plot, thin } from "./plot.ts";

/** Groups beyond which only those with the widest residuals are drawn. */
const MOST_GROUPS = 40;

/** A box of residuals per level of a grouping factor; with many levels those whose median is farthest from 0. */
export function residualsByGroup(input: {
  readonly group: string;
  readonly levels: readonly string[];
  readonly index: Int32Array;
  readonly residuals: Float64Array;
}): Plot {
  const { group, levels, index, residuals } = input;
  const byLevel = levels.map(() => [] as number[]);
  residuals.forEach((value, i) => byLevel[index[i]!]!.push(value));
  const far = (values: readonly number[]): number => {
    const sorted = [...values].sort((a, b) => a - b);
    return Math.abs(sorted[Math.floor(sorted.length / 2)] ?? 0);
  };
  const chosen = levels.map((_, l) => l);
  if (levels.length > MOST_GROUPS) {
    chosen.sort((a, b) => far(byLevel[b]!) - far(byLevel[a]!));
    chosen.length = MOST_GROUPS;
  }
  const rows = chosen.flatMap((l) =>
    thin(byLevel[l]!, 100).map((value) => ({ level: levels[l]!, residual: value })),
  );
  const shown = levels.length > MOST_GROUPS ? ` (${MOST_GROUPS} of ${levels.length})` : "";
  return chart({ title: `Residuals by ${group}${shown}`, height: { step: 15 } as unknown as number }, rows, [
    {
      mark: { type: "boxplot", extent: 1.5, color: BLUE, size: 8, outliers: { size: 8 } },
      encoding: {
        y: { field: "level", type: "nominal", title: group, sort: chosen.map((l) => levels[l]!) },
        x: { field: "residual", type: "quantitative", title: "Residual" },
      },
    },
  ]);
}
