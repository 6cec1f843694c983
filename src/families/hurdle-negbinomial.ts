import * as Elementary from "../numeric/elementary.ts";
import { shape } from "./dpars.ts";
import { type HurdleBase, hurdle } from "./hurdle.ts";
import { negbinomial } from "./negbinomial.ts";

export const negbinomialBase: HurdleBase = {
  family: { ...negbinomial, dpars: [negbinomial.dpars[0]!, shape] },
  logZero: (p) => -p[1]! * Elementary.log1p(p[0]! / p[1]!),
  logOne: (p) => Elementary.log(p[0]!) - (p[1]! + 1) * Elementary.log1p(p[0]! / p[1]!),
  ratio: (y, p) => ((y + p[1]!) / (y + 1)) * (p[0]! / (p[0]! + p[1]!)),
};

/** P(Y = 0) = hu; positive counts are zero-truncated negative binomial. */
export const hurdleNegbinomial = hurdle("hurdle_negbinomial", negbinomialBase);
