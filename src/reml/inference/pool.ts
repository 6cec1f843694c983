/**
 * Fits to several imputations of one data set as one result: Rubin's rules (Rubin 1987, section 3.1) with the degrees of freedom
 * of Barnard & Rubin (1999, Biometrika 86(4)).
 */
import { SettingsError } from "../../errors.ts";
import { checkOptions, number, type OptionTable, share } from "../../options.ts";
import type { FixedEffects } from "../lmm-fit.ts";
import { type CoefficientRow, waldRow } from "./coefficient-table.ts";

export interface PooledRow extends CoefficientRow {
  /** Variance within imputations, and between them. */
  readonly within: number;
  readonly between: number;
  /** Relative increase in variance due to what is missing; share of it in the total; fraction of missing information. */
  readonly riv: number;
  readonly lambda: number;
  readonly fmi: number;
}

export interface PoolOptions {
  /** Degrees of freedom that complete data would have; default rows less coefficients. */
  readonly completeDf?: number;
  /** Coverage of the intervals; default 0.95. */
  readonly level?: number;
}

const poolOptions = { completeDf: number, level: share } satisfies OptionTable<PoolOptions>;

/**
 * @param fits linear, generalised or estimating-equation fits of one formula, one per imputed data set.
 * @throws SettingsError with fewer than two fits, or when their coefficients differ.
 */
export function pool(
  fits: readonly { readonly fixed: FixedEffects; readonly nobs: number }[],
  options: PoolOptions = {},
): PooledRow[] {
  const { completeDf, level = 0.95 } = checkOptions("pool()", poolOptions, options);
  const m = fits.length;
  if (m < 2) throw new SettingsError("pooling takes the fits of at least two imputed data sets");
  const { names } = fits[0]!.fixed;
  const odd = fits.findIndex(({ fixed }) => fixed.names.join("\n") !== names.join("\n"));
  if (odd >= 0) {
    throw new SettingsError(
      `fit ${odd + 1} has the coefficients ${fits[odd]!.fixed.names.join(", ")}, the first has ${names.join(", ")}: fit one formula`,
    );
  }
  const p = names.length;
  const complete = completeDf ?? fits[0]!.nobs - p;
  return names.map((name, j) => {
    const estimates = fits.map(({ fixed }) => fixed.estimates[j]!);
    const estimate = average(estimates);
    const within = average(fits.map(({ fixed }) => fixed.covariance[j * p + j]!));
    const between = estimates.reduce((sum, value) => sum + (value - estimate) ** 2, 0) / (m - 1);
    const extra = (1 + 1 / m) * between;
    const total = within + extra;
    const lambda = extra / total;
    const riv = extra / within;
    const old = (m - 1) / lambda ** 2;
    const observed = ((complete + 1) / (complete + 3)) * complete * (1 - lambda);
    const df = lambda === 0 ? observed : (old * observed) / (old + observed);
    return {
      ...waldRow(name, estimate, Math.sqrt(total), df, level),
      within,
      between,
      riv,
      lambda,
      fmi: (riv + 2 / (df + 3)) / (riv + 1),
    };
  });
}

const average = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
