import { shape } from "./dpars.ts";
import { negbinomial } from "./negbinomial.ts";
import { zeroInflated } from "./zero-inflated.ts";

/** Negative binomial counts, and a structural zero with probability zi. */
export const zeroInflatedNegbinomial = zeroInflated("zero_inflated_negbinomial", {
  ...negbinomial,
  // The prior of shape is inv_gamma(0.4, 0.3) in the negbinomial family only.
  dpars: [negbinomial.dpars[0]!, shape],
});
