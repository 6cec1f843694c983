/** Models side by side by their expected log predictive density (Vehtari, Gelman & Gabry 2017, section 5). */
import { DataError } from "../errors.ts";
import { normalCdf } from "../numeric/special.ts";
import { type Loo, total } from "./loo.ts";

export interface NamedLoo {
  readonly name: string;
  readonly loo: Pick<Loo, "elpd" | "se" | "pLoo" | "pointwise" | "bad">;
  /** Tells observed data apart; models with different keys are not compared. */
  readonly responseKey?: string;
}

export interface LooComparisonRow {
  readonly name: string;
  /** Difference to the best model, at most 0, and its standard error from the paired pointwise differences. */
  readonly elpdDifference: number;
  readonly seDifference: number;
  /** Probability that this model predicts worse than the best, by the normal approximation. */
  readonly probabilityWorse: number;
  readonly elpd: number;
  readonly se: number;
  readonly pLoo: number;
  /** What speaks against the normal approximation of the difference, or "". */
  readonly note: string;
}

/** Fewer observations make the standard error of a difference too optimistic (Sivula, Magnusson & Vehtari 2020). */
const FEW_OBSERVATIONS = 100;
const SMALL_DIFFERENCE = 4;

/**
 * @returns the models, best first.
 * @throws DataError for fewer than two models, or models of different data.
 */
export function looCompare(models: readonly NamedLoo[]): LooComparisonRow[] {
  if (models.length < 2) throw new DataError("a comparison needs at least two models");
  const [first] = models;
  for (const { name, loo, responseKey } of models) {
    const n = loo.pointwise.elpd.length;
    const expected = first!.loo.pointwise.elpd.length;
    if (n !== expected) {
      throw new DataError(
        `${first!.name} has ${expected} observations, ${name} has ${n}: models are compared on the same data`,
      );
    }
    if (responseKey !== first!.responseKey) {
      throw new DataError(
        `${first!.name} and ${name} were fitted to different responses: models are compared on the same data`,
      );
    }
  }
  const sorted = [...models].sort((a, b) => b.loo.elpd - a.loo.elpd);
  const best = sorted[0]!.loo;
  return sorted.map(({ name, loo }, rank) => {
    const { sum, se } = total(loo.pointwise.elpd.map((value, i) => value - best.pointwise.elpd[i]!));
    return {
      name,
      elpdDifference: rank === 0 ? 0 : sum,
      seDifference: rank === 0 ? 0 : se,
      probabilityWorse: rank === 0 ? Number.NaN : se > 0 ? normalCdf(-sum / se) : 0.5,
      elpd: loo.elpd,
      se: loo.se,
      pLoo: loo.pLoo,
      note: [
        rank > 0 && loo.pointwise.elpd.length < FEW_OBSERVATIONS
          ? `fewer than ${FEW_OBSERVATIONS} observations`
          : "",
        rank > 0 && Math.abs(sum) < SMALL_DIFFERENCE ? `difference below ${SMALL_DIFFERENCE}` : "",
        loo.bad.length > 0 ? `${loo.bad.length} high Pareto k` : "",
      ]
        .filter((text) => text !== "")
        .join("; "),
    };
  });
}
