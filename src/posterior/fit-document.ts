/** A fit as one JSON document, schema `nutmix/fit@1`: what `--json` prints and fit.json begins with. */

import type { Fit } from "../api/fit-types.ts";
import { describeFactors, type FactorDescription } from "../design/describe-factors.ts";
import { ebfmi } from "../diagnostics/bfmi.ts";
import { divergences } from "../diagnostics/divergences.ts";
import { treedepthHits } from "../diagnostics/treedepth.ts";
import { groupBlocks } from "../model/groups.ts";
import { type PriorRow, priorTable } from "../priors/table.ts";
import { type Adequacy, adequacy } from "./adequacy.ts";
import type { SummaryRow } from "./summary.ts";

export interface FitDocument {
  readonly schema: "nutmix/fit@1";
  readonly formula: string;
  readonly family: { readonly name: string; readonly links: Readonly<Record<string, string>> };
  readonly nobs: number;
  readonly droppedRows: number;
  readonly groups: Readonly<Record<string, number>>;
  /** How each factor was coded, and which level is its reference. */
  readonly factors: readonly FactorDescription[];
  /** Levels of a response that has them, in the order of their numbers. */
  readonly responseLevels?: readonly string[];
  /** The likelihood was left out: these are draws from the prior. */
  readonly priorOnly: boolean;
  readonly strategy: "collapsed" | "explicit";
  readonly likelihood: "sums" | "merged" | "rows";
  /** What chains move in where effects are sampled. */
  readonly coordinates: "own" | "transported";
  /** Why they are the model's own. */
  readonly coordinatesReason?: string;
  readonly priors: readonly PriorRow[];
  readonly sampler: Readonly<Record<string, unknown>>;
  readonly timing: Fit["timing"];
  readonly interrupted: boolean;
  /** Whether the model describes its data; see `adequacy`. */
  readonly adequacy: Adequacy;
  readonly warnings: readonly string[];
  /** Numbers that do not exist (R-hat of a constant) are null. */
  readonly parameters: readonly Readonly<Record<string, string | number | null>>[];
}

export function fitDocument(fit: Fit, rows: readonly SummaryRow[], warnings: readonly string[]): FitDocument {
  const { spec, settings, draws, adaptation, timing, interrupted } = fit;
  const total = (pick: (chain: Fit["adaptation"][number]) => number): number =>
    adaptation.reduce((sum, chain) => sum + pick(chain), 0);
  return {
    schema: "nutmix/fit@1",
    formula: spec.design.formula,
    family: spec.family,
    nobs: spec.design.nobs,
    droppedRows: spec.design.dropped.count,
    groups: Object.fromEntries(groupBlocks(spec.design).map((block) => [block.group, block.levels.length])),
    factors: describeFactors(spec.design),
    ...(spec.design.response.levels && { responseLevels: spec.design.response.levels }),
    priorOnly: spec.priorOnly,
    strategy: fit.spec.strategy,
    likelihood: fit.spec.likelihood,
    coordinates: fit.spec.coordinates ?? "own",
    ...(fit.spec.coordinatesReason !== undefined && { coordinatesReason: fit.spec.coordinatesReason }),
    priors: priorTable(fit.priors),
    sampler: {
      algorithm: settings.algorithm,
      chains: draws.chains,
      warmup: settings.warmup,
      draws: draws.draws,
      seed: settings.seed,
      adaptDelta: settings.adaptDelta,
      maxTreedepth: settings.maxTreedepth,
      metric: settings.metric,
      stepSize: adaptation.map((chain) => chain.stepSize),
      divergences: divergences(draws),
      treedepthHits: treedepthHits(draws, settings.maxTreedepth),
      ebfmi: ebfmi(draws).map(finiteOrNull),
      leapfrogsWarmup: total((chain) => chain.warmupLeapfrogs),
      leapfrogsSampling: total((chain) => chain.samplingLeapfrogs),
    },
    timing,
    interrupted,
    adequacy: adequacy(fit),
    warnings,
    parameters: rows.map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([key, value]) => [
          key,
          typeof value === "number" ? finiteOrNull(value) : value,
        ]),
      ),
    ),
  };
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
