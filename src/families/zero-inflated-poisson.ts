import type { Family } from "./family.ts";
import { poisson, poissonKernel } from "./poisson.ts";
import { zeroInflated } from "./zero-inflated.ts";

/** P(Y = 0) = zi + (1 − zi) exp(−mu). */
export const zeroInflatedPoisson: Family = zeroInflated("zero_inflated_poisson", poisson, poissonKernel);
