/**
 * Models of responses and columns that are very large, very small or far from zero, in units in which everything is of order
 * one: the sampler's first steps, sums of squares and exponents of both are made for such numbers. A power of two as the unit
 * changes no digit, what is reported is turned back, and the posterior is the same.
 */
import type { Design, GroupDesign, PredictorDesign } from "../design/design.ts";
import { familyOf } from "../families/index.ts";
import type { Posterior } from "../log-density.ts";
import * as Elementary from "../numeric/elementary.ts";
import type { DistributionCall, ResolvedPrior } from "../priors/prior.ts";
import type { Quantity } from "../quantities/quantity.ts";
import { coefficientName } from "./names.ts";
import type { ModelSpec } from "./spec.ts";

/** x = unit·x′ + centre. */
interface Affine {
  readonly unit: number;
  readonly centre: number;
}

export interface Units {
  readonly response: Affine;
  /** Of the columns of predictor k: population-level ones, then those of each group-level term. */
  readonly columns: readonly {
    readonly population: Float64Array;
    readonly groups: readonly Float64Array[];
  }[];
}

/** Ordinary numbers stay as they are, to the last bit. */
const LARGE = 1e6;
/** Means so far from zero, in standard deviations, that sums of squares lose the digits that matter. */
const FAR = 1e4;

/** Families whose response may be measured in other units, with the parameters that are in these units too. */
const MEASURED: Readonly<Record<string, readonly string[]>> = {
  gaussian: ["sigma"],
  student: ["sigma"],
  skew_normal: ["sigma"],
  exgaussian: ["sigma", "beta"],
};

const SAME: Affine = { unit: 1, centre: 0 };

/** The units in which a model is sampled, or undefined where its own will do. */
export function unitsOf(spec: ModelSpec): Units | undefined {
  const { design } = spec;
  // Bases of terms of other kinds have scales of their own.
  if (design.predictors.some(({ special }) => special.length > 0)) return undefined;
  const columns = design.predictors.map((predictor) => columnUnits(predictor, design.nobs));
  const response = responseUnit(spec);
  const usual =
    response === SAME &&
    columns.every((own) => [own.population, ...own.groups].every((units) => units.every((u) => u === 1)));
  if (usual) return undefined;
  const units = { response, columns };
  return inUnits(spec, units) === undefined ? undefined : units;
}

function responseUnit({ design, family }: ModelSpec): Affine {
  const { response, predictors, nobs } = design;
  const [mu] = predictors;
  const spreads = Object.hasOwn(MEASURED, family.name) ? MEASURED[family.name]! : undefined;
  if (spreads === undefined || family.links.mu !== "identity" || response.levels !== undefined) return SAME;
  for (const { dpar, population } of predictors) {
    if (spreads.includes(dpar) && (family.links[dpar] !== "log" || !population.intercept)) return SAME;
  }
  const values = response.values.map((value, i) => value - (mu!.offset?.[i] ?? 0));
  const centre = mu!.population.intercept ? values.reduce((sum, value) => sum + value / nobs, 0) : 0;
  const spread = rootMeanSquare(values, centre);
  const unit = spread > 0 ? spread : Math.abs(centre) || 1;
  if (!isUnusual(unit) && Math.abs(centre) <= FAR * unit) return SAME;
  return { unit: powerOfTwo(unit), centre };
}

function columnUnits({ population, groups }: PredictorDesign, n: number): Units["columns"][number] {
  return {
    population: Float64Array.from(population.names, (_, k) =>
      unitOfColumn(population.columns.subarray(k * n, (k + 1) * n), population.intercept),
    ),
    groups: groups.map(({ names, columns }) =>
      Float64Array.from(names, (_, k) => unitOfColumn(columns.subarray(k * n, (k + 1) * n), false)),
    ),
  };
}

function unitOfColumn(column: Float64Array, centred: boolean): number {
  const centre = centred ? column.reduce((sum, value) => sum + value / column.length, 0) : 0;
  const spread = rootMeanSquare(column, centre);
  return isUnusual(spread) ? powerOfTwo(spread) : 1;
}

const isUnusual = (spread: number): boolean => spread > LARGE || (spread > 0 && spread < 1 / LARGE);

