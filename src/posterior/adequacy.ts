/**
 * Whether a model describes its data: what the verdict says besides computation. Replicated responses are compared with the
 * observed ones by statistics and discrepancies (Gelman, Meng & Stern 1996), on some thousand rows and some hundred draws, so
 * that the cost is bounded whatever the size of the data.
 */
import type { Fit } from "../api/fit-types.ts";
import { RESPONSE_WIDTH } from "../autodiff/ops/likelihood.ts";
import { NutmixError } from "../errors.ts";
import { familyOf } from "../families/index.ts";
import { packResponse } from "../families/response-data.ts";
import { psisLoo } from "../loo/loo.ts";
import { sensitivitiesFrom } from "./comparison/prior-sensitivity.ts";
import { logLik } from "./predictions/log-lik.ts";
import { categoryLabels, epred, predict } from "./predictions/predict.ts";
import { BLOCK_ROWS } from "./predictions/predictions.ts";
import { PRIOR_ONLY } from "./prior-only.ts";

export type AdequacyKind =
  | "prior-only"
  | "statistic"
  | "counts"
  | "overdispersion"
  | "underdispersion"
  | "zeros"
  | "pareto-k"
  | "prior-conflict";

export interface AdequacyFinding {
  readonly kind: AdequacyKind;
  /** Worth knowing, but no reason to doubt the model. */
  readonly note: boolean;
  /** What was found, with the figures. */
  readonly text: string;
  /** What to do. */
  readonly remedy: string;
}

/** One statistic of the responses, observed and replicated. */
export interface StatisticCheck {
  readonly name: string;
  readonly observed: number;
  readonly median: number;
  /** Share of the replicates at or above the observed value; ties count half. */
  readonly pValue: number;
  readonly extreme: boolean;
}

export interface Adequacy {
  /** Nothing but notes: nothing speaks against the model. */
  readonly ok: boolean;
  readonly findings: readonly AdequacyFinding[];
  readonly statistics: readonly StatisticCheck[];
}

/** P-values nearer to 0 or 1 than this are extreme. */
export const EXTREME = 0.005;
/** Rows and numbers that are looked at. */
const MOST_ROWS = 5000;
const MOST_NUMBERS = 1e6;
/** Numbers of the log-likelihood (rows × draws) beyond which leave-one-out and power-scaling are left to loo() and powerScaling(). */
const MOST_LOG_LIKELIHOODS = 1e6;
/** Ratio of dispersions that matters. */
const DISPERSED = 1.15;

/** Computed once per fit. */
export function adequacy(fit: Fit): Adequacy {
  const known = judged.get(fit.draws);
  if (known !== undefined) return known;
  const found = judge(fit);
  judged.set(fit.draws, found);
  return found;
}

const judged = new WeakMap<Fit["draws"], Adequacy>();

function judge(fit: Fit): Adequacy {
  if (fit.spec.priorOnly) {
    const finding: AdequacyFinding = {
      kind: "prior-only",
      note: false,
      text: PRIOR_ONLY,
      remedy: "Look at what the prior predicts (ppCheck, nutmix check), then fit without samplePrior.",
    };
    return { ok: false, findings: [finding], statistics: [] };
  }
  const { statistics, findings } = attempt(() => predictive(fit)) ?? { statistics: [], findings: [] };
  const all = [...findings, ...(attempt(() => influence(fit)) ?? [])];
  return { ok: all.every(({ note }) => note), findings: all, statistics };
}

/** What a model does not have (predictions of some families, proper priors) is not judged. */
function attempt<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    if (error instanceof NutmixError) return undefined;
    throw error;
  }
}

interface Replicates {
  readonly y: Float64Array;
  readonly trials: Float64Array | undefined;
  /** draws × rows. */
  readonly yrep: Float64Array;
  readonly mean: Float64Array | undefined;
  readonly draws: number;
}

