/** The names that draws carry, as brms makes them. */
import { drawPrefix, type PredictorKey } from "../quantities/predictor-key.ts";

export { coefficientName } from "../terms/coefficient-name.ts";

/** `b_Days`, `b_sigma_Days`. */
export function coefficientDraw(key: PredictorKey, coefficient: string): string {
  return `b_${drawPrefix(key)}${coefficient}`;
}

/** `sd_Subject__Days`, `sd_Subject__sigma_Intercept`. */
export function sdDraw(group: string, key: PredictorKey, coefficient: string): string {
  return `sd_${group}__${drawPrefix(key)}${coefficient}`;
}

/** `cor_Subject__Intercept__Days`; the coefficients carry the prefix of their predictor. */
export function correlationDraw(group: string, first: string, second: string): string {
  return `cor_${group}__${first}__${second}`;
}

/** What effects are entries of: `r_Subject`, `r_Subject__sigma`. */
export function effectArray(group: string, key: PredictorKey): string {
  const prefix = drawPrefix(key).slice(0, -1);
  return prefix === "" ? `r_${group}` : `r_${group}__${prefix}`;
}

/** `r_Subject[308,Days]`, `r_Subject__sigma[308,Intercept]`; white space in levels becomes a dot. */
export function effectDraw(group: string, key: PredictorKey, level: string, coefficient: string): string {
  return `${effectArray(group, key)}[${level.replace(/\s/g, ".")},${coefficient}]`;
}
