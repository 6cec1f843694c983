/**
 * Profile-likelihood confidence intervals (Bates et al. 2015, section 5.1): each parameter is held at a value while the ML
 * deviance is minimised over all others; the interval is where the deviance rises by no more than the quantile of χ²₁.
 * As in lme4 the likelihood profiled is ML's, also for a REML fit.
 */

import { SettingsError } from "../../errors.ts";
import { evaluate, solve, unscaledCovariance } from "../../marginal/gaussian.ts";
import * as Elementary from "../../numeric/elementary.ts";
import { normalQuantile } from "../../numeric/special.ts";
import { callback, checkOptions, number, type OptionTable, signal, texts } from "../../options.ts";
import { whiteningOf } from "../../residuals/whitening.ts";
import { devianceAt, gradientsAt, type Profiled, profiledDeviance } from "../criterion.ts";
import { type LinearModel, prepare, profiledOf } from "../linear-model.ts";
import type { LmmFit } from "../lmm-fit.ts";
import { minimise, type Objective } from "../minimise.ts";
import { relativeFactors } from "../random-layout.ts";
import { refit } from "../refit.ts";
import { addStructureGradient } from "../residual/structured-criterion.ts";
import { whitenedModel } from "../residual/whitened-model.ts";
import { correlation, standardDeviations } from "../singularity.ts";
import { firstCoefficients } from "./reorder.ts";
import { solveIncreasing } from "./solve-increasing.ts";

export interface ProfileInterval {
  /** lme4's names: `sd_(Intercept)|Subject`, `cor_Days.(Intercept)|Subject`, `sigma`, `Days`. */
  readonly name: string;
  /** Maximum-likelihood estimate. */
  readonly estimate: number;
  readonly lower: number;
  readonly upper: number;
  /** Points of the signed square root of the rise of the deviance, for plots. */
  readonly points: readonly { readonly value: number; readonly zeta: number }[];
}

