/** What estimated means and tests of terms need of a fit: any fit will do. */
import type { Design } from "../../design/design.ts";
import type { CoefficientInference } from "../inference/tests.ts";

export interface LinearSource
  extends Pick<CoefficientInference, "names" | "estimates" | "covariance" | "dfOf"> {
  /** Of the fit; `names` may leave out aliased columns of it. */
  readonly design: Design;
}

/** Column numbers of `names` in the design of `mu`, −1 for the intercept. */
export function columnsOf({ design, names }: Pick<LinearSource, "design" | "names">): number[] {
  const own = design.predictors[0]!.population.names;
  return names.map((name) => own.indexOf(name));
}
