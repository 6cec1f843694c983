/** Leave-one-out cross-validation and WAIC of fits. */

import type { Fit } from "../../api/fit-types.ts";
import { takeRows } from "../../data/table.ts";
import { DataError } from "../../errors.ts";
import { looCompare as compareLoo, type LooComparisonRow } from "../../loo/compare.ts";
import { LooWeights } from "../../loo/importance.ts";
import { type Loo, looOf, psisLoo, recordObservation } from "../../loo/loo.ts";
import { pseudoBmaPlusWeights, pseudoBmaWeights, stackingWeights } from "../../loo/model-weights.ts";
import { momentMatch } from "../../loo/moment-match.ts";
import { type Waic, waicOf } from "../../loo/waic.ts";
import { compileModel } from "../../model/compile.ts";
import { crc32 } from "../../numeric/crc32.ts";
import { checkOptions, flag, type OptionTable } from "../../options.ts";
import { quantitiesOf } from "../../quantities/layout.ts";
import { stream } from "../../random/streams.ts";
import { logLik } from "../predictions/log-lik.ts";
import { requirePosterior } from "../prior-only.ts";
import { explicitSpec, unconstrainedDraws } from "./unconstrained.ts";

export interface LooOptions {
  /** Improve observations with a high Pareto k by moving the draws (moment matching); exact refits are `reloo()`. */
  readonly momentMatch?: boolean;
}

const looOptions = { momentMatch: flag } satisfies OptionTable<LooOptions>;

/** PSIS-LOO with Pareto k diagnostics. */
export function loo(fit: Fit, options: LooOptions = {}): Loo {
  options = checkOptions("loo()", looOptions, options);
  requirePosterior(fit, "loo()");
  const found = psisLoo(logLik(fit));
  return options.momentMatch === true && found.bad.length > 0 ? matched(fit, found) : found;
}

function matched(fit: Fit, found: Loo): Loo {
  const spec = explicitSpec(fit.spec);
  const posterior = compileModel(spec);
  const { dimension, values } = unconstrainedDraws(fit, posterior);
  const width = posterior.names.length;
  const gradient = new Float64Array(dimension);
  const none = stream(fit.settings.seed, 0, "moment matching");
  const pointwise = {
    elpd: found.pointwise.elpd.slice(),
    mcse: found.pointwise.mcse.slice(),
    p: found.pointwise.p.slice(),
    k: found.pointwise.k.slice(),
    nEff: found.pointwise.nEff.slice(),
  };
  for (const i of found.bad) {
    const row = takeRows(fit.data, Int32Array.of(i));
    const result = momentMatch(
      {
        draws: values,
        dimension,
        logPosterior: (rows) =>
          Float64Array.from({ length: rows.length / dimension }, (_, s) =>
            posterior.density.evaluate(rows.subarray(s * dimension, (s + 1) * dimension), gradient),
          ),
        logLikelihood(rows) {
          const count = rows.length / dimension;
          const drawn = new Float64Array(count * width);
          for (let s = 0; s < count; s++) {
            const q = rows.subarray(s * dimension, (s + 1) * dimension);
            posterior.constrain(q, none, drawn.subarray(s * width, (s + 1) * width));
          }
          const draws = {
            ...fit.draws,
            names: posterior.names,
            quantities: quantitiesOf(posterior),
            values: drawn,
          };
          return logLik({ ...fit, spec, draws }, row).values;
        },
      },
      found.kThreshold,
    );
    if (!(result.k < pointwise.k[i]!)) continue;
    const lpd = pointwise.elpd[i]! + pointwise.p[i]!;
    recordObservation(pointwise, i, result.logLikelihoods, result.logWeights, 1);
    pointwise.p[i] = lpd - pointwise.elpd[i]!;
    pointwise.k[i] = result.k;
  }
  return looOf("moment-matching", found.draws, pointwise);
}

export function waic(fit: Fit): Waic {
  requirePosterior(fit, "waic()");
  return waicOf(logLik(fit));
}

/** Leave-one-out weights, for expectations and LOO-PIT. */
export function looWeights(fit: Fit): LooWeights {
  requirePosterior(fit, "leave-one-out weights");
  return new LooWeights(logLik(fit));
}

/** Fits, or what `loo()`, `kfold()` or `reloo()` returned of them, by name. */
export type Compared = Readonly<Record<string, Fit | { readonly fit: Fit; readonly loo: Loo }>>;

/**
 * Models by elpd, best first.
 * @throws DataError for fewer than two models, or models fitted to different data.
 */
export function looCompare(models: Compared): LooComparisonRow[] {
  return compareLoo(evaluated(models));
}

export type WeightMethod = "stacking" | "pseudobma" | "pseudobma+";

/** Weights for averaging the models' predictions. @throws DataError as `looCompare`. */
export function modelWeights(models: Compared, method: WeightMethod = "stacking"): Record<string, number> {
  const found = evaluated(models);
  const [first] = found;
  if (found.some(({ responseKey }) => responseKey !== first!.responseKey)) {
    throw new DataError("model weights need models fitted to the same data");
  }
  const elpd = found.map((own) => own.loo.pointwise.elpd);
  const weights =
    method === "stacking"
      ? stackingWeights(elpd)
      : method === "pseudobma"
        ? pseudoBmaWeights(elpd)
        : pseudoBmaPlusWeights(elpd, stream(1, 0, "pseudo-BMA+"));
  return Object.fromEntries(found.map(({ name }, k) => [name, weights[k]!]));
}

function evaluated(models: Compared) {
  return Object.entries(models).map(([name, given]) => {
    const fit = fitOf(name, given);
    const { response, nobs } = fit.spec.design;
    const key = crc32([nobs, ...response.values, ...(response.trials ?? [])].join());
    return { name, loo: "fit" in given ? given.loo : loo(fit), responseKey: key };
  });
}

/** What loo() returns alone does not say which data it is of. */
function fitOf(name: string, given: unknown): Fit {
  if (typeof given === "object" && given !== null) {
    const fit = "fit" in given ? given.fit : given;
    const whole = !("fit" in given) || ("loo" in given && isLoo(given.loo));
    if (whole && typeof fit === "object" && fit !== null && "spec" in fit && "draws" in fit) {
      requirePosterior(fit as Fit, "a comparison of models");
      return fit as Fit;
    }
  }
  throw new DataError(
    isLoo(given)
      ? `"${name}" is what loo() returned: give the fit itself, or { fit, loo }, so that models of different data are told apart`
      : `"${name}" is no fit: models are fits, or { fit, loo } with what loo(), kfold() or reloo() returned`,
  );
}

function isLoo(given: unknown): given is Loo {
  return typeof given === "object" && given !== null && "elpd" in given && "pointwise" in given;
}
