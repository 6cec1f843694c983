import type { Family } from "./family.ts";
import { ordinalFamily, SEQUENTIAL_LINKS } from "./ordinal.ts";
import { stoppingKernel } from "./ordinal-kernels.ts";

/** Stopping ratio: P(Y = k | Y ≥ k) = F(disc (τ_k − mu)). */
export const sratio: Family = ordinalFamily("sratio", SEQUENTIAL_LINKS, "free", stoppingKernel);
