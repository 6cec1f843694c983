/**
 * Smooths, Gaussian processes and monotonic effects against Stan (brms 2.18): parameters, and linear predictors for rows of the fit
 * and new ones. Coefficients of smooths are defined up to a rotation, so that predictions stand for them.
 */
import { readFileSync } from "node:fs";
import {
  type BrmOptions,
  bf,
  brm,
  epred,
  linpred,
  type Predictions,
  prior,
  readCsv,
  summarise,
} from "nutmix";

interface Predicted {
  readonly mean: readonly number[];
  readonly sd: readonly number[];
}

interface TermCase {
  readonly formula: string;
  readonly types: Record<string, { factor: string[] } | { ordered: string[] }>;
  readonly priors: readonly { readonly prior: string; readonly class: string }[];
  /** The least bulk ESS of the reference. */
  readonly ess: number;
  readonly parameters: readonly {
    readonly name: string;
    readonly mean: number;
    readonly sd: number;
    readonly mcseMean: number;
    readonly mcseSd: number;
  }[];
  readonly fitted: {
    readonly rows: readonly number[];
    readonly linpred: Predicted;
    readonly dpar_sigma?: Predicted;
  };
  readonly new: {
    readonly data: readonly object[];
    readonly linpred: Predicted;
    readonly dpar_sigma?: Predicted;
  };
}

const folder = new URL("../fixtures/terms/", import.meta.url);
const SETTINGS: Readonly<Record<string, BrmOptions>> = {
  smooth_tp: { adaptDelta: 0.95 },
  smooth_by: { adaptDelta: 0.97 },
  smooth_sigma: { adaptDelta: 0.95 },
  gp_exact: { adaptDelta: 0.95 },
  gp_approx: { adaptDelta: 0.98 },
};

/** What disagrees with the reference, in words. */
export async function compareTermCase(name: string): Promise<string[]> {
  const reference = JSON.parse(readFileSync(new URL(`${name}.json`, folder), "utf8")) as TermCase;
  const data = readCsv(readFileSync(new URL(`${name}.csv`, folder), "utf8"), {
    columnTypes: reference.types,
  });
  const fit = await brm(bf(...(reference.formula.split("; ") as [string])), data, {
    priors: reference.priors.map(({ prior: text, ...where }) => prior(text, where)),
    draws: 1000,
    seed: 1,
    ...SETTINGS[name],
  });
  const rows = new Map(summarise(fit.draws).map((row) => [row.name, row]));
  const bad: string[] = [];
  for (const { name: own, mean, sd, mcseMean, mcseSd } of reference.parameters) {
    const row = rows.get(own);
    if (row === undefined) {
      bad.push(`${own} is missing`);
      continue;
    }
    const sign = own.startsWith("bs_") ? Math.sign(row.mean * mean) : 1;
    const z = (sign * row.mean - mean) / Math.hypot(row.mcseMean, mcseMean);
    if (!(Math.abs(z) <= 4)) bad.push(`${own}: ${row.mean} is ${z.toFixed(1)} standard errors from ${mean}`);
    const tolerance = Math.max(0.1, (4 * Math.hypot(row.mcseSd, mcseSd)) / sd);
    if (!(Math.abs(row.sd / sd - 1) <= tolerance)) bad.push(`${own}: sd ${row.sd}, not ${sd}`);
  }
  const ownEss = Math.min(...[...rows.values()].map((row) => row.essBulk));
  const check = (what: string, own: Predictions, theirs: Predicted | undefined, keep?: readonly number[]) => {
    const rows = own.summary();
    theirs?.mean.forEach((mean, i) => {
      const { estimate, error } = rows[keep === undefined ? i : keep[i]! - 1]!;
      const sd = theirs.sd[i]!;
      const z = (estimate - mean) / Math.hypot(error / Math.sqrt(ownEss), sd / Math.sqrt(reference.ess));
      if (!(Math.abs(z) <= 4))
        bad.push(`${what} ${i + 1}: ${estimate} is ${z.toFixed(1)} standard errors from ${mean}`);
      if (!(Math.abs(error / sd - 1) <= 0.15)) bad.push(`${what} ${i + 1}: sd ${error}, not ${sd}`);
    });
  };
  const { fitted, new: beyond } = reference;
  check("row", linpred(fit), fitted.linpred, fitted.rows);
  check("new row", linpred(fit, beyond.data), beyond.linpred);
  if (fitted.dpar_sigma !== undefined) {
    check("sigma of row", epred(fit, undefined, { dpar: "sigma" }), fitted.dpar_sigma, fitted.rows);
    check("sigma of new row", epred(fit, beyond.data, { dpar: "sigma" }), beyond.dpar_sigma);
  }
  return bad;
}
