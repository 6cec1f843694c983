/** Akaike's and Schwarz's criteria; smaller is better. */
import * as Elementary from "../numeric/elementary.ts";

export function aic(logLik: number, df: number): number {
  return -2 * logLik + 2 * df;
}

/** With the number of rows, under REML too, as lme4 does. */
export function bic(logLik: number, df: number, nobs: number): number {
  return -2 * logLik + Elementary.log(nobs) * df;
}
