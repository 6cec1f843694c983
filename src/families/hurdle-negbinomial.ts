import * as Elementary from "../numeric/elementary.ts";
import { shape } from "./dpars.ts";
import { hurdle } from "./hurdle.ts";
import { negbinomial } from "./negbinomial.ts";

/** P(Y = 0) = hu; positive counts are zero-truncated negative binomial. */
export const hurdleNegbinomial = hurdle("hurdle_negbinomial", {
  family: { ...negbinomial, dpars: [negbinomial.dpars[0]!, shape] },
  logZero: (p) => -p[1]! * Elementary.log1p(p[0]! / p[1]!),
  logOne: (p) => Elementary.log(p[0]!) - (p[1]! + 1) * Elementary.log1p(p[0]! / p[1]!),
  ratio: (y, p) => ((y + p[1]!) / (y + 1)) * (p[0]! / (p[0]! + p[1]!)),
});
