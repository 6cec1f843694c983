/** Likelihood-ratio tests between nested fits, and comparison tables of AIC and BIC. */
import type { Design } from "../../design/design.ts";
import { DesignError } from "../../errors.ts";
import { chiSquareUpper } from "../../numeric/test-distributions.ts";
import type { LmmFit } from "../lmm-fit.ts";
import { refit } from "../refit.ts";

/** What a test needs to know of a fit, of whatever kind. */
export interface ComparableFit {
  readonly formula: string;
  readonly method: string;
  readonly nobs: number;
  readonly logLik: number;
  readonly df: number;
  readonly aic: number;
  readonly bic: number;
  /** Absent for nonlinear fits. */
  readonly design?: LmmFit["design"];
  /** Quadrature points of a generalised model; 1 is Laplace's approximation. */
  readonly nodes?: number;
}

export interface ComparisonRow {
  readonly formula: string;
  readonly df: number;
  readonly aic: number;
  readonly bic: number;
  readonly logLik: number;
  readonly deviance: number;
  /** Against the row before; NaN in the first row. */
  readonly chisq: number;
  readonly chisqDf: number;
  /** From χ² with `chisqDf` degrees of freedom. */
  readonly p: number;
  /**
   * When the models differ by the variance of one group-level term: from the even mixture of χ² with k − 1 and k degrees of
   * freedom, because the smaller model lies on the boundary (Self & Liang 1987; Stram & Lee 1994). Absent otherwise.
   */
  readonly pBoundary?: number;
}

export interface ComparisonTable {
  readonly rows: readonly ComparisonRow[];
  /** What was done to make the fits comparable. */
  readonly notes: readonly string[];
}

/**
 * Sorts the fits by number of parameters and tests each against the one before. REML fits whose population-level designs
 * differ are refitted with ML, as lme4's anova() does; with equal designs their restricted likelihoods are compared.
 * @throws DesignError when the fits are of different rows or responses.
 */
export function compareFits(...fits: readonly ComparableFit[]): ComparisonTable {
  if (fits.length < 2) throw new DesignError("a comparison needs at least two fits");
  checkSameRows(fits);
  const notes: string[] = [];
  const comparable = refitIfNeeded(fits, notes);
  const sorted = comparable.map((fit) => fit).sort((a, b) => a.df - b.df);
  const rows = sorted.map((fit, i): ComparisonRow => {
    const row = {
      formula: fit.formula,
      df: fit.df,
      aic: fit.aic,
      bic: fit.bic,
      logLik: fit.logLik,
      deviance: -2 * fit.logLik,
    };
    const smaller = sorted[i - 1];
    if (smaller === undefined) return { ...row, chisq: Number.NaN, chisqDf: Number.NaN, p: Number.NaN };
    const chisq = 2 * (fit.logLik - smaller.logLik);
    const chisqDf = fit.df - smaller.df;
    if (chisqDf === 0) {
      notes.push(`${fit.formula} and ${smaller.formula} have the same number of parameters: no test`);
      return { ...row, chisq, chisqDf, p: Number.NaN };
    }
    if (chisq < -1e-6) {
      notes.push(
        `${fit.formula} has the lower likelihood although it has more parameters: the models are not nested`,
      );
    }
    const p = chiSquareUpper(Math.max(0, chisq), chisqDf);
    const boundary = isBoundaryTest(smaller, fit)
      ? (chiSquareUpper(Math.max(0, chisq), chisqDf - 1) + p) / 2
      : undefined;
    return { ...row, chisq, chisqDf, p, ...(boundary !== undefined && { pBoundary: boundary }) };
  });
  return { rows, notes };
}

export function checkSameRows(fits: readonly ComparableFit[]): void {
  const [first, ...others] = fits;
  for (const other of others) {
    const own = first!.design?.response;
    const theirs = other.design?.response;
    const reason =
      first!.nobs !== other.nobs
        ? `one has ${first!.nobs} rows and the other ${other.nobs}`
        : own === undefined || theirs === undefined
          ? undefined
          : !sameNumbers(own.rowNumbers, theirs.rowNumbers)
            ? "they use different rows of the data"
            : own.name !== theirs.name || !sameNumbers(own.values, theirs.values)
              ? "their responses differ"
              : !sameNumbers(own.weights ?? [], theirs.weights ?? [])
                ? "their weights differ"
                : undefined;
    if (reason !== undefined) {
      throw new DesignError(
        `the fits cannot be compared: ${reason} (${first!.formula}; ${other.formula}). Rows with missing values are left out ` +
          "per model: restrict the data to rows complete for both first",
      );
    }
  }
}

function refitIfNeeded(fits: readonly ComparableFit[], notes: string[]): ComparableFit[] {
  const methods = new Set(fits.map(({ method }) => method));
  const nodes = new Set(fits.map((fit) => fit.nodes ?? 1));
  if (nodes.size > 1) {
    throw new DesignError(
      `the fits cannot be compared: their likelihoods are approximated with ${[...nodes].join(" and ")} quadrature points ` +
        "(1 is Laplace's approximation); fit all with the same `nodes`",
    );
  }
  if (fits.some(({ design }) => design === undefined)) {
    notes.push(
      "nonlinear fits keep no design: that all are of the same rows and response was not checked beyond their number",
    );
    if (methods.size > 1 || methods.has("REML")) {
      throw new DesignError(
        "nonlinear fits are compared by maximum likelihood: fit all with { reml: false }",
      );
    }
    return [...fits];
  }
  const kinds = fits.every((fit) => "kind" in fit && fit.kind === "lmm");
  if (!kinds || (methods.size === 1 && methods.has("ML"))) return [...fits];
  if (methods.size === 1 && fits.every((fit) => sameFixed(fit, fits[0]!))) {
    notes.push("restricted likelihoods are compared: the population-level parts are the same");
    return [...fits];
  }
  notes.push(
    "refitted with ML: restricted likelihoods of different population-level parts are not comparable",
  );
  return fits.map((fit) => (fit.method === "ML" ? fit : refit(fit as LmmFit, { method: "ML" })));
}

function sameFixed(a: ComparableFit, b: ComparableFit): boolean {
  if (a.design === undefined || b.design === undefined) return false;
  const [own, theirs] = [a.design.predictors[0]!.population, b.design.predictors[0]!.population];
  // Smooths have population-level columns of their own.
  const smooths = ({ special }: Design["predictors"][number]): string =>
    special.map(({ label }) => label).join("\n");
  if (smooths(a.design.predictors[0]!) !== smooths(b.design.predictors[0]!)) return false;
  return (
    own.intercept === theirs.intercept &&
    own.names.join("\n") === theirs.names.join("\n") &&
    sameNumbers(own.columns, theirs.columns)
  );
}

/** The larger model has the same population-level part and one more coefficient that varies. */
function isBoundaryTest(smaller: ComparableFit, larger: ComparableFit): boolean {
  if (!sameFixed(smaller, larger)) return false;
  const varying = ({ design }: ComparableFit): number =>
    design!.predictors[0]!.groups.reduce((sum, { names }) => sum + names.length, 0);
  return varying(larger) - varying(smaller) === 1;
}

function sameNumbers(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