const powerOfTwo = (x: number): number => 2 ** Math.round(Elementary.log2(x));

/** Without squares that overflow; 0 around the mean of equal values, which rounding may have moved. */
function rootMeanSquare(values: Float64Array, centre: number): number {
  if (centre !== 0 && values.every((value) => value === values[0])) return 0;
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value - centre));
  if (largest === 0) return 0;
  let squares = 0;
  for (const value of values) squares += ((value - centre) / largest) ** 2;
  return largest * Math.sqrt(squares / values.length);
}

/** The model in other units; undefined when a prior has no counterpart in them. */
export function inUnits(spec: ModelSpec, units: Units): ModelSpec | undefined {
  const priors: ResolvedPrior[] = [];
  for (const prior of spec.priors) {
    const { unit, centre } = ofPrior(spec, units, prior);
    const call = callInUnits(prior.call, unit, centre);
    if (call === undefined) return undefined;
    const bound = (x: number): number => (x - centre) / unit;
    priors.push({ ...prior, call, lower: bound(prior.lower), upper: bound(prior.upper) });
  }
  return { ...spec, priors, design: designInUnits(spec.design, units) };
}

function designInUnits(design: Design, { response: { unit, centre }, columns }: Units): Design {
  const { response, predictors, nobs: n } = design;
  const { se, censoring } = response;
  const divided = (values: Float64Array, by: Float64Array): Float64Array =>
    by.every((u) => u === 1) ? values : values.map((value, at) => value / by[Math.floor(at / n)]!);
  return {
    ...design,
    response: {
      ...response,
      values: response.values.map((value) => (value - centre) / unit),
      ...(se && { se: { ...se, values: se.values.map((value) => value / unit) } }),
      ...(censoring?.upper && {
        censoring: { ...censoring, upper: censoring.upper.map((value) => (value - centre) / unit) },
      }),
    },
    predictors: predictors.map((predictor, k) => ({
      ...predictor,
      population: {
        ...predictor.population,
        columns: divided(predictor.population.columns, columns[k]!.population),
      },
      groups: predictor.groups.map(
        (group, j): GroupDesign => ({ ...group, columns: divided(group.columns, columns[k]!.groups[j]!) }),
      ),
      ...(predictor.dpar === "mu" &&
        predictor.offset && { offset: predictor.offset.map((value) => value / unit) }),
    })),
  };
}

/** A linear predictor and its intercept: that of mu is measured like the response, that of log sigma moves by its logarithm. */
function ofPredictor({ family }: ModelSpec, { response }: Units, dpar: string): Affine {
  if (dpar === "mu" || dpar === "") return response;
  return MEASURED[family.name]?.includes(dpar) === true && response.unit !== 1
    ? { unit: 1, centre: Elementary.log(response.unit) }
    : SAME;
}

function ofCoefficient(spec: ModelSpec, units: Units, dpar: string, name: string): Affine {
  const k = spec.design.predictors.findIndex((predictor) => predictor.dpar === (dpar || "mu"));
  const own = ofPredictor(spec, units, dpar);
  const { names } = spec.design.predictors[k]!.population;
  const column = names.findIndex((raw) => coefficientName(raw) === name);
  if (column < 0) return own;
  return { unit: own.unit / units.columns[k]!.population[column]!, centre: 0 };
}

/** A standard deviation of effects, or the effects themselves. */
function ofEffect(spec: ModelSpec, units: Units, group: string, dpar: string, name: string): Affine {
  const k = spec.design.predictors.findIndex((predictor) => predictor.dpar === (dpar || "mu"));
  const { unit } = ofPredictor(spec, units, dpar);
  for (const [j, term] of (spec.design.predictors[k]?.groups ?? []).entries()) {
    const column = term.names.findIndex((raw) => coefficientName(raw) === name);
    if (term.group === group && column >= 0)
      return { unit: unit / units.columns[k]!.groups[j]![column]!, centre: 0 };
  }
  return { unit, centre: 0 };
}

function ofFamily({ family }: ModelSpec, { response }: Units, name: string): Affine {
  return MEASURED[family.name]?.includes(name) === true ? { unit: response.unit, centre: 0 } : SAME;
}

