/** The names that draws carry, as brms makes them. */
export { coefficientName } from "../terms/coefficient-name.ts";

/** Prefix of a distributional parameter: nothing for mu, else `sigma_`. */
export function dparPrefix(dpar: string): string {
  return dpar === "mu" ? "" : `${dpar}_`;
}

/** `b_Days`, `b_sigma_Days`. */
export function coefficientDraw(dpar: string, coefficient: string): string {
  return `b_${dparPrefix(dpar)}${coefficient}`;
}

/** `sd_Subject__Days`, `sd_Subject__sigma_Intercept`. */
export function sdDraw(group: string, dpar: string, coefficient: string): string {
  return `sd_${group}__${dparPrefix(dpar)}${coefficient}`;
}

/** `cor_Subject__Intercept__Days`; the coefficients carry their dpar prefix. */
export function correlationDraw(group: string, first: string, second: string): string {
  return `cor_${group}__${first}__${second}`;
}

/** What effects are entries of: `r_Subject`, `r_Subject__sigma`. */
export function effectArray(group: string, dpar: string): string {
  return dpar === "mu" ? `r_${group}` : `r_${group}__${dpar}`;
}

/** `r_Subject[308,Days]`, `r_Subject__sigma[308,Intercept]`; white space in levels becomes a dot. */
export function effectDraw(group: string, dpar: string, level: string, coefficient: string): string {
  return `${effectArray(group, dpar)}[${level.replace(/\s/g, ".")},${coefficient}]`;
}
