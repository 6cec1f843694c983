/** Every plot of a fit by its name: what `nutmix plot` offers. */

import type { ParameterSelection } from "../draws/select.ts";
import { didYouMean, NutmixError } from "../errors.ts";
import { groupBlocks } from "../model/groups.ts";
import { anything, checkOptions, type OptionTable, text } from "../options.ts";
import * as plots from "../plots/index.ts";
import { loo } from "../posterior/comparison/loo.ts";
import { powerScaling } from "../posterior/comparison/prior-sensitivity.ts";
import { type PpCheckOptions, ppCheck, ppCheckOptions } from "../posterior/pp-check.ts";
import { epred } from "../posterior/predictions/predict.ts";
import { conditionalEffects } from "../posterior/questions/conditional-effects.ts";
import { conditionalSmooths } from "../posterior/questions/conditional-smooths.ts";
import { summarise } from "../posterior/summary.ts";
import { checks } from "../ppc/index.ts";
import type { Fit } from "./fit-types.ts";

export interface PlotFitOptions extends PpCheckOptions {
  readonly parameters?: ParameterSelection;
  /** Coefficient of `group_effects`; default the first. */
  readonly coefficient?: string;
  /** Effect of `conditional_effects` (`Days`, `age:treatment`), smooth of `conditional_smooths` (`s(x)`); default the first. */
  readonly effect?: string;
}

const plotFitOptions = {
  ...ppCheckOptions,
  parameters: anything,
  coefficient: text,
  effect: text,
} satisfies OptionTable<PlotFitOptions>;

type Maker = (fit: Fit, options: PlotFitOptions) => plots.Plot;

const chosen = ({ parameters }: PlotFitOptions) => (parameters === undefined ? {} : { parameters });

const MAKERS: Readonly<Record<string, Maker>> = {
  trace: (fit, options) => plots.trace(fit, chosen(options)),
  rank_overlay: (fit, options) => plots.rankOverlay(fit, chosen(options)),
  dens: (fit, options) => plots.density(fit, chosen(options)),
  dens_by_chain: (fit, options) => plots.densityByChain(fit, chosen(options)),
  intervals_of_parameters: (fit, options) => plots.intervals(fit, chosen(options)),
  ridgeline: (fit, options) => plots.ridgeline(fit, chosen(options)),
  pairs: (fit, options) => plots.pairs(fit, chosen(options)),
  acf: (fit, options) => plots.autocorrelation(fit, chosen(options)),
  energy: (fit) => plots.energy(fit),
  rhat: (fit) => plots.rhatSummary(summarise(fit.draws)),
  ess: (fit) => plots.essSummary(summarise(fit.draws), { chains: fit.draws.chains }),
  group_effects: groupEffects,
  shrinkage,
  pareto_k(fit) {
    const { pointwise, kThreshold } = loo(fit);
    return plots.paretoK({
      k: pointwise.k,
      threshold: kThreshold,
      rows: fit.spec.design.response.rowNumbers,
    });
  },
  power_scaling: (fit) => plots.powerScaling(powerScaling(fit)),
  conditional_effects(fit, { effect }) {
    const [first] = conditionalEffects(fit, effect === undefined ? {} : { effects: [effect] });
    if (first === undefined)
      throw new NutmixError("the model has no predictors: there are no conditional effects");
    return plots.conditionalEffect(first);
  },
  conditional_smooths(fit, { effect }) {
    const [first] = conditionalSmooths(fit, effect === undefined ? {} : { smooths: effect });
    if (first === undefined) throw new NutmixError("the model has no smooths of one or two covariates");
    return plots.conditionalSmooth(first);
  },
};

/** Names that `plotFit` knows: plots of draws and effects, then predictive checks. */
export function plotNames(): string[] {
  return [...Object.keys(MAKERS), ...Object.keys(checks)];
}

/** @throws NutmixError for an unknown name, or a plot that the fit has nothing for. */
export function plotFit(fit: Fit, name: string, options: PlotFitOptions = {}): plots.Plot {
  options = checkOptions("plotFit()", plotFitOptions, options);
  if (Object.hasOwn(MAKERS, name)) return ofPrior(fit, MAKERS[name]!(fit, options));
  const base = name.replace(/_grouped$/, "");
  if (Object.hasOwn(checks, base)) {
    const { parameters, coefficient, effect, ...checking } = options;
    return ppCheck(fit, name, checking);
  }
  throw new NutmixError(
    `there is no plot "${name}"; there are ${plotNames().join(", ")}${didYouMean(name, plotNames())}`,
  );
}

/** Draws from the prior are not to be taken for a posterior. */
function ofPrior({ spec: { priorOnly } }: Fit, plot: plots.Plot): plots.Plot {
  if (!priorOnly) return plot;
  const title = plot.spec.title as { readonly text?: unknown } | undefined;
  return {
    ...plot,
    spec: { ...plot.spec, title: { ...title, text: `Draws from the prior alone: ${title?.text ?? ""}` } },
  };
}

function groupEffects(fit: Fit, { group, coefficient }: PlotFitOptions): plots.Plot {
  const block = blockOf(fit, group);
  return plots.groupEffects(fit, {
    group: block.group,
    coefficient: coefficient ?? block.coefficients[0]!.name,
  });
}

function blockOf(fit: Fit, group: string | undefined) {
  const blocks = groupBlocks(fit.spec.design);
  const found = group === undefined ? blocks[0] : blocks.find((block) => block.group === group);
  if (found === undefined) {
    const names = blocks.map((block) => block.group).join(", ");
    throw new NutmixError(
      group === undefined
        ? "the model has no grouping factor"
        : `there is no grouping factor "${group}"; there are ${names}`,
    );
  }
  return found;
}

/** Means of the response by level: observed, and expected by the model. */
function shrinkage(fit: Fit, { group }: PlotFitOptions): plots.Plot {
  const block = blockOf(fit, group);
  const { response, nobs } = fit.spec.design;
  if (response.levels !== undefined || fit.spec.categories > 0) {
    throw new NutmixError("shrinkage is shown for numeric responses");
  }
  const { index } = block.members[0]!.term;
  const expected = epred(fit, undefined, { ndraws: Math.min(1000, fit.draws.chains * fit.draws.draws) });
  const noPooling = new Float64Array(block.levels.length);
  const partialPooling = new Float64Array(block.levels.length);
  const rows = new Float64Array(block.levels.length);
  let total = 0;
  for (const { from, to, values } of expected.blocks()) {
    const count = to - from;
    for (let i = 0; i < count; i++) {
      let mean = 0;
      for (let s = 0; s < expected.draws; s++) mean += values[s * count + i]! / expected.draws;
      const level = index[from + i]!;
      rows[level]!++;
      noPooling[level]! += response.values[from + i]!;
      partialPooling[level]! += mean;
      total += response.values[from + i]!;
    }
  }
  return plots.shrinkage({
    group: block.group,
    levels: block.levels,
    quantity: `mean of ${response.name}`,
    noPooling: noPooling.map((sum, level) => sum / rows[level]!),
    partialPooling: partialPooling.map((sum, level) => sum / rows[level]!),
    completePooling: total / nobs,
  });
}