function ofPrior(spec: ModelSpec, units: Units, { target }: ResolvedPrior): Affine {
  const { class: kind, coef, group, dpar } = target;
  if (kind === "b") return ofCoefficient(spec, units, dpar, coef);
  if (kind === "Intercept") return coef === "" ? ofPredictor(spec, units, dpar) : SAME;
  if (kind === "sd") return ofEffect(spec, units, group, dpar, coef);
  return familyOf(spec.family).dpars.some(({ name }) => name === kind) ? ofFamily(spec, units, kind) : SAME;
}

/** The prior of x′ where x = unit·x′ + centre has `call`; undefined where no distribution of the table is it. */
function callInUnits(call: DistributionCall, unit: number, centre: number): DistributionCall | undefined {
  if (call.name === "" || (unit === 1 && centre === 0)) return call;
  const [first = 0, second = 1, third = 1] = call.arguments;
  const place = (x: number): number => (x - centre) / unit;
  const as = (...args: number[]): DistributionCall => ({ name: call.name, arguments: args });
  switch (call.name) {
    case "constant":
      return as(place(first));
    case "normal":
    case "cauchy":
    case "logistic":
    case "double_exponential":
      return as(place(first), second / unit);
    case "student_t":
      return as(first, place(second), third / unit);
    case "uniform":
      return as(place(first), place(second));
  }
  if (centre !== 0) return undefined;
  switch (call.name) {
    case "exponential":
      return as(first * unit);
    case "gamma":
      return as(first, second * unit);
    case "inv_gamma":
      return as(first, second / unit);
    case "lognormal":
      return as(first - Elementary.log(unit), second);
    default:
      return undefined;
  }
}

/** Unconstrained coordinates are of order one: chains start there, wherever vague priors have their mean. */
const START = 2;

/**
 * A posterior of `inUnits(spec, units)` as one of `spec`: what is drawn is in its own units. So is the density when it is to be
 * `normalised` (integrals over it are marginal likelihoods of the response as it was measured); samplers need no constant.
 */
export function fromUnits(
  posterior: Posterior,
  spec: ModelSpec,
  units: Units,
  normalised: boolean,
): Posterior {
  const map = (posterior.quantities ?? []).flatMap((quantity) => ofQuantity(spec, units, quantity));
  const { weights } = spec.design.response;
  const rows = weights?.reduce((sum, weight) => sum + weight, 0) ?? spec.design.nobs;
  const constant = spec.priorOnly || !normalised ? 0 : -rows * Elementary.log(units.response.unit);
  const { density, unconstrain, coordinates, start } = posterior;
  return {
    ...posterior,
    density: { ...density, evaluate: (q, gradient) => density.evaluate(q, gradient) + constant },
    constrain(q, rng, out) {
      posterior.constrain(q, rng, out);
      map.forEach(({ unit, centre }, j) => {
        out[j] = out[j]! * unit + centre;
      });
    },
    ...(unconstrain && {
      unconstrain(draw: Float64Array, q: Float64Array) {
        unconstrain(
          draw.map((value, j) => (value - map[j]!.centre) / map[j]!.unit),
          q,
        );
      },
    }),
    ...(coordinates && {
      coordinates: {
        ...coordinates,
        apply: (chosen) => fromUnits(coordinates.apply(chosen), spec, units, normalised),
      },
    }),
    ...(start && { start: start.map((value) => Math.min(START, Math.max(-START, value))) }),
  };
}

function ofQuantity(spec: ModelSpec, units: Units, quantity: Quantity): Affine[] {
  const { role, names, coefficients, levels, group = "", key, known } = quantity;
  return names.map((name, k): Affine => {
    if (known === true) return SAME;
    if (role === "coefficient" && coefficients !== undefined)
      return ofCoefficient(spec, units, coefficients[k]!.key.dpar, coefficients[k]!.name);
    if ((role === "scale" || role === "effect") && coefficients !== undefined) {
      const own = coefficients[role === "scale" ? k : Math.floor(k / levels!.length)]!;
      return ofEffect(spec, units, group, own.key.dpar, own.name);
    }
    return role === "family" && key !== undefined ? ofFamily(spec, units, name) : SAME;
  });
}
