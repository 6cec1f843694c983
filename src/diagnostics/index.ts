/** Convergence diagnostics: one per file. */
export { bfmi, ebfmi } from "./bfmi.ts";
export { divergences } from "./divergences.ts";
export { essBulk, essMean, essQuantile, essSd, essTail } from "./ess.ts";
export { mcseMean, mcseMedian, mcseQuantile, mcseSd } from "./mcse.ts";
export { rhat } from "./rhat.ts";
export { treedepthHits } from "./treedepth.ts";
export { diagnose, THRESHOLDS } from "./verdict.ts";
