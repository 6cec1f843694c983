import { ordinalFamily, SEQUENTIAL_LINKS } from "./ordinal.ts";
import { stoppingDensity } from "./ordinal-densities.ts";

/** Stopping ratio: P(Y = k | Y ≥ k) = F(disc (τ_k − mu)). */
export const sratio = ordinalFamily("sratio", SEQUENTIAL_LINKS, "free", stoppingDensity);
