import { betaBinomial } from "./beta-binomial.ts";
import { zeroInflated } from "./zero-inflated.ts";

/** P(Y = 0) = zi + (1 − zi) P(beta-binomial = 0). */
export const zeroInflatedBetaBinomial = zeroInflated("zero_inflated_beta_binomial", betaBinomial);
