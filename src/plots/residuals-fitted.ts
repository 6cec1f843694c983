import { axis, BLUE, chart, ORANGE, type Plot, rule } from "./plot.ts";
import { runningMean } from "./smooth.ts";

export interface ResidualsInput {
  readonly fitted: Float64Array;
  readonly residuals: Float64Array;
  /** Name of the response, for the axes. */
  readonly response: string;
}

/** Residuals against fitted values with a running mean: curvature and unequal spread show here. */
export function residualsFitted({ fitted, residuals, response }: ResidualsInput): Plot {
  const rows = Array.from(fitted, (x, i) => ({ x, y: residuals[i]!, kind: "point" }));
  const smooth = runningMean(fitted, residuals).map((point) => ({ ...point, kind: "mean" }));
  return chart(
    { title: "Residuals against fitted values" },
    [...smooth, ...rows],
    [
      {
        transform: [{ filter: "datum.kind === 'point'" }],
        mark: { type: "point", color: BLUE },
        encoding: { x: axis("x", `Fitted ${response}`), y: axis("y", "Residual") },
      },
      {
        transform: [{ filter: "datum.kind === 'mean'" }],
        mark: { type: "line", color: ORANGE },
        encoding: { x: axis("x", `Fitted ${response}`), y: axis("y", "Residual") },
      },
      rule("y", 0),
    ],
  );
}

/** √|standardised residual| against fitted values: a rising line is a spread that grows. */
export function scaleLocation({ fitted, residuals, response }: ResidualsInput): Plot {
  const roots = residuals.map((value) => Math.sqrt(Math.abs(value)));
  const rows = Array.from(fitted, (x, i) => ({ x, y: roots[i]!, kind: "point" }));
  const smooth = runningMean(fitted, roots).map((point) => ({ ...point, kind: "mean" }));
  const y = axis("y", "√|standardised residual|");
  const x = axis("x", `Fitted ${response}`);
  return chart(
    { title: "Scale–location" },
    [...smooth, ...rows],
    [
      {
        transform: [{ filter: "datum.kind === 'point'" }],
        mark: { type: "point", color: BLUE },
        encoding: { x, y },
      },
      {
        transform: [{ filter: "datum.kind === 'mean'" }],
        mark: { type: "line", color: ORANGE },
        encoding: { x, y },
      },
    ],
  );
}
