import { poisson } from "./poisson.ts";
import { zeroInflated } from "./zero-inflated.ts";

/** P(Y = 0) = zi + (1 − zi) exp(−mu). */
export const zeroInflatedPoisson = zeroInflated("zero_inflated_poisson", poisson);
