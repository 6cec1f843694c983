import type { Family } from "./family.ts";
import { ordinalFamily, SEQUENTIAL_LINKS } from "./ordinal.ts";
import { continuationKernel } from "./ordinal-kernels.ts";

/** Continuation ratio: P(Y > k | Y ≥ k) = F(disc (mu − τ_k)). */
export const cratio: Family = ordinalFamily("cratio", SEQUENTIAL_LINKS, "free", continuationKernel);
