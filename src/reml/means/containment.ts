/** Which terms contain which: the rule of SAS' four types of estimable functions. */
import type { Design } from "../../design/design.ts";
import { format } from "../../formula/format.ts";

export interface TermShape {
  readonly label: string;
  /** Factors of the term, in its order. */
  readonly factors: readonly string[];
  /** Its numeric variables. */
  readonly covariates: readonly string[];
}

/** The terms of `mu`; number 0 is the intercept, whether there is one or not. */
export function termShapes({ recipe, predictors }: Design): TermShape[] {
  const factors = new Set(recipe.factors.map(([label]) => label));
  const { population } = recipe.parts[0]!.terms;
  const shapes = population.map((term, t) => {
    const variables = term.factors.map(format);
    return {
      label: predictors[0]!.population.termLabels[t]!,
      factors: variables.filter((variable) => factors.has(variable)),
      covariates: variables.filter((variable) => !factors.has(variable)),
    };
  });
  return [{ label: "(Intercept)", factors: [], covariates: [] }, ...shapes];
}

/** `inner` is contained in `outer`: the same numeric variables, and more factors, among them all of `inner`. */
export function contains(outer: TermShape, inner: TermShape): boolean {
  return (
    outer.covariates.length === inner.covariates.length &&
    inner.covariates.every((name) => outer.covariates.includes(name)) &&
    outer.factors.length > inner.factors.length &&
    inner.factors.every((name) => outer.factors.includes(name))
  );
}
