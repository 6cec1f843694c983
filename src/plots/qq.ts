import { normalQuantile } from "../numeric/special.ts";
import { axis, BLUE, chart, GREY, type Plot } from "./plot.ts";

/** Normal Q–Q plot with a pointwise envelope, where one is given (see qqEnvelope). */
export function qqNormal(input: {
  readonly title: string;
  readonly values: Float64Array;
  readonly envelope?: { readonly lower: Float64Array; readonly upper: Float64Array };
}): Plot {
  const sorted = input.values.slice().sort();
  const n = sorted.length;
  const rows = Array.from(sorted, (sample, i) => ({
    theoretical: normalQuantile((i + 0.5) / n),
    sample,
    lower: input.envelope?.lower[i] ?? null,
    upper: input.envelope?.upper[i] ?? null,
  }));
  const x = axis("theoretical", "Normal quantile");
  const envelope = {
    mark: { type: "area", color: GREY, opacity: 0.2 },
    encoding: { x, y: { ...axis("lower", "Sample quantile") }, y2: { field: "upper" } },
  };
  return chart({ title: input.title }, rows, [
    ...(input.envelope === undefined ? [] : [envelope]),
    { mark: { type: "point", color: BLUE }, encoding: { x, y: axis("sample", "Sample quantile") } },
  ]);
}
