import { shape } from "./dpars.ts";
import type { Family } from "./family.ts";
import { negbinomial, negbinomialKernel } from "./negbinomial.ts";
import { zeroInflated } from "./zero-inflated.ts";

// The prior of shape is inv_gamma(0.4, 0.3) in the negbinomial family only.
const base: Family = { ...negbinomial, dpars: [negbinomial.dpars[0]!, shape] };

/** Negative binomial counts, and a structural zero with probability zi. */
export const zeroInflatedNegbinomial: Family = zeroInflated(
  "zero_inflated_negbinomial",
  base,
  negbinomialKernel,
);
