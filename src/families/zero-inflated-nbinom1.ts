import { nbinom1 } from "./nbinom1.ts";
import { zeroInflated } from "./zero-inflated.ts";

/** Counts whose variance is linear in the mean, and a structural zero with probability zi. */
export const zeroInflatedNbinom1 = zeroInflated("zero_inflated_nbinom1", nbinom1);
