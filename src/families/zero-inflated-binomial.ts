import { binomial, binomialKernel } from "./binomial.ts";
import type { Family } from "./family.ts";
import { zeroInflated } from "./zero-inflated.ts";

/** P(Y = 0) = zi + (1 − zi) (1 − mu)^trials. */
export const zeroInflatedBinomial: Family = zeroInflated("zero_inflated_binomial", binomial, binomialKernel);
