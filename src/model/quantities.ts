/** What the parameters of a formula's model report: quantities with brms' names. */
import type { Dpar } from "../families/family.ts";
import { drawPrefix, type PredictorKey, predictorKey } from "../quantities/predictor-key.ts";
import type { CoefficientKey, Quantity } from "../quantities/quantity.ts";
import type { GroupBlock } from "./groups.ts";
import { coefficientDraw, correlationDraw, effectArray, effectDraw, sdDraw } from "./names.ts";

const REAL = { lower: Number.NEGATIVE_INFINITY, upper: Number.POSITIVE_INFINITY };

/** Population-level coefficients of one predictor, by the names that draws give them. */
export function coefficientQuantity(key: PredictorKey, names: readonly string[]): Quantity {
  const coefficients = names.map((name): CoefficientKey => ({ key, name, label: drawPrefix(key) + name }));
  return {
    role: "coefficient",
    class: "b",
    names: names.map((name) => coefficientDraw(key, name)),
    labels: coefficients.map(({ label }) => label),
    ...REAL,
    key,
    coefficients,
    table: { title: "Regression Coefficients" },
  };
}

export function interceptQuantity(key: PredictorKey): Quantity {
  return coefficientQuantity(key, ["Intercept"]);
}

/** Cut points of an ordinal response. */
export function thresholdQuantity(key: PredictorKey, count: number): Quantity {
  const labels = Array.from({ length: count }, (_, k) => `${drawPrefix(key)}Intercept[${k + 1}]`);
  return {
    role: "threshold",
    class: "b",
    names: labels.map((label) => `b_${label}`),
    labels,
    ...REAL,
    key,
    arrays: [coefficientDraw(key, "Intercept")],
    table: { title: "Regression Coefficients" },
  };
}

/** Standard deviations of a block's coefficients. */
export function sdQuantity(block: GroupBlock): Quantity {
  const { group, coefficients } = block;
  return {
    role: "scale",
    class: "sd",
    names: coefficients.map(({ key, name }) => sdDraw(group, key, name)),
    labels: coefficients.map(({ label }) => `sd(${label})`),
    lower: 0,
    upper: Number.POSITIVE_INFINITY,
    group,
    coefficients: coefficientsOf(block),
    table: { title: "Multilevel Hyperparameters", group },
  };
}

/** Correlations of a block's coefficients: the lower triangle without its diagonal, row by row. */
export function correlationQuantity(block: GroupBlock): Quantity {
  const { group, coefficients } = block;
  const pairs = coefficients.flatMap(({ label: b }, i) =>
    coefficients.slice(0, i).map(({ label: a }) => ({ a, b })),
  );
  return {
    role: "correlation",
    class: "cor",
    names: pairs.map(({ a, b }) => correlationDraw(group, a, b)),
    labels: pairs.map(({ a, b }) => `cor(${a},${b})`),
    lower: -1,
    upper: 1,
    group,
    coefficients: coefficientsOf(block),
    table: { title: "Multilevel Hyperparameters", group },
  };
}

/** Effects coefficient by coefficient, all levels of the first one first. */
export function effectQuantity(block: GroupBlock): Quantity {
  const { group, levels, coefficients } = block;
  return {
    role: "effect",
    class: "r",
    names: coefficients.flatMap(({ key, name }) =>
      levels.map((level) => effectDraw(group, key, level, name)),
    ),
    ...REAL,
    group,
    levels,
    coefficients: coefficientsOf(block),
    arrays: coefficients.map(({ key }) => effectArray(group, key)),
  };
}

/** A distributional parameter that is one number; `known` when it is not estimated. */
export function familyQuantity({ name, lower, upper }: Dpar, known: boolean): Quantity {
  return {
    role: "family",
    class: name,
    names: [name],
    lower,
    upper,
    key: predictorKey(name),
    ...(known && { known }),
    table: { title: "Further Distributional Parameters" },
  };
}

/** The coefficients of a block, as quantities and their layout know them. */
export function coefficientsOf({ coefficients }: GroupBlock): CoefficientKey[] {
  return coefficients.map(({ key, name, label }) => ({ key, name, label }));
}
