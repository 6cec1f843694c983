import type { Family } from "./family.ts";
import { ORDINAL_LINKS, ordinalFamily } from "./ordinal.ts";
import { adjacentKernel } from "./ordinal-kernels.ts";

/** Adjacent category: P(Y = k + 1 | Y ∈ {k, k + 1}) = F(disc (mu − τ_k)). */
export const acat: Family = ordinalFamily("acat", ORDINAL_LINKS, "free", adjacentKernel);
