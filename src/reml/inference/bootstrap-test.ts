/**
 * The likelihood-ratio test by simulation from the smaller model: also where a variance lies on the boundary, and χ² is not the
 * reference (Davison & Hinkley 1997, section 4.2; pbkrtest's PBmodcomp).
 */
import { DesignError } from "../../errors.ts";
import { checkOptions, type OptionTable, whole } from "../../options.ts";
import { stream } from "../../random/streams.ts";
import type { LmmFit } from "../lmm-fit.ts";
import { refit } from "../refit.ts";
import { simulateResponse } from "../simulate.ts";
import { checkSameRows } from "./likelihood-ratio.ts";

export interface BootstrapTest {
  readonly chisq: number;
  /** (1 + number of simulated statistics at least as large) / (1 + replicates). */
  readonly p: number;
  /** Of the simulated statistics, ascending. */
  readonly reference: Float64Array;
}

export interface BootstrapTestOptions {
  /** Default 999. */
  readonly replicates?: number;
  readonly seed?: number;
}

const testOptions = { replicates: whole(19), seed: whole(0) } satisfies OptionTable<BootstrapTestOptions>;

/**
 * Both fits are refitted by maximum likelihood.
 * @throws SettingsError for fewer than 19 replicates; DesignError when the fits are not of the same rows, or `smaller` is not smaller.
 */
export function bootstrapTest(
  smaller: LmmFit,
  larger: LmmFit,
  options: BootstrapTestOptions = {},
): BootstrapTest {
  const { replicates = 999, seed = 1 } = checkOptions("bootstrapTest()", testOptions, options);
  checkSameRows([smaller, larger]);
  if (!(smaller.df < larger.df)) {
    throw new DesignError(
      `${smaller.formula} does not have fewer parameters than ${larger.formula}: give the smaller model first`,
    );
  }
  const below = refit(smaller, { method: "ML" });
  const above = refit(larger, { method: "ML" });
  const statistic = (a: LmmFit, b: LmmFit): number => Math.max(0, 2 * (b.logLik - a.logLik));
  const chisq = statistic(below, above);
  const reference = Float64Array.from({ length: replicates }, (_, r) => {
    const values = simulateResponse(below, stream(seed, r, "bootstrap"));
    const again = (fit: LmmFit): LmmFit =>
      refit(fit, { design: { ...fit.design, response: { ...fit.design.response, values } } });
    return statistic(again(below), again(above));
  }).sort();
  const atLeast = reference.reduce((count, value) => count + (value >= chisq - 1e-9 ? 1 : 0), 0);
  return { chisq, p: (1 + atLeast) / (1 + replicates), reference };
}
