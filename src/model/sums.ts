/** From what a likelihood is computed, and what an evaluation costs. */
import type { SpecialDesign } from "../design/design.ts";
import { mergeRows } from "../design/merge-rows.ts";
import { SettingsError } from "../errors.ts";
import type { ModelSpec } from "./spec.ts";

/** `sums` = from sufficient statistics, `merged` = from distinct rows with weights, `rows` = row by row. */
export type LikelihoodForm = "sums" | "merged" | "rows";

const forms: readonly (LikelihoodForm | "auto")[] = ["auto", "sums", "merged", "rows"];

/** A specification before it is decided how it is to be computed. */
export type UndecidedSpec = Omit<ModelSpec, "strategy" | "likelihood">;

/** Largest relative error of the sum of squares that cancellation may leave. */
const PRECISION = 1e-8;
/** Costs in units of a multiplication of the dense kernels, measured on crossed models of 10⁴ rows. */
const PER_ENTRY = 16;
const PER_ROW = 20;
const PER_COLUMN = 2;
const FEW_ROWS = 100;

/** @throws SettingsError when `wanted` is sums and they cannot be had. */
export function chooseLikelihood(
  spec: UndecidedSpec,
  wanted: LikelihoodForm | "auto" = "auto",
): LikelihoodForm {
  if (!forms.includes(wanted)) {
    throw new SettingsError(`likelihood is auto, sums, merged or rows, not "${String(wanted)}"`);
  }
  if (wanted === "rows" || wanted === "merged") return wanted;
  const reason = withoutSums(spec);
  if (wanted === "sums") {
    if (reason !== undefined) {
      throw new SettingsError(
        `there are no sufficient statistics: ${reason}; use likelihood "rows" or "auto"`,
      );
    }
    return "sums";
  }
  return reason === undefined && sumsCost(spec) < rowsCost(spec) ? "sums" : "rows";
}

/** Whether rows are worth merging: when at least half of them repeat others. Fewer rows than this cost nothing. */
export function isWorthMerging({ design, priorOnly }: UndecidedSpec): boolean {
  return (
    !priorOnly && design.nobs >= FEW_ROWS && mergeRows(design, Math.floor(design.nobs / 2)) !== undefined
  );
}

/** Why the likelihood needs the rows, or undefined. */
function withoutSums({ design, family, priorOnly }: UndecidedSpec): string | undefined {
  if (priorOnly) return "the likelihood is left out";
  if (family.name !== "gaussian" || family.links.mu !== "identity") {
    return "the response is not Gaussian with an identity link";
  }
  const { response, predictors } = design;
  if (predictors.length > 1) return "another parameter than mu is predicted";
  if (response.censoring !== undefined) return "the response is censored";
  if (response.se !== undefined) return "rows have standard errors of their own";
  const [{ population, offset }] = predictors as [(typeof predictors)[0]];
  const { values, weights } = response;
  const y = offset === undefined ? values : values.map((value, i) => value - offset[i]!);
  if (!population.intercept && cancels(y, weights)) {
    return "the response lies so far from zero that sums of squares lose its variation";
  }
  return undefined;
}

function cancels(y: Float64Array, weights: Float64Array | undefined): boolean {
  let count = 0;
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < y.length; i++) {
    const weight = weights?.[i] ?? 1;
    count += weight;
    sum += weight * y[i]!;
    squares += weight * y[i]! ** 2;
  }
  const mean = sum / count;
  const spread = y.reduce((total, value, i) => total + (weights?.[i] ?? 1) * (value - mean) ** 2, 0);
  return !(squares * Number.EPSILON < PRECISION * spread);
}

/** Of an evaluation with its gradient. */
export function likelihoodCost(spec: UndecidedSpec, form: LikelihoodForm): number {
  return form === "sums" ? sumsCost(spec) : rowsCost(spec);
}

function rowsCost({ design }: UndecidedSpec): number {
  const { population, groups, special } = design.predictors[0]!;
  const own = groups.reduce((sum, { names }) => sum + 3 * names.length, population.names.length);
  const perRow = termFactors(special, design.nobs).reduce(
    (sum, { levels, width }) => sum + (levels > 1 ? 3 : 1) * width,
    own,
  );
  return design.nobs * (PER_ROW + PER_COLUMN * perRow);
}

/** From the most entries that X'X can have: levels of two factors may not all meet. */
function sumsCost({ design }: UndecidedSpec): number {
  const { population, groups, special } = design.predictors[0]!;
  const factors = [
    { levels: 1, width: population.names.length + (population.intercept ? 1 : 0) },
    ...groups.map(({ levels, names }) => ({ levels: levels.length, width: names.length })),
    ...termFactors(special, design.nobs),
  ];
  let entries = 0;
  factors.forEach((a, i) => {
    entries += a.levels * a.width ** 2;
    for (const b of factors.slice(i + 1)) {
      entries += Math.min(design.nobs, a.levels * b.levels) * a.width * b.width;
    }
  });
  return PER_ENTRY * entries;
}

/** Levels and columns of the rows of special terms. */
function termFactors(terms: readonly SpecialDesign[], n: number): { levels: number; width: number }[] {
  return terms.flatMap(({ rows }) =>
    rows.map((own) => ({
      levels: own.kind === "lookup" ? own.levels : 1,
      width: own.columns === null ? 1 : own.columns.length / n,
    })),
  );
}
