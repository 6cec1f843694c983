/** Linear predictors, expected responses and random responses of the rows of a fit or of new rows. */

import type { Fit } from "../../api/fit-types.ts";
import { didYouMean, NutmixError, SettingsError } from "../../errors.ts";
import type { KernelContext } from "../../families/family.ts";
import { familyOf } from "../../families/index.ts";
import { checkOptions, type OptionTable, text, whole } from "../../options.ts";
import { stream } from "../../random/streams.ts";
import { type FrameOptions, frameOptions, type PredictionFrame, predictionFrame } from "./frame.ts";
import { DparReader, type DrawChoice, LinearPredictors } from "./linear-predictors.ts";
import { BLOCK_ROWS, Predictions } from "./predictions.ts";

export interface PredictOptions extends Omit<FrameOptions, "newData"> {
  /** Use this many draws, evenly spaced; default all. */
  readonly ndraws?: number;
  /** Seed of random responses and of new levels; default that of the fit. */
  readonly seed?: number;
}

export interface LinpredOptions extends PredictOptions {
  /** The distributional parameter; default `mu`. */
  readonly dpar?: string;
}

export const predictOptions = {
  ...frameOptions,
  ndraws: whole(1),
  seed: whole(0),
} satisfies OptionTable<PredictOptions>;

export const linpredOptions = { ...predictOptions, dpar: text } satisfies OptionTable<LinpredOptions>;

/**
 * The linear predictor of mu, or of `dpar`, on the link scale.
 *
 * @param newData rows, columns or a table; absent = the data of the fit.
 * @throws DataError for new data without a needed column, with missing values, unknown levels or wrong types; NutmixError for
 *   a `dpar` without a predictor.
 */
export function linpred(fit: Fit, newData?: unknown, options: LinpredOptions = {}): Predictions {
  options = checkOptions("linpred()", linpredOptions, options);
  const dpar = options.dpar ?? "mu";
  const { frame, choice, eta } = prepare(fit, newData, options);
  const k = frame.predictors.findIndex((own) => own.dpar === dpar);
  if (k < 0) {
    const names = frame.predictors.map((own) => own.dpar);
    throw new NutmixError(
      `"${dpar}" has no linear predictor in this model; there are ${names.join(", ")}${didYouMean(dpar, names)}`,
    );
  }
  return new Predictions({
    rows: frame.rows,
    draws: choice.which.length,
    fill(from, to, out) {
      const count = to - from;
      eta.rows(from, to);
      for (let s = 0; s < choice.which.length; s++) {
        eta.eta(k, s, from, to, out.subarray(s * count, (s + 1) * count));
      }
    },
  });
}

/**
 * The expected response of each row: for ordinal families the probability of each category, for binomial ones trials × mu;
 * with `dpar` that distributional parameter on its natural scale.
 */
export function epred(fit: Fit, newData?: unknown, options: LinpredOptions = {}): Predictions {
  options = checkOptions("epred()", linpredOptions, options);
  const { frame, choice, eta, spec, family } = prepare(fit, newData, options);
  if (options.dpar !== undefined) {
    const dpar = family.dpars.find(({ name }) => name === options.dpar);
    if (dpar === undefined) {
      const names = family.dpars.map(({ name }) => name);
      throw new NutmixError(
        `the family ${family.name} has no parameter "${options.dpar}"; it has ${names.join(", ")}${didYouMean(options.dpar, names)}`,
      );
    }
    const reader = new DparReader(spec, family, dpar, fit.draws, frame, choice);
    return new Predictions({
      rows: frame.rows,
      draws: choice.which.length,
      fill(from, to, out) {
        const count = to - from;
        eta.rows(from, to);
        for (let s = 0; s < choice.which.length; s++) {
          reader.natural(eta, s, from, to, out.subarray(s * count, (s + 1) * count));
        }
      },
    });
  }
  const context: KernelContext = { links: spec.family.links, categories: spec.categories };
  const { probabilities } = family;
  const categories = probabilities === undefined ? undefined : categoryLabels(fit);
  const width = categories?.length ?? 1;
  return new Predictions({
    rows: frame.rows,
    draws: choice.which.length,
    ...(categories && { categories }),
    fill(from, to, out) {
      eachRow(fit, frame, choice, eta, from, to, (at, d, p) => {
        if (probabilities === undefined) out[at] = family.mean(d, p, context);
        else probabilities(p, context, out.subarray(at * width, (at + 1) * width));
      });
    },
  });
}

