/** Tests of the terms of a model. */
import { SettingsError } from "../../errors.ts";
import type { FTest } from "../inference/tests.ts";
import type { LinearSource } from "./linear-source.ts";
import { type Hypothesis, typeOne, typeTwo } from "./sequential-hypotheses.ts";
import { typeThree } from "./type-three.ts";

export interface AnovaRow extends FTest {
  readonly term: string;
}

export type AnovaType = 1 | 2 | 3;

/**
 * The hypothesis Lβ = 0 of each term, rows of L over the names of the fit.
 * Type 1: after the terms before it; 2: after all terms that do not contain it; 3: after all terms, by marginal means.
 * @throws SettingsError for other types; DesignError where type 3 is not defined.
 */
export function anovaHypotheses(
  source: Pick<LinearSource, "design" | "names">,
  type: AnovaType,
): Hypothesis[] {
  if (type === 1) return typeOne(source);
  if (type === 2) return typeTwo(source);
  if (type === 3) return typeThree(source);
  throw new SettingsError(`there is no analysis of variance of type ${String(type)}; there are 1, 2 and 3`);
}

/**
 * One row per term. A term of which nothing can be estimated has df1 = 0 and NaN.
 * @param fTest test of Lβ = 0 for the rows of L.
 */
export function anovaTable(
  source: Pick<LinearSource, "design" | "names">,
  type: AnovaType,
  fTest: (rows: readonly Float64Array[]) => FTest,
): AnovaRow[] {
  return anovaHypotheses(source, type).map(({ term, rows }) => ({
    term,
    ...(rows.length === 0 ? { f: Number.NaN, df1: 0, df2: Number.NaN, p: Number.NaN } : fTest(rows)),
  }));
}
