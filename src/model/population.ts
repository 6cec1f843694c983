/**
 * The population-level parameters of one linear predictor: coefficients, and the intercept (or thresholds) at the means of their
 * columns.
 */
import type { ParameterHandle } from "../autodiff/density-builder.ts";
import type { Node } from "../autodiff/graph.ts";
import type { PredictorDesign } from "../design/design.ts";
import { drawPrefix, predictorKey } from "../quantities/predictor-key.ts";
import type { CompileContext } from "./compile-context.ts";
import { coefficientName } from "./names.ts";
import { addPriors } from "./prior-terms.ts";
import type { PriorKey } from "./priors-of.ts";
import { hasThresholds } from "./targets.ts";

export interface DeclaredPredictor {
  readonly design: PredictorDesign;
  /** Of the population-level columns over all rows of the data. */
  readonly means: Float64Array;
  readonly coefficients?: ParameterHandle;
  readonly coefficientKeys: readonly PriorKey[];
  /** A scalar, or the vector of thresholds. */
  readonly intercept?: ParameterHandle;
  readonly interceptKeys: readonly PriorKey[];
  /** Whether `intercept` is a vector of thresholds. */
  readonly thresholds: boolean;
}

/** The population-level parameters as nodes. */
export interface TracedPopulation {
  readonly declared: DeclaredPredictor;
  readonly coefficients?: Node;
  /** At the means of the columns: a scalar, or the thresholds. */
  readonly intercept?: Node;
}

export function declarePredictor(
  context: CompileContext,
  design: PredictorDesign,
  means: Float64Array,
): DeclaredPredictor {
  const { builder, priors, family, spec } = context;
  const { dpar, population } = design;
  const key = predictorKey(dpar, design);
  const coefficientKeys = population.names.map((name) => ({
    class: "b",
    coef: coefficientName(name),
    ...key,
  }));
  const thresholds = hasThresholds(family, dpar);
  const interceptKeys: PriorKey[] = thresholds
    ? Array.from({ length: spec.categories - 1 }, (_, k) => ({
        class: "Intercept",
        coef: String(k + 1),
        ...key,
      }))
    : population.intercept
      ? [{ class: "Intercept", ...key }]
      : [];
  const declared: DeclaredPredictor = { design, means, coefficientKeys, interceptKeys, thresholds };
  const prefix = drawPrefix(key);
  const withCoefficients =
    coefficientKeys.length === 0
      ? declared
      : {
          ...declared,
          coefficients: builder.declare(`b_${prefix}`.slice(0, -1), {
            shape: [coefficientKeys.length],
            ...priors.bounds(coefficientKeys),
          }),
        };
  if (thresholds) {
    return {
      ...withCoefficients,
      intercept: builder.declare("Intercept", {
        shape: [interceptKeys.length],
        ...(family.thresholds === "ordered" && { constraint: "ordered" }),
      }),
    };
  }
  if (interceptKeys.length === 0) return withCoefficients;
  const options = { ...priors.bounds(interceptKeys), start: priors.start(interceptKeys[0]!) };
  return { ...withCoefficients, intercept: builder.declare(`${prefix}Intercept`, options) };
}

export function tracePopulation(context: CompileContext, declared: DeclaredPredictor): TracedPopulation {
  const { builder } = context;
  const coefficients = declared.coefficients && builder.parameter(declared.coefficients);
  const intercept = declared.intercept && builder.parameter(declared.intercept);
  if (coefficients !== undefined) addPriors(context, coefficients, declared.coefficientKeys);
  if (intercept !== undefined) addPriors(context, intercept, declared.interceptKeys);
  return { declared, ...(coefficients && { coefficients }), ...(intercept && { intercept }) };
}

export function columnMeans(columns: Float64Array, rows: number): Float64Array {
  const means = new Float64Array(columns.length / rows);
  for (let k = 0; k < means.length; k++) {
    let total = 0;
    for (let i = 0; i < rows; i++) total += columns[k * rows + i]!;
    means[k] = total / rows;
  }
  return means;
}