/** Random responses: draws from the posterior predictive distribution. Equal seeds give equal responses. */
export function predict(fit: Fit, newData?: unknown, options: PredictOptions = {}): Predictions {
  options = checkOptions("predict()", predictOptions, options);
  const { frame, choice, eta, spec, family } = prepare(fit, newData, options);
  const context: KernelContext = { links: spec.family.links, categories: spec.categories };
  return new Predictions({
    rows: frame.rows,
    draws: choice.which.length,
    ...(family.response.kind === "category" && { labels: categoryLabels(fit) }),
    fill(from, to, out) {
      const rng = stream(choice.seed, from / BLOCK_ROWS, "predict");
      eachRow(fit, frame, choice, eta, from, to, (at, d, p) => {
        out[at] = family.sample(rng, d, p, context);
      });
    },
  });
}

/** Labels of the categories 1 … K of an ordinal response. */
export function categoryLabels({ spec }: Fit): readonly string[] {
  return spec.design.response.levels ?? Array.from({ length: spec.categories }, (_, k) => String(k + 1));
}

interface Prepared {
  readonly spec: Fit["spec"];
  readonly family: ReturnType<typeof familyOf>;
  readonly frame: PredictionFrame;
  readonly choice: DrawChoice;
  readonly eta: LinearPredictors;
}

function prepare(fit: Fit, newData: unknown, options: PredictOptions): Prepared {
  const { spec, draws, settings } = fit;
  const family = familyOf(spec.family);
  const frame = predictionFrame(
    spec,
    { ...options, ...(newData !== undefined && newData !== null && { newData }) },
    "terms",
  );
  const choice = {
    which: chooseDraws(draws.chains * draws.draws, options.ndraws),
    seed: options.seed ?? settings.seed,
  };
  const eta = new LinearPredictors(spec, family, draws, frame, choice, options.newLevels);
  return { spec, family, frame, choice, eta };
}

/** `wanted` of `total` draws, evenly spaced. @throws SettingsError for a number that is not between 1 and `total`. */
export function chooseDraws(total: number, wanted: number = total): Int32Array {
  if (!(Number.isInteger(wanted) && wanted >= 1)) {
    throw new SettingsError(`ndraws must be a whole number of at least 1, not ${wanted}`);
  }
  const count = Math.min(wanted, total);
  return Int32Array.from({ length: count }, (_, s) => Math.floor((s * total) / count));
}

/** Visits all draws of all rows of a block: `at` = s × rows + row, the response terms `d`, natural parameters `p`. */
function eachRow(
  { spec, draws }: Fit,
  frame: PredictionFrame,
  choice: DrawChoice,
  eta: LinearPredictors,
  from: number,
  to: number,
  visit: (at: number, d: Float64Array, p: Float64Array) => void,
): void {
  const family = familyOf(spec.family);
  const readers = family.dpars.map((dpar) => new DparReader(spec, family, dpar, draws, frame, choice));
  const count = to - from;
  const values = readers.map(() => new Float64Array(count));
  const p = new Float64Array(readers.length + eta.thresholds.length);
  const d = new Float64Array([Number.NaN, 1, Number.NaN]);
  const { trials } = frame.response;
  eta.rows(from, to);
  for (let s = 0; s < choice.which.length; s++) {
    readers.forEach((reader, k) => {
      reader.natural(eta, s, from, to, values[k]!);
    });
    eta.readThresholds(s);
    p.set(eta.thresholds, readers.length);
    for (let i = 0; i < count; i++) {
      for (let k = 0; k < values.length; k++) p[k] = values[k]![i]!;
      if (trials !== undefined) d[1] = trials[from + i]!;
      visit(s * count + i, d, p);
    }
  }
}
