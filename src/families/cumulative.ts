import type { Family } from "./family.ts";
import { ORDINAL_LINKS, ordinalFamily } from "./ordinal.ts";
import { cumulativeKernel } from "./ordinal-kernels.ts";

/** P(Y ≤ k) = F(disc (τ_k − mu)) with increasing thresholds τ. */
export const cumulative: Family = ordinalFamily("cumulative", ORDINAL_LINKS, "ordered", cumulativeKernel);
