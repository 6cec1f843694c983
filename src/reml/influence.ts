/** What a fit would be without each group or row: exact refits (lme4's influence(); Demidenko & Stukel 2005). */
import { SettingsError } from "../errors.ts";
import { positiveInverse } from "../linalg/small-matrices.ts";
import { callback, checkOptions, type OptionTable, signal, text } from "../options.ts";
import type { LmmFit } from "./lmm-fit.ts";
import { refit } from "./refit.ts";

export interface InfluenceRow {
  /** Level left out, or the 1-based number of the row in the data. */
  readonly deleted: string;
  /** Coefficients without it; NaN where a column could not be estimated any more. */
  readonly estimates: Float64Array;
  /** (β̂₍₋ᵢ₎ − β̂)ᵀ·C⁻¹·(β̂₍₋ᵢ₎ − β̂)/p with C the covariance of the full fit. */
  readonly cooksDistance: number;
  /** Change of each coefficient (deleted − full, as lme4), and that in standard errors of the deleted fit. */
  readonly dfbeta: Float64Array;
  readonly dfbetas: Float64Array;
  readonly sigma: number;
  readonly theta: Float64Array;
}

export interface InfluenceOptions {
  /** A grouping factor (its levels are left out in turn) or `rows`. */
  readonly by: string;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

const influenceOptions = { by: text, onProgress: callback, signal } satisfies OptionTable<InfluenceOptions>;

/** @throws SettingsError when there is no such grouping factor; DOMException AbortError when stopped. */
export async function influence(fit: LmmFit, options: InfluenceOptions): Promise<InfluenceRow[]> {
  const { by, onProgress, signal } = checkOptions("influence()", influenceOptions, options);
  const n = fit.nobs;
  const group = fit.design.predictors[0]!.groups.find((candidate) => candidate.group === by);
  if (group === undefined && by !== "rows") {
    const names = fit.design.predictors[0]!.groups.map((candidate) => candidate.group);
    throw new SettingsError(
      `influence is by a grouping factor (${names.join(", ")}) or by rows, not "${by}"`,
    );
  }
  const { rowNumbers } = fit.design.response;
  const labels = group?.levels ?? Array.from(rowNumbers, String);
  const codes = group?.index ?? Int32Array.from({ length: n }, (_, i) => i);
  const p = fit.fixed.names.length;
  const precision = positiveInverse(fit.fixed.covariance, p)!;
  const rows: InfluenceRow[] = [];
  for (let level = 0; level < labels.length; level++) {
    if (level % 16 === 0) await new Promise((resolve) => setTimeout(resolve, 0));
    signal?.throwIfAborted();
    const keep = Int32Array.from(Array.from({ length: n }, (_, i) => i).filter((i) => codes[i] !== level));
    rows.push(withoutRows(fit, keep, labels[level]!, precision));
    onProgress?.(level + 1, labels.length);
  }
  return rows;
}

function withoutRows(fit: LmmFit, keep: Int32Array, deleted: string, precision: Float64Array): InfluenceRow {
  const other = refit(fit, { keep, start: fit.theta });
  const p = fit.fixed.names.length;
  const at = fit.fixed.names.map((name) => other.fixed.names.indexOf(name));
  const q = other.fixed.names.length;
  const estimates = Float64Array.from(at, (j) => (j < 0 ? Number.NaN : other.fixed.estimates[j]!));
  const dfbeta = fit.fixed.estimates.map((full, j) => estimates[j]! - full);
  const dfbetas = dfbeta.map(
    (change, j) => change / Math.sqrt(other.fixed.covariance[at[j]! * (q + 1)] ?? Number.NaN),
  );
  let cooksDistance = 0;
  for (let i = 0; i < p; i++) {
    for (let j = 0; j < p; j++) cooksDistance += (dfbeta[i]! * precision[i * p + j]! * dfbeta[j]!) / p;
  }
  return { deleted, estimates, cooksDistance, dfbeta, dfbetas, sigma: other.sigma, theta: other.theta };
}