/** Blocks of rows spread over the data, and draws spread over the chains. */
function replicates(fit: Fit, withMean: boolean): Replicates {
  const { nobs, response } = fit.spec.design;
  const blocks = Math.ceil(nobs / BLOCK_ROWS);
  const wanted = Math.min(blocks, Math.max(1, Math.floor(MOST_ROWS / BLOCK_ROWS)));
  const chosen = Array.from({ length: wanted }, (_, b) => Math.floor((b * blocks) / wanted));
  const ranges = chosen.map((b) => [b * BLOCK_ROWS, Math.min(nobs, (b + 1) * BLOCK_ROWS)] as const);
  const rows = ranges.reduce((sum, [from, to]) => sum + to - from, 0);
  const total = fit.draws.chains * fit.draws.draws;
  const ndraws = Math.min(total, 500, Math.max(200, Math.floor(MOST_NUMBERS / rows)));
  const packed = packResponse(response, familyOf(fit.spec.family));
  const y = new Float64Array(rows);
  const trials = response.trials && new Float64Array(rows);
  const matrix = (of: typeof predict): Float64Array => {
    const { source, draws } = of(fit, undefined, { ndraws });
    const out = new Float64Array(draws * rows);
    let at = 0;
    for (const [from, to] of ranges) {
      const count = to - from;
      const block = new Float64Array(draws * count);
      source.fill(from, to, block);
      for (let s = 0; s < draws; s++) out.set(block.subarray(s * count, (s + 1) * count), s * rows + at);
      at += count;
    }
    return out;
  };
  let at = 0;
  for (const [from, to] of ranges) {
    for (let i = from; i < to; i++, at++) {
      y[at] = packed[i * RESPONSE_WIDTH]!;
      if (trials !== undefined) trials[at] = response.trials![i]!;
    }
  }
  return { y, trials, yrep: matrix(predict), mean: withMean ? matrix(epred) : undefined, draws: ndraws };
}

type Kind = "category" | "binary" | "count" | "binomial" | "continuous";

function kindOf(fit: Fit): Kind {
  const family = familyOf(fit.spec.family);
  if (family.response.kind === "category") return "category";
  if (family.response.kind === "binary") return "binary";
  if (family.additions.includes("trials")) return "binomial";
  return family.response.description.startsWith("a count") ? "count" : "continuous";
}

function predictive(fit: Fit): Pick<Adequacy, "findings" | "statistics"> {
  // Where responses are known by bounds alone there is nothing to compare.
  if (fit.spec.design.response.censoring !== undefined) return { findings: [], statistics: [] };
  const kind = kindOf(fit);
  const own = replicates(fit, kind === "count" || kind === "binomial");
  const statistics = STATISTICS[kind](fit, own);
  const findings = [
    ...statistics.filter(({ extreme }) => extreme).map((check) => aboutStatistic(fit, check, kind)),
    ...aboutDispersion(own, kind),
    ...(kind === "continuous" ? aboutCounts(fit, own) : []),
  ];
  return { findings, statistics };
}

type Statistic = (y: ArrayLike<number>, from: number, to: number) => number;

const mean: Statistic = (y, from, to) => {
  let sum = 0;
  for (let i = from; i < to; i++) sum += y[i]!;
  return sum / (to - from);
};
const sd: Statistic = (y, from, to) => {
  const centre = mean(y, from, to);
  let squares = 0;
  for (let i = from; i < to; i++) squares += (y[i]! - centre) ** 2;
  return Math.sqrt(squares / Math.max(1, to - from - 1));
};
const min: Statistic = (y, from, to) => {
  let least = Number.POSITIVE_INFINITY;
  for (let i = from; i < to; i++) least = Math.min(least, y[i]!);
  return least;
};
const max: Statistic = (y, from, to) => {
  let most = Number.NEGATIVE_INFINITY;
  for (let i = from; i < to; i++) most = Math.max(most, y[i]!);
  return most;
};
const shareOf =
  (value: number): Statistic =>
  (y, from, to) => {
    let count = 0;
    for (let i = from; i < to; i++) if (y[i] === value) count++;
    return count / (to - from);
  };

const compared =
  (statistics: Readonly<Record<string, Statistic>>) =>
  (_fit: Fit, own: Replicates): StatisticCheck[] =>
    Object.entries(statistics).map(([name, statistic]) => check(name, own, statistic));

