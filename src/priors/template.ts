/** Placeholders of prior sets: `normal({mean_y}, 2.5 * {sd_y})` → a prior with numbers, for one parameter of one model. */
import * as Elementary from "../numeric/elementary.ts";
import { evaluateNumber } from "./arithmetic.ts";
import type { PriorScales, PriorTarget } from "./prior.ts";
import { columnKey } from "./scales.ts";
import { splitAtCommas, splitCall } from "./syntax.ts";

/** Every placeholder with what it stands for. */
export const placeholders = {
  mean_y: "mean of the response, for parameters of the mean with the identity link; elsewhere 0",
  sd_y: "standard deviation of the response, for parameters of the mean with the identity link; elsewhere 1",
  sd_x: "standard deviation of the coefficient's column; 1 for intercepts",
  shift_x: "how far from the data x = 0 lies: √Σ (mean / sd)² over the columns of the predictor",
  min_y: "the least value of the response; infinite where it has none",
  intercept_location:
    "median of the response on the link scale, as brms rounds it; 0 where brms does not look",
  intercept_scale: "spread of the response on the link scale, at least 2.5, as brms rounds it",
} as const;

export type Placeholder = keyof typeof placeholders;
export type PlaceholderValues = Readonly<Record<Placeholder, number>>;

export function placeholderValues(target: PriorTarget, scales: PriorScales): PlaceholderValues {
  const ofMean = target.dpar === "";
  return {
    mean_y: ofMean ? scales.responseMean : 0,
    sd_y: ofMean ? scales.responseSd : 1,
    sd_x: scales.columnSd[columnKey(target.dpar, target.coef)] ?? 1,
    shift_x: shiftOfColumns(target.dpar, scales),
    min_y: scales.responseMinimum,
    intercept_location: ofMean ? scales.interceptLocation : 0,
    intercept_scale: scales.scale,
  };
}

/**
 * The prior with its placeholders replaced. What is computed is rounded to 6 significant digits; brms' own location and
 * scale, which are rounded already, keep R's 15.
 * @throws PriorError for an unknown placeholder or anything but arithmetic around it
 */
export function fillTemplate(template: string, values: PlaceholderValues): string {
  if (!template.includes("{")) return template;
  const call = splitCall(template);
  if (call === undefined) return template;
  const args = splitAtCommas(call.inside).map(({ text, start }) => {
    const value = evaluateNumber(text, values, { text: template, start });
    return Number(value.toPrecision(/^\{intercept_\w+\}$/.test(text) ? 15 : 6));
  });
  return `${call.name}(${args.join(", ")})`;
}

function shiftOfColumns(dpar: string, { columnMean, columnSd }: PriorScales): number {
  const prefix = columnKey(dpar, "");
  const distances = Object.keys(columnMean)
    .filter((key) => key.startsWith(prefix) && key !== columnKey(dpar, "Intercept"))
    .map((key) => columnMean[key]! / columnSd[key]!);
  return Elementary.hypot(...distances);
}
