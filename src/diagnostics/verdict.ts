/**
 * What the diagnostics of a run mean in words. Thresholds: R-hat 1.01 and ESS 100 per chain are those of Vehtari et
 * al. (2021, section 4), R-hat 1.05 is where brms warns, E-BFMI 0.3 is CmdStan's and 0.2 rstan's.
 */
import { chainSeries, type Draws } from "../draws/draws.ts";
import { ebfmi } from "./bfmi.ts";
import { convergence } from "./convergence.ts";
import { divergences } from "./divergences.ts";
import { stuckChains } from "./stuck.ts";
import { treedepthHits } from "./treedepth.ts";
import { allFinite, isConstant } from "./usable.ts";
import { createWorkspace } from "./workspace.ts";

export const THRESHOLDS = {
  /** Above: a note. */
  rhat: 1.01,
  /** Above: untrustworthy. */
  rhatUntrustworthy: 1.05,
  /** Bulk and tail ESS per chain, below: a note. */
  essPerChain: 100,
  /** Share of divergent draws, above: untrustworthy. Any divergence is a note. */
  divergentShare: 0.01,
  /** Below: a note. */
  ebfmi: 0.3,
  /** Below: a note in stronger words. */
  ebfmiStan: 0.2,
} as const;

/** Anything with draws and the settings they were asked for with; a `Fit` is one. */
export interface DiagnoseInput {
  readonly draws: Draws;
  readonly settings: {
    readonly algorithm: "nuts" | "hmc";
    /** Chains asked for. */
    readonly chains: number;
    readonly adaptDelta: number;
    readonly maxTreedepth: number;
  };
  /** Cancelled before every chain was complete. */
  readonly interrupted?: boolean;
}

export type MessageKind =
  | "non-finite"
  | "stuck-chain"
  | "lost-chain"
  | "interrupted"
  | "too-few-draws"
  | "divergences"
  | "rhat"
  | "ess"
  | "ebfmi"
  | "treedepth";

export interface DiagnosticMessage {
  readonly kind: MessageKind;
  /** True when this alone is reason not to trust the result. */
  readonly untrustworthy: boolean;
  /** What was found. */
  readonly text: string;
  /** What to do. */
  readonly remedy: string;
  /** The parameters concerned, worst first; empty when it is about the run as a whole. */
  readonly parameters: readonly string[];
}

export interface Verdict {
  /** Nothing to report. */
  readonly ok: boolean;
  /** At least one message is reason not to trust the result. */
  readonly untrustworthy: boolean;
  readonly messages: readonly DiagnosticMessage[];
}

/** Diagnostics of one parameter that the verdict looks at; rows of `summarise` are such. */
export interface ParameterConvergence {
  readonly name: string;
  readonly rhat: number;
  readonly essBulk: number;
  readonly essTail: number;
}

/**
 * Judges a run. `rows`, one per parameter in the order of the draws, saves computing R-hat and ESS again.
 * Parameters that are constant in the whole run are passed over.
 */
export function diagnose(input: DiagnoseInput, rows?: readonly ParameterConvergence[]): Verdict {
  const messages = [
    ...aboutChains(input),
    ...aboutDraws(input.draws),
    ...aboutDivergences(input),
    ...aboutConvergence(input.draws, rows ?? convergenceOf(input.draws)),
    ...aboutEnergy(input.draws),
    ...aboutTreedepth(input),
  ];
  return {
    ok: messages.length === 0,
    untrustworthy: messages.some((message) => message.untrustworthy),
    messages,
  };
}

function convergenceOf(draws: Draws): ParameterConvergence[] {
  const workspace = createWorkspace(draws);
  return draws.names.map((name, i) => ({ name, ...convergence(chainSeries(draws, i), workspace) }));
}

function aboutChains({ draws, settings, interrupted }: DiagnoseInput): DiagnosticMessage[] {
  const messages: DiagnosticMessage[] = [];
  const lost = settings.chains - draws.chains;
  if (lost > 0) {
    messages.push({
      kind: "lost-chain",
      untrustworthy: interrupted !== true,
      text: `${lost} of ${settings.chains} chains gave no draws.`,
      remedy:
        interrupted === true
          ? "Let the run finish."
          : "Chains fail where the posterior is hard, so the others may miss that part: look at the error they gave, use narrower priors or a smaller initRadius, and run again.",
      parameters: [],
    });
  }
  if (interrupted === true) {
    messages.push({
      kind: "interrupted",
      untrustworthy: false,
      text: `The run was stopped early; it has ${draws.draws} draws per chain.`,
      remedy: "Run it to the end before you report results.",
      parameters: [],
    });
  }
  return messages;
}

function aboutDraws(draws: Draws): DiagnosticMessage[] {
  const broken: string[] = [];
  const still = new Map<number, string[]>();
  draws.names.forEach((name, i) => {
    const x = chainSeries(draws, i);
    if (!allFinite(x.values)) broken.push(name);
    else for (const chain of stuckChains(x)) still.set(chain, [...(still.get(chain) ?? []), name]);
  });
  const messages: DiagnosticMessage[] = [];
  if (broken.length > 0) {
    messages.push({
      kind: "non-finite",
      untrustworthy: true,
      text: `Some draws of ${listed(broken)} are infinite or not a number.`,
      remedy:
        "The model overflows in places that the chains visit: rescale the predictors, check the response for extreme values, or use narrower priors.",
      parameters: broken,
    });
  }
  for (const [chain, names] of [...still].sort((a, b) => a[0] - b[0])) {
    messages.push({
      kind: "stuck-chain",
      untrustworthy: true,
      text: `Chain ${chain + 1} did not move: ${listed(names)} had the same value in all its draws.`,
      remedy:
        "Run with another seed or a longer warm-up; if it happens again, rescale the predictors or use narrower priors.",
      parameters: names,
    });
  }
  return messages;
}