const STATISTICS: Readonly<Record<Kind, (fit: Fit, own: Replicates) => StatisticCheck[]>> = {
  continuous: compared({ mean, sd, min, max }),
  count: compared({ mean, sd, min, max, "share of zeros": shareOf(0) }),
  binomial: compared({ mean, sd, min, max, "share of zeros": shareOf(0) }),
  binary: compared({ mean }),
  category: (fit, own) =>
    categoryLabels(fit).map((label, k) => check(`share of ${label}`, own, shareOf(k + 1))),
};

function check(name: string, { y, yrep, draws }: Replicates, statistic: Statistic): StatisticCheck {
  const rows = y.length;
  const observed = statistic(y, 0, rows);
  const values = Float64Array.from({ length: draws }, (_, s) => statistic(yrep, s * rows, (s + 1) * rows));
  const pValue = share(values, observed);
  const median = values.sort()[Math.floor(draws / 2)]!;
  return { name, observed, median, pValue, extreme: isExtreme(pValue) };
}

export function isExtreme(pValue: number): boolean {
  return pValue < EXTREME || pValue > 1 - EXTREME;
}

/** Of the values at or above `observed`; ties count half. */
function share(values: Float64Array, observed: number): number {
  let above = 0;
  // Sums in another order differ in the last digits.
  const tie = 1e-12 * Math.abs(observed);
  for (const value of values) above += Math.abs(value - observed) <= tie ? 0.5 : value > observed ? 1 : 0;
  return above / values.length;
}

function aboutStatistic(
  fit: Fit,
  { name, observed, median, pValue }: StatisticCheck,
  kind: Kind,
): AdequacyFinding {
  const { name: response } = fit.spec.design.response;
  if (name === "share of zeros") {
    const more = observed > median;
    return {
      kind: "zeros",
      note: false,
      text: `${percent(observed)} of ${response} are zero, but the model predicts ${percent(median)} (p = ${pValue.toFixed(3)}).`,
      remedy: more
        ? "Try a zero-inflated or hurdle family, or negbinomial, which has more zeros and more spread."
        : "Zeros are rarer than the model thinks: try a hurdle family.",
    };
  }
  const side = pValue > 0.5 ? "larger" : "smaller";
  const remedies: Readonly<Record<string, string>> = {
    sd:
      kind === "continuous"
        ? 'Look at ppCheck(fit, "dens_overlay"): a family with other tails, or a formula for sigma, may fit.'
        : "Look at the dispersion.",
    min: "Values beyond the bounds of the data: a family with the right support (lognormal, Gamma, beta, counts) may fit.",
    max: "Check the extreme values; heavier or lighter tails (student, skew_normal, lognormal) may fit.",
    mean: "Predictors that matter may be missing, or a prior may pull the intercept.",
  };
  return {
    kind: "statistic",
    note: false,
    text: `The ${name} of ${response} is ${short(observed)}; what the model predicts is ${side} (median ${short(median)}, p = ${pValue.toFixed(3)}).`,
    remedy: remedies[name] ?? 'Look at ppCheck(fit, "bars").',
  };
}

/** Squared distances from the expected response in units of the family's simplest variance, observed against replicated. */
function aboutDispersion(
  { y, yrep, mean: expected, trials, draws }: Replicates,
  kind: Kind,
): AdequacyFinding[] {
  if (expected === undefined) return [];
  const rows = y.length;
  let observed = 0;
  let replicated = 0;
  let above = 0;
  for (let s = 0; s < draws; s++) {
    let own = 0;
    let drawn = 0;
    for (let i = 0; i < rows; i++) {
      const mu = expected[s * rows + i]!;
      const n = trials?.[i] ?? 1;
      const variance = Math.max(kind === "binomial" ? mu * (1 - mu / Math.max(n, 1)) : mu, 1e-9);
      own += (y[i]! - mu) ** 2 / variance;
      drawn += (yrep[s * rows + i]! - mu) ** 2 / variance;
    }
    observed += own;
    replicated += drawn;
    if (drawn >= own) above++;
  }
  const p = above / draws;
  const ratio = observed / replicated;
  if (p < EXTREME && ratio > DISPERSED) {
    return [
      {
        kind: "overdispersion",
        note: false,
        text: `The response is overdispersed: its squared deviations are ${ratio.toFixed(2)} times those that the model predicts (p = ${p.toFixed(3)}), so intervals are too narrow.`,
        remedy:
          kind === "binomial"
            ? "Use beta_binomial, or an effect for every row, (1 | row)."
            : "Use negbinomial (or nbinom1), or an effect for every row, (1 | row).",
      },
    ];
  }
  if (p > 1 - EXTREME && ratio < 1 / DISPERSED) {
    return [
      {
        kind: "underdispersion",
        note: false,
        text: `The response is underdispersed: its squared deviations are ${ratio.toFixed(2)} times those that the model predicts (p = ${p.toFixed(3)}), so intervals are too wide.`,
        remedy: "Are the counts bounded, or are they means? A binomial or an ordinal family may fit.",
      },
    ];
  }
  return [];
}

