import { ORDINAL_LINKS, ordinalFamily } from "./ordinal.ts";
import { cumulativeDensity } from "./ordinal-densities.ts";

/** P(Y ≤ k) = F(disc (τ_k − mu)) with increasing thresholds τ. */
export const cumulative = ordinalFamily("cumulative", ORDINAL_LINKS, "ordered", cumulativeDensity);