export interface ProfileOptions {
  /** Coverage in (0, 1); default 0.95. */
  readonly level?: number;
  /** Names of the parameters wanted; default all. */
  readonly parameters?: readonly string[];
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

export const profileOptions = {
  level: number,
  parameters: texts,
  onProgress: callback,
  signal,
} satisfies OptionTable<ProfileOptions>;

/** One parameter: deviance as a function of its value, everything else at its best. */
interface ProfileTask {
  readonly name: string;
  readonly estimate: number;
  readonly lowest: number;
  readonly highest: number;
  /** About one standard error. */
  readonly step: number;
  deviance(value: number): number;
}

/** @throws SettingsError for an unknown parameter or a level outside (0, 1); DOMException AbortError when stopped. */
export async function profileIntervals(
  fit: LmmFit,
  options: ProfileOptions = {},
): Promise<ProfileInterval[]> {
  const {
    level = 0.95,
    parameters,
    onProgress,
    signal,
  } = checkOptions("profileIntervals()", profileOptions, options);
  if (!(level > 0 && level < 1)) throw new SettingsError(`level is a coverage between 0 and 1, not ${level}`);
  const ml = refit(fit, { method: "ML", start: fit.theta });
  const base = prepare(fit.design, false);
  const all = [...covarianceTasks(ml, base), sigmaTask(ml, base), ...coefficientTasks(ml, base)];
  const unknown = parameters?.find((name) => !all.some((task) => task.name === name));
  if (unknown !== undefined) {
    throw new SettingsError(
      `there is no parameter "${unknown}" to profile; there are ${all.map(({ name }) => name).join(", ")}`,
    );
  }
  const tasks = all.filter(({ name }) => parameters === undefined || parameters.includes(name));
  const intervals: ProfileInterval[] = [];
  for (const task of tasks) {
    // Lets a page redraw and a stop be noticed between parameters.
    await new Promise((resolve) => setTimeout(resolve, 0));
    signal?.throwIfAborted();
    intervals.push(profileOne(task, ml.criterion, normalQuantile((1 + level) / 2)));
    onProgress?.(intervals.length, tasks.length);
  }
  return intervals;
}

function profileOne(task: ProfileTask, least: number, target: number): ProfileInterval {
  const { estimate, step, lowest, highest } = task;
  const points = [{ value: estimate, zeta: 0 }];
  const side = (sign: 1 | -1, bound: number): number => {
    const zeta = (distance: number): number => {
      const value = estimate + sign * distance;
      const rise = Math.sqrt(Math.max(0, task.deviance(value) - least));
      points.push({ value, zeta: sign * rise });
      return rise;
    };
    const most = Math.abs(bound - estimate);
    if (most === 0) return bound;
    if (most < Infinity && zeta(most) <= target) return bound;
    return estimate + sign * solveIncreasing(zeta, target, Math.min(target * step, most / 2), most);
  };
  const lower = side(-1, lowest);
  const upper = side(1, highest);
  return { name: task.name, estimate, lower, upper, points: points.sort((a, b) => a.value - b.value) };
}

/** The model as the parameters of a residual structure move: they are further arguments of every search. */
interface Moving {
  /** At the estimates; empty without a structure. */
  readonly free: Float64Array;
  at(free: Float64Array): LinearModel | undefined;
  /** After the model at `free` was factorised: the derivative of logDeterminant + weight·log(residual) + log|R|. */
  addGradient(
    model: LinearModel,
    theta: Float64Array,
    free: Float64Array,
    weight: number,
    into: Float64Array,
  ): void;
}

function moving(base: LinearModel, { residual }: LmmFit): Moving {
  if (residual === undefined) return { free: new Float64Array(0), at: () => base, addGradient: () => {} };
  const whitening = whiteningOf(residual.data);
  let like: LinearModel | undefined;
  return {
    free: residual.free,
    at: (free) => {
      const model = whitenedModel(base, residual.data, free, whitening, like);
      like = model ?? like;
      return model;
    },
    addGradient: (model, theta, free, weight, into) =>
      addStructureGradient(model, whitening, theta, free, weight, into),
  };
}

function covarianceTasks(ml: LmmFit, model: LinearModel): ProfileTask[] {
  return ml.random.flatMap((term, t) => {
    const sd = standardDeviations(term);
    const { names, group } = term;
    const tasks: ProfileTask[] = [];
    names.forEach((name, i) => {
      tasks.push(heldCovariance(`sd_${name}|${group}`, sd[i]!, ml, model, t, [i]));
      if (!model.layout.terms[t]!.correlated) return;
      names.slice(i + 1).forEach((other, below) => {
        const j = i + 1 + below;
        const value = correlation(term, i, j);
        if (Number.isNaN(value)) return;
        tasks.push(heldCovariance(`cor_${other}.${name}|${group}`, value, ml, model, t, [i, j]));
      });
    });
    return tasks;
  });
}

/**
 * Holds the standard deviation of one coefficient, or the correlation of two, by ordering the term so that they come first:
 * then they are l₀₀, or l₁₀/√(l₁₀² + l₁₁²), of the absolute factor L = σΛ.
 */
function heldCovariance(
  name: string,
  estimate: number,
  ml: LmmFit,
  model: LinearModel,
  term: number,
  held: readonly number[],
): ProfileTask {
  const reordered = firstCoefficients(ml, model, term, held);
  const family = moving(reordered.model, ml);
  const { theta: entries } = reordered.model.layout;
  const k = entries.length;
  const { from } = reordered.model.layout.terms[term]!;
  const at = (row: number, column: number): number =>
    entries.findIndex(
      (entry) => entry.term === term && entry.row === from + row && entry.column === from + column,
    );
  const isCorrelation = held.length === 2;
  const fixedAt = isCorrelation ? [at(1, 0), at(1, 1)] : [at(0, 0)];
  const free = entries.map((_, i) => i).filter((i) => !fixedAt.includes(i));
  const absolute = reordered.theta.map((value) => value * ml.sigma);
  const scale = entries.map((_, i) => ml.sigma / reordered.model.layout.scale[i]!);
  // Free elements of L in units of their scale, then log σ. When a correlation is held, l₀₀ and the length of row 1 must keep
  // their signs, or it would turn round: they go by their logarithms.
  const positive = (value: number, i: number): number =>
    Elementary.log(Math.max(Math.abs(value) / scale[i]!, 1e-3));
  const corner = at(0, 0);
  // Every search starts from the estimates: a standard deviation that went to 0 on the way would not come back.
  const start = Float64Array.from([
    ...free.map((i) =>
      isCorrelation && i === corner ? positive(absolute[i]!, i) : absolute[i]! / scale[i]!,
    ),
    ...(isCorrelation
      ? [positive(Elementary.hypot(absolute[fixedAt[0]!]!, absolute[fixedAt[1]!]!), fixedAt[0]!)]
      : []),
    Elementary.log(ml.sigma),
    ...family.free,
  ]);
  const own = start.length - family.free.length;
  const deviance = (value: number): number => {
    const direction = isCorrelation ? [value, Math.sqrt(Math.max(0, 1 - value * value))] : [value];
    const objective: Objective = (x, gradient) => {
      const sigma = Elementary.exp(x[own - 1]!);
      const structure = x.slice(own);
      const here = family.at(structure);
      if (here === undefined) return Infinity;
      const profiled = profiledOf(here);
      const l = new Float64Array(k);
      const slope = free.map((i, j) =>
        isCorrelation && i === corner ? Elementary.exp(x[j]!) * scale[i]! : scale[i]!,
      );
      free.forEach((i, j) => (l[i] = isCorrelation && i === corner ? slope[j]! : x[j]! * scale[i]!));
      const length = isCorrelation ? Elementary.exp(x[free.length]!) * scale[fixedAt[0]!]! : 1;
      fixedAt.forEach((i, h) => (l[i] = direction[h]! * length));
      const theta = l.map((element) => element / sigma);
      const found = gradientsAt(profiled, theta, sigma);
      if (found === undefined) return Infinity;
      gradient.fill(0, own);
      family.addGradient(here, theta, structure, found.parts.residual / sigma ** 2, gradient.subarray(own));
      const byElement = found.deviance.map((derivative) => derivative / sigma);
      free.forEach((i, j) => (gradient[j] = byElement[i]! * slope[j]!));
      if (isCorrelation) {
        gradient[free.length] = fixedAt.reduce(
          (sum, i, h) => sum + byElement[i]! * direction[h]! * length,
          0,
        );
      }
      gradient[own - 1] = sigmaSlope(profiled, found.parts.residual, sigma, byElement, l);
      return devianceAt(profiled, found.parts, sigma);
    };
    return minimise(objective, start, { gradientTolerance: 1e-5, firstStep: 0.1 }).value;
  };
  const [lowest, highest] = isCorrelation ? [-1, 1] : [0, Infinity];
  const step = isCorrelation
    ? 0.3 * Math.max(0.1, 1 - Math.abs(estimate))
    : Math.max(0.25 * estimate, 0.05 * ml.sigma);
  return { name, estimate, lowest, highest, step, deviance };
}

/** Derivative of the deviance with respect to log σ at a fixed absolute factor. */
function sigmaSlope(
  { system }: Profiled,
  residual: number,
  sigma: number,
  byElement: Float64Array,
  l: Float64Array,
): number {
  const along = byElement.reduce((sum, slope, i) => sum + slope * l[i]!, 0);
  return 2 * system.rows - (2 * residual) / (sigma * sigma) - along;
}

function sigmaTask(ml: LmmFit, model: LinearModel): ProfileTask {
  const family = moving(model, ml);
  const { scale } = model.layout;
  const k = scale.length;
  const start = Float64Array.from([
    ...ml.theta.map((value, i) => value * scale[i]! * ml.sigma),
    ...family.free,
  ]);
  const deviance = (sigma: number): number => {
    const objective: Objective = (x, gradient) => {
      const free = x.slice(k);
      const here = family.at(free);
      if (here === undefined) return Infinity;
      const profiled = profiledOf(here);
      const theta = x.subarray(0, k).map((value, i) => value / (scale[i]! * sigma));
      const found = gradientsAt(profiled, theta, sigma);
      if (found === undefined) return Infinity;
      gradient.set(found.deviance.map((slope, i) => slope / (scale[i]! * sigma)));
      gradient.fill(0, k);
      family.addGradient(here, theta, free, found.parts.residual / sigma ** 2, gradient.subarray(k));
      return devianceAt(profiled, found.parts, sigma);
    };
    return minimise(objective, start, { gradientTolerance: 1e-5, firstStep: 0.1 }).value;
  };
  const step = ml.sigma / Math.sqrt(2 * model.design.nobs);
  return { name: "sigma", estimate: ml.sigma, lowest: 0, highest: Infinity, step, deviance };
}

/**
 * Holding βⱼ at v adds (v − β̂ⱼ)²/[(XᵀV⁻¹X)⁻¹]ⱼⱼ to the residual sum of squares at every θ, so no model is made anew.
 */
function coefficientTasks(ml: LmmFit, model: LinearModel): ProfileTask[] {
  const family = moving(model, ml);
  const { scale } = model.layout;
  const k = scale.length;
  const p = ml.fixed.names.length;
  return ml.fixed.names.map((name, j) => {
    const start = Float64Array.from([...ml.theta.map((value, i) => value * scale[i]!), ...family.free]);
    const deviance = (value: number): number => {
      const at = (x: Float64Array): number => {
        const here = family.at(x.slice(k));
        if (here === undefined) return Infinity;
        const lambda = relativeFactors(
          model.layout,
          x.subarray(0, k).map((element, i) => element / scale[i]!),
        );
        const parts = evaluate(here.system, lambda);
        if (parts === undefined) return Infinity;
        const away = value - solve(here.system, lambda).beta[j]!;
        const variance = unscaledCovariance(here.system)[j * p + j]!;
        return profiledDeviance(profiledOf(here), {
          ...parts,
          residual: parts.residual + (away * away) / variance,
        });
      };
      return minimise(byDifferences(at), start, { gradientTolerance: 1e-4, firstStep: 0.1 }).value;
    };
    const step = Math.sqrt(ml.fixed.covariance[j * p + j]!);
    return { name, estimate: ml.fixed.estimates[j]!, lowest: -Infinity, highest: Infinity, step, deviance };
  });
}

/** Central differences for functions of a handful of parameters. */
function byDifferences(f: (x: Float64Array) => number): Objective {
  return (x, gradient) => {
    const moved = x.slice();
    for (let i = 0; i < x.length; i++) {
      const h = 1e-4 * Math.max(1, Math.abs(x[i]!));
      moved[i] = x[i]! + h;
      const up = f(moved);
      moved[i] = x[i]! - h;
      gradient[i] = (up - f(moved)) / (2 * h);
      moved[i] = x[i]!;
    }
    return f(x);
  };
}
