import { ordinalFamily, SEQUENTIAL_LINKS } from "./ordinal.ts";
import { continuationDensity } from "./ordinal-densities.ts";

/** Continuation ratio: P(Y > k | Y ≥ k) = F(disc (mu − τ_k)). */
export const cratio = ordinalFamily("cratio", SEQUENTIAL_LINKS, "free", continuationDensity);