/** Whole numbers from zero under a model of the whole line. */
function aboutCounts(fit: Fit, { y, yrep }: Replicates): AdequacyFinding[] {
  const { lower } = familyOf(fit.spec.family).dpars[0]!;
  const { name } = fit.spec.design.response;
  if (lower > Number.NEGATIVE_INFINITY || !y.every((value) => Number.isInteger(value) && value >= 0))
    return [];
  const distinct = new Set(y).size;
  const negative = yrep.reduce((count, value) => count + (value < 0 ? 1 : 0), 0) / yrep.length;
  if (distinct > 10 && negative < 0.005) return [];
  const binary = distinct === 2 && y.every((value) => value <= 1);
  return [
    {
      kind: "counts",
      note: false,
      text:
        `${name} holds whole numbers from 0 (${distinct} different ones), but the family ${fit.spec.family.name} is for measurements` +
        `${negative >= 0.001 ? `: ${percent(negative)} of what it predicts is negative` : ""}.`,
      remedy: binary
        ? "Outcomes of 0 and 1 are bernoulli."
        : "Counts are poisson or negbinomial, successes out of trials binomial, ratings cumulative.",
    },
  ];
}

/** Single observations that decide much, and priors that contradict the data. */
function influence(fit: Fit): AdequacyFinding[] {
  const { draws, spec } = fit;
  if (spec.design.nobs * draws.chains * draws.draws > MOST_LOG_LIKELIHOODS) return [];
  const pointwise = logLik(fit);
  const findings: AdequacyFinding[] = [];
  const { pointwise: found } = psisLoo(pointwise);
  const high = Array.from(found.k.keys()).filter((i) => found.k[i]! > 0.7);
  if (high.length > 0) {
    const rows = high.slice(0, 5).map((i) => spec.design.response.rowNumbers[i]!);
    findings.push({
      kind: "pareto-k",
      note: high.length <= Math.max(2, MANY_HIGH * spec.design.nobs),
      text: `${high.length} of ${spec.design.nobs} observations have a Pareto k above 0.7 (${high.length === 1 ? "row" : "rows"} ${rows.join(", ")}${high.length > 5 ? ", …" : ""}): they decide much, or the model does not expect them.`,
      remedy: "Look at these rows; loo(fit, { momentMatch: true }) or reloo() for a reliable elpd.",
    });
  }
  const conflicts = (attempt(() => sensitivitiesFrom(fit, pointwise)) ?? []).filter(
    ({ diagnosis, prior }) => diagnosis === "prior-data conflict" && prior > CONFLICT,
  );
  if (conflicts.length > 0) {
    const names = conflicts.slice(0, 5).map(({ name, prior }) => `${name} (${prior.toFixed(2)})`);
    findings.push({
      kind: "prior-conflict",
      note: conflicts.every(({ prior }) => prior <= CONTRADICTION),
      text: `Prior and data disagree about ${names.join(", ")}${conflicts.length > 5 ? " and others" : ""}: the posterior depends on both (sensitivity to the prior by power-scaling).`,
      remedy: "Justify the prior or take a wider one, and report how the result changes.",
    });
  }
  return findings;
}

/** Sensitivity to the prior that is noted (powerScaling() speaks of it from 0.05 on), and that speaks against the two together. */
const CONFLICT = 0.1;
const CONTRADICTION = 0.3;
/** Share of observations with a high Pareto k that is more than a few outliers. */
const MANY_HIGH = 0.05;

function percent(value: number): string {
  return `${Number((100 * value).toPrecision(2))} %`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}