function aboutDivergences({ draws, settings }: DiagnoseInput): DiagnosticMessage[] {
  const count = divergences(draws);
  if (count === 0) return [];
  const total = draws.chains * draws.draws;
  const share = count / total;
  const target = Math.min(0.99, 1 - (1 - settings.adaptDelta) / 4);
  return [
    {
      kind: "divergences",
      untrustworthy: share > THRESHOLDS.divergentShare,
      text: `${count} of ${total} draws (${percent(share)}) ended in a divergent transition: regions of high curvature may be missed, so estimates can be biased.`,
      remedy:
        settings.adaptDelta < 0.99
          ? `Raise adaptDelta from ${settings.adaptDelta} to ${Number(target.toFixed(3))} or more; if divergences stay, use narrower priors on the standard deviations or a simpler group-level structure.`
          : "The step size is small already: use narrower priors on the standard deviations, a simpler group-level structure, or rescaled predictors.",
      parameters: [],
    },
  ];
}

function aboutConvergence(draws: Draws, rows: readonly ParameterConvergence[]): DiagnosticMessage[] {
  const messages: DiagnosticMessage[] = [];
  // Fewer than four draws leave half chains of one draw: nothing to compare. Constants and broken draws are no case of it.
  const unknown = draws.draws < 4 ? rows.filter((_, i) => !isConstant(chainSeries(draws, i).values)) : [];
  if (unknown.length > 0) {
    messages.push({
      kind: "too-few-draws",
      untrustworthy: true,
      text: `With ${draws.draws} draws per chain nothing can be said about convergence.`,
      remedy: "Ask for more draws: 1000 per chain is usual.",
      parameters: [],
    });
    return messages;
  }

  const apart = rows.filter((row) => row.rhat > THRESHOLDS.rhat).sort((a, b) => b.rhat - a.rhat);
  if (apart.length > 0) {
    const far = apart[0]!.rhat > THRESHOLDS.rhatUntrustworthy;
    messages.push({
      kind: "rhat",
      untrustworthy: far,
      text: `${far ? "The chains have not converged to the same distribution" : "The chains may not have mixed well"}: R-hat exceeds ${THRESHOLDS.rhat} for ${listed(apart.map((row) => `${row.name} (${row.rhat.toFixed(2)})`))}.`,
      remedy: far
        ? "Do not use these estimates. Run longer (double warmup and draws); if R-hat stays high, look at the trace plots for separate modes and use stronger priors or a simpler model."
        : "Run more draws before you report results.",
      parameters: apart.map((row) => row.name),
    });
  }

  const needed = THRESHOLDS.essPerChain * draws.chains;
  for (const [label, key] of [
    ["Bulk", "essBulk"],
    ["Tail", "essTail"],
  ] as const) {
    const few = rows.filter((row) => row[key] < needed).sort((a, b) => a[key] - b[key]);
    if (few.length === 0) continue;
    messages.push({
      kind: "ess",
      untrustworthy: false,
      text: `${label} effective sample size is below ${needed} (${THRESHOLDS.essPerChain} per chain) for ${listed(few.map((row) => `${row.name} (${Math.round(row[key])})`))}: ${label === "Bulk" ? "means and medians" : "quantiles and interval limits"} of these are imprecise, and R-hat itself less reliable.`,
      remedy: "Run more draws per chain.",
      parameters: few.map((row) => row.name),
    });
  }
  return messages;
}

function aboutEnergy(draws: Draws): DiagnosticMessage[] {
  const perChain = ebfmi(draws);
  const low = perChain.flatMap((value, chain) => (value < THRESHOLDS.ebfmi ? [{ value, chain }] : []));
  if (low.length === 0) return [];
  const worst = Math.min(...low.map(({ value }) => value));
  return [
    {
      kind: "ebfmi",
      untrustworthy: false,
      text: `E-BFMI is ${low.map(({ value, chain }) => `${value.toFixed(2)} in chain ${chain + 1}`).join(", ")} (below ${THRESHOLDS.ebfmi}): the sampler moves ${worst < THRESHOLDS.ebfmiStan ? "far too slowly" : "slowly"} between energy levels and may miss the tails.`,
      remedy:
        "Run a longer warm-up; if it stays low, use narrower priors on the standard deviations or a simpler group-level structure.",
      parameters: [],
    },
  ];
}

function aboutTreedepth({ draws, settings }: DiagnoseInput): DiagnosticMessage[] {
  if (settings.algorithm !== "nuts") return [];
  const count = treedepthHits(draws, settings.maxTreedepth);
  if (count === 0) return [];
  const total = draws.chains * draws.draws;
  return [
    {
      kind: "treedepth",
      untrustworthy: false,
      text: `${count} of ${total} draws (${percent(count / total)}) stopped at the maximum tree depth of ${settings.maxTreedepth}: a matter of speed, not of bias.`,
      remedy: `Rescale the predictors, or raise maxTreedepth to ${settings.maxTreedepth + 2}.`,
      parameters: [],
    },
  ];
}

function percent(share: number): string {
  return share < 0.001 ? "< 0.1 %" : `${(100 * share).toFixed(1)} %`;
}

/** The first five, and how many more. */
function listed(items: readonly string[]): string {
  const shown = items.slice(0, 5).join(", ");
  return items.length > 5 ? `${shown} and ${items.length - 5} more` : shown;
}
