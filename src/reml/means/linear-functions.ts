/** Linear functions of the coefficients: estimates, standard errors, tests and intervals of one family. */
import { bilinear, innerProduct } from "../inference/tests.ts";
import { adjustedP, criticalValue, type Family } from "./adjust.ts";
import type { Estimability } from "./estimability.ts";
import type { LinearSource } from "./linear-source.ts";

/** A linear function of the coefficients of all columns, plus a constant. */
export interface LinearFunction {
  readonly row: Float64Array;
  readonly offset: number;
}

export interface LinearEstimate {
  readonly estimate: number;
  /** NaN, as the estimate and all that follows, when the function is not estimable. */
  readonly se: number;
  /** Infinity: the statistic is taken as normal. */
  readonly df: number;
  readonly lower: number;
  readonly upper: number;
  readonly statistic: number;
  readonly p: number;
}

export function combination(
  functions: readonly LinearFunction[],
  coefficients: readonly number[],
): LinearFunction {
  const row = new Float64Array(functions[0]!.row.length);
  let offset = 0;
  functions.forEach((own, i) => {
    for (let j = 0; j < row.length; j++) row[j]! += coefficients[i]! * own.row[j]!;
    offset += coefficients[i]! * own.offset;
  });
  return { row, offset };
}

export interface Evaluated {
  readonly estimate: number;
  readonly se: number;
  readonly df: number;
}

export function evaluateFunction(
  { estimates, covariance, dfOf }: LinearSource,
  { row, offset }: LinearFunction,
  kept: readonly number[],
  left: readonly number[],
  check: Estimability,
): Evaluated {
  const own = Float64Array.from(kept, (j) => row[j]!);
  if (
    !check.isEstimable(
      own,
      Float64Array.from(left, (j) => row[j]!),
    )
  ) {
    return { estimate: Number.NaN, se: Number.NaN, df: Number.NaN };
  }
  return {
    estimate: innerProduct(own, estimates) + offset,
    se: Math.sqrt(bilinear(own, covariance, own)),
    df: dfOf(own),
  };
}

export function finish(values: readonly Evaluated[], level: number, family: Family): LinearEstimate[] {
  const statistics = values.map(({ estimate, se }) => estimate / se);
  const p = adjustedP(
    statistics,
    values.map(({ df }) => df),
    family,
  );
  // Quantiles are dear, and the degrees of freedom of a family mostly equal but for rounding.
  const known = new Map<string, number>();
  const critical = (df: number): number => {
    const key = df.toPrecision(9);
    const value = known.get(key) ?? criticalValue(level, df, family);
    known.set(key, value);
    return value;
  };
  return values.map(({ estimate, se, df }, i) => {
    const half = critical(df) * se;
    return {
      estimate,
      se,
      df,
      lower: estimate - half,
      upper: estimate + half,
      statistic: statistics[i]!,
      p: p[i]!,
    };
  });
}
