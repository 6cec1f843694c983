/** Cross-validation by refitting: K folds, and exact leave-one-out where importance sampling fails. */

import { takeRows } from "../data/table.ts";
import { takeDesignRows } from "../design/take-rows.ts";
import { NutmixError, SettingsError } from "../errors.ts";
import { groupedFolds, randomFolds, stratifiedFolds } from "../loo/folds.ts";
import { emptyPointwise, type Loo, looOf } from "../loo/loo.ts";
import { logSumExp, observationDraws } from "../loo/pointwise.ts";
import { compileModel } from "../model/compile.ts";
import * as Elementary from "../numeric/elementary.ts";
import { anything, callback, checkOptions, type OptionTable, oneOf, text } from "../options.ts";
import { runChains } from "../parallel/run-chains.ts";
import { loo } from "../posterior/comparison/loo.ts";
import { logLik } from "../posterior/predictions/log-lik.ts";
import { requirePosterior } from "../posterior/prior-only.ts";
import { stream } from "../random/streams.ts";
import { assembleFit, controls } from "./fit.ts";
import type { Fit, RunControls } from "./fit-types.ts";
import { runControls } from "./run-options.ts";

export interface RefitOptions extends Omit<RunControls, "onProgress" | "keep"> {
  /** Called before each refit, and at the end with `done === total`. */
  readonly onRefit?: (done: number, total: number) => void;
}

export interface KfoldOptions extends RefitOptions {
  /** Number of folds, default 10. */
  readonly folds?: number;
  /** `random` (default); `stratified`: each fold has the same share of each level of `group`; `grouped`: whole levels. */
  readonly by?: "random" | "stratified" | "grouped";
  /** Column of the data, for stratified and grouped folds. */
  readonly group?: string;
}

const { onProgress: _, keep: __, ...ofRefits } = runControls;
const refitOptions = { ...ofRefits, onRefit: callback } satisfies OptionTable<RefitOptions>;
const kfoldOptions = {
  ...refitOptions,
  folds: anything,
  by: oneOf("random", "stratified", "grouped"),
  group: text,
} satisfies OptionTable<KfoldOptions>;

/**
 * K-fold cross-validation with the priors of the fit; held-out levels of grouping factors get effects from the group
 * distribution. The result compares with those of loo().
 *
 * @throws SettingsError for a number of folds that the data do not allow, or a group that they do not have.
 */
export async function kfold(fit: Fit, options: KfoldOptions = {}): Promise<Loo> {
  options = checkOptions("kfold()", kfoldOptions, options);
  requirePosterior(fit, "kfold()");
  const { folds = 10, by = "random", group } = options;
  const { nobs } = fit.spec.design;
  const rng = stream(fit.settings.seed, 0, "folds");
  const assignment =
    by === "random"
      ? randomFolds(nobs, folds, rng)
      : (by === "stratified" ? stratifiedFolds : groupedFolds)(codesOf(fit, group, by), folds, rng);
  const held = Array.from({ length: folds }, (_, fold) =>
    Int32Array.from(Array.from(assignment.keys()).filter((i) => assignment[i] === fold)),
  );
  const pointwise = emptyPointwise(nobs);
  const full = logLik(fit);
  const draws = new Float64Array(full.chains * full.draws);
  await eachRefit(fit, held, options, (rows, elpd) => {
    rows.forEach((i, k) => {
      observationDraws(full, i, draws);
      pointwise.elpd[i] = elpd[k]!;
      pointwise.p[i] = logSumExp(draws) - Elementary.log(draws.length) - elpd[k]!;
      pointwise.k[i] = Number.NaN;
      pointwise.mcse[i] = Number.NaN;
    });
  });
  return looOf("kfold", draws.length, pointwise);
}

/** Refits exactly without each observation whose Pareto k is too high (brms' reloo). */
export async function reloo(fit: Fit, options: RefitOptions & { readonly loo?: Loo } = {}): Promise<Loo> {
  options = checkOptions("reloo()", { ...refitOptions, loo: anything }, options);
  const found = options.loo ?? loo(fit);
  if (found.observations !== fit.spec.design.nobs) throw new NutmixError("`loo` belongs to another fit");
  const { elpd, mcse, p, k, nEff } = found.pointwise;
  const pointwise = {
    elpd: elpd.slice(),
    mcse: mcse.slice(),
    p: p.slice(),
    k: k.slice(),
    nEff: nEff.slice(),
  };
  await eachRefit(
    fit,
    found.bad.map((i) => Int32Array.of(i)),
    options,
    ([i], [exact]) => {
      pointwise.p[i!] = elpd[i!]! + p[i!]! - exact!;
      pointwise.elpd[i!] = exact!;
      pointwise.k[i!] = 0;
    },
  );
  return looOf("exact", found.draws, pointwise);
}

/** Fits without `held` rows, one set after the other (chains in parallel), and hands out the elpd of those rows. */
async function eachRefit(
  fit: Fit,
  held: readonly Int32Array[],
  options: RefitOptions,
  collect: (rows: Int32Array, elpd: Float64Array) => void,
): Promise<void> {
  const { onRefit, ...run } = options;
  for (const [done, rows] of held.entries()) {
    onRefit?.(done, held.length);
    const out = new Set(rows);
    const kept = Int32Array.from(
      Array.from({ length: fit.spec.design.nobs }, (_, i) => i).filter((i) => !out.has(i)),
    );
    const refitted = await refit(fit, kept, run);
    if (refitted.interrupted) throw new NutmixError("cross-validation was stopped before its last refit");
    const pointwise = logLik(refitted, takeRows(fit.data, rows), { newLevels: "gaussian" });
    const draws = new Float64Array(pointwise.chains * pointwise.draws);
    collect(
      rows,
      Float64Array.from(rows, (_, i) => {
        observationDraws(pointwise, i, draws);
        return logSumExp(draws) - Elementary.log(draws.length);
      }),
    );
  }
  onRefit?.(held.length, held.length);
}

/** The same model and priors for some of the rows. */
export async function refit(fit: Fit, rows: Int32Array, run: RunControls = {}): Promise<Fit> {
  const started = performance.now();
  const spec = { ...fit.spec, design: takeDesignRows(fit.spec.design, rows) };
  const posterior = compileModel(spec);
  const { chains, seed, ...sampler } = fit.settings;
  const outcome = await runChains(spec, posterior, sampler, { chains, seed, ...controls(run) });
  return assembleFit(posterior, outcome, {
    call: fit.call,
    data: takeRows(fit.data, rows),
    spec,
    settings: fit.settings,
    compileMs: 0,
    wallMs: performance.now() - started,
  });
}

function codesOf({ data }: Fit, group: string | undefined, by: string): Int32Array {
  const column = group === undefined ? undefined : data.columns.get(group);
  if (column === undefined) {
    const names = [...data.columns.keys()].join(", ");
    throw new SettingsError(`${by} folds need a column of the model as \`group\`; there are ${names}`);
  }
  if (column.kind === "factor") return column.codes;
  const values = Array.from<number>(column.values);
  const distinct = [...new Set(values)].sort((a, b) => a - b);
  return Int32Array.from(values, (value) => distinct.indexOf(value));
}
