import { ORDINAL_LINKS, ordinalFamily } from "./ordinal.ts";
import { adjacentDensity } from "./ordinal-densities.ts";

/** Adjacent category: P(Y = k + 1 | Y ∈ {k, k + 1}) = F(disc (mu − τ_k)). */
export const acat = ordinalFamily("acat", ORDINAL_LINKS, "free", adjacentDensity);
