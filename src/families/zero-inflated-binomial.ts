import { binomial } from "./binomial.ts";
import { zeroInflated } from "./zero-inflated.ts";

/** P(Y = 0) = zi + (1 − zi) (1 − mu)^trials. */
export const zeroInflatedBinomial = zeroInflated("zero_inflated_binomial", binomial);
