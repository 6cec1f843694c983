/**
 * What one evaluation of a model with its gradient costs, in units of a multiplication of the dense kernels (measured on crossed
 * models of 10⁴ rows).
 */
import type { SpecialDesign } from "../design/design.ts";
import { groupBlocks } from "./groups.ts";
import type { LikelihoodForm, UndecidedSpec } from "./spec.ts";
import { gaussianSize, placedTerms } from "./terms.ts";

const PER_ENTRY = 16;
const PER_ROW = 20;
const PER_COLUMN = 2;
/** What a leapfrog costs besides the likelihood, by coordinate. */
const PER_COORDINATE = 100;

/** Where effects and coefficients of terms are sampled. */
export function sampledCost(spec: UndecidedSpec, form: LikelihoodForm): number {
  const effects = groupBlocks(spec.design).reduce(
    (sum, { levels, coefficients }) => sum + levels.length * coefficients.length,
    placedTerms(spec.design).reduce((sum, term) => sum + gaussianSize(term), 0),
  );
  return (form === "sums" ? sumsCost(spec) : rowsCost(spec)) + PER_COORDINATE * effects;
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
