/** Responses that say nothing about what a family's parameters are: every value the same. */
import type { ResponseDesign } from "../design/design.ts";
import { DataError } from "../errors.ts";
import type { Family } from "./family.ts";

/** A response whose values are all equal. */
export interface ConstantResponse {
  /** `y is 3 in each of the 40 rows` */
  readonly text: string;
  /**
   * What the likelihood does with it: rises without bound as the spread of a continuous response shrinks (`spread`), or as
   * the mean runs to the end of its range (`mean`: counts that are all 0, trials that all fail); `none` = a maximum exists.
   */
  readonly rises: "spread" | "mean" | "none";
}

/** Parameters that describe how far a continuous response spreads around its mean. */
const SPREADS: ReadonlySet<string> = new Set(["sigma", "shape", "phi"]);

export function constantResponse(response: ResponseDesign, family: Family): ConstantResponse | undefined {
  const { values, levels, name, trials, se, censoring } = response;
  const first = values[0]!;
  if (values.length < 2 || censoring !== undefined || values.some((value) => value !== first))
    return undefined;
  const shown = levels?.[first] ?? String(first);
  const text = `${name} is ${shown} in each of the ${values.length} rows`;
  if (trials !== undefined) {
    const allSucceed = trials.every((count) => count === first);
    return { text, rises: first === 0 || allSucceed ? "mean" : "none" };
  }
  if (family.response.kind === "binary") return { text, rises: "mean" };
  const isCount = family.response.check(0.5, 1) !== undefined && family.response.check(2, 1) === undefined;
  const isLeast = first === 0 && family.response.check(-1, 1) !== undefined;
  if (isLeast && family.response.kind === "numeric") return { text, rises: "mean" };
  const spreads = !isCount && se === undefined && family.dpars.some((dpar) => SPREADS.has(dpar.name));
  return { text, rises: spreads && family.response.kind === "numeric" ? "spread" : "none" };
}

/**
 * @throws DataError when a continuous response is constant: its likelihood rises without bound as the spread goes to 0, so
 * that there is neither a maximum nor, under priors that do not rule out 0, a posterior.
 */
export function refuseWithoutSpread(response: ResponseDesign, family: Family): void {
  const constant = constantResponse(response, family);
  if (constant?.rises !== "spread") return;
  throw new DataError(
    `${constant.text}: there is no variation to model, and the likelihood of the family ${family.name} rises without bound as ` +
      "the spread goes to 0",
  );
}
