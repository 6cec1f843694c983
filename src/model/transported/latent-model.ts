/**
 * What transported coordinates need to know of a compiled model: which coordinates are latent Gaussian effects and unbounded
 * coefficients, how they enter the linear predictors, and the likelihood of a row.
 */
import type { DensityBuilder, ParameterHandle } from "../../autodiff/density-builder.ts";
import type { Node } from "../../autodiff/graph.ts";
import type { ElementPrior } from "../../autodiff/ops/density.ts";
import type { Bounds } from "../../constraints/constraint.ts";
import type { RowKernel } from "../../families/family.ts";
import { scaledLink } from "../../families/links.ts";
import { packResponse } from "../../families/response-data.ts";
import * as Elementary from "../../numeric/elementary.ts";
import { predictorKey, sameKey } from "../../quantities/predictor-key.ts";
import type { CompileContext } from "../compile-context.ts";
import type { DeclaredGroup, TracedGroup } from "../group-level.ts";
import { kernelOperands } from "../likelihood.ts";
import type { DeclaredPredictor, TracedPopulation } from "../population.ts";
import type { TracedPredictor } from "../predictor.ts";
import { hasThresholds } from "../targets.ts";

/** What the pattern of the latent effects' precision depends on. */
export interface LatentLayout {
  readonly rows: number;
  readonly predictors: readonly Pick<LatentPredictor, "coefficients">[];
  readonly blocks: readonly Omit<LatentBlock, "sd" | "cholesky" | "signable">[];
}

export interface LatentModel extends LatentLayout {
  readonly builder: DensityBuilder;
  readonly predictors: readonly LatentPredictor[];
  readonly blocks: readonly LatentBlock[];
  readonly likelihood: RowLikelihood;
}

/** The linear predictor of a distributional parameter. */
export interface LatentPredictor {
  readonly dpar: string;
  /** Which of the kernel's parameters it feeds. */
  readonly at: number;
  readonly eta: Node;
  /** Row i's η to the kernel's scale, and the derivative. */
  value(i: number, eta: number): number;
  derivative(i: number, eta: number): number;
  /** Unbounded coefficients: coordinate and parameter are the same. */
  readonly coefficients: readonly LatentCoefficient[];
  /** Bounded ones: they shift the latent effects' mean, and stay coordinates of their own. */
  readonly held: readonly HeldCoefficient[];
}

export interface LatentCoefficient {
  readonly coordinate: number;
  readonly column: Float64Array;
  readonly prior: ElementPrior | null;
}

export interface HeldCoefficient {
  readonly node: Node;
  readonly element: number;
  readonly column: Float64Array;
}

/** Effects r = diag(sd)·L·z for every level. */
export interface LatentBlock {
  readonly group: string;
  readonly levels: number;
  readonly size: number;
  /** Coordinate of z of the first level; levels × size follow, row-major. */
  readonly from: number;
  readonly sd: Node;
  readonly cholesky?: Node | undefined;
  /** Where their coordinates begin (correlations: −1 = none), when all standard deviations are positive and nothing else. */
  readonly signable: { readonly sd: number; readonly correlations: number } | undefined;
  readonly members: readonly LatentMember[];
}

export interface LatentMember {
  /** Position among the predictors. */
  readonly predictor: number;
  readonly index: Int32Array;
  /** rows × count, column-major. */
  readonly columns: Float64Array;
  readonly count: number;
  /** First coefficient of the block. */
  readonly first: number;
}

export interface RowLikelihood {
  readonly kernel: RowKernel;
  /** rows × 3: y, trials, upper bound. */
  readonly response: Float64Array;
  readonly weights: Float64Array | null;
  readonly censoring: Int8Array | null;
  /** The kernel's parameters, a scalar or a vector of rows each. */
  readonly operands: readonly Node[];
  readonly thresholds: Node | undefined;
  /** Which of the kernel's parameters is a residual standard deviation in logarithms; −1 = none. */
  readonly sigmaAt: number;
}

export function latentModel(
  context: CompileContext,
  declared: readonly DeclaredPredictor[],
  populations: readonly TracedPopulation[],
  predictors: readonly TracedPredictor[],
  declaredGroups: readonly DeclaredGroup[],
  groups: readonly TracedGroup[],
  values: ReadonlyMap<string, Node>,
): LatentModel {
  const { spec, family, builder } = context;
  const { response, nobs, predictors: designs } = spec.design;
  return {
    builder,
    rows: nobs,
    predictors: predictors.map((traced, k) => ({
      dpar: traced.dpar,
      at: family.dpars.findIndex(({ name }) => name === traced.dpar),
      eta: traced.eta,
      ...kernelScale(context, traced.dpar),
      ...coefficientsOf(context, declared[k]!, populations[k]!),
    })),
    blocks: declaredGroups.map(({ block, standardised, sd, cholesky }, b) => ({
      group: block.group,
      levels: block.levels.length,
      size: block.coefficients.length,
      from: standardised.from,
      sd: groups[b]!.sd,
      cholesky: groups[b]!.cholesky,
      signable: isPositive(sd) ? { sd: sd.from, correlations: cholesky?.from ?? -1 } : undefined,
      members: block.members.map(({ key, term, first }) => ({
        predictor: designs.findIndex((own) => sameKey(predictorKey(own.dpar, own), key)),
        index: term.index,
        columns: term.columns,
        count: term.names.length,
        first,
      })),
    })),
    likelihood: {
      kernel: family.kernel({ links: spec.family.links, categories: spec.categories }),
      response: packResponse(response, family),
      weights: response.weights ?? null,
      censoring: response.censoring?.codes ?? null,
      operands: kernelOperands(context, values).map((operand) => builder.graph.node(operand)),
      thresholds: predictors[0]!.thresholds,
      sigmaAt:
        family.dpars[0]!.scale === "identity" ? family.dpars.findIndex(({ name }) => name === "sigma") : -1,
    },
  };
}

function isPositive({ attributes }: ParameterHandle): boolean {
  const { lower, upper } = attributes as Bounds;
  return lower.every((value) => value === 0) && upper.every((value) => value === Infinity);
}

/** η ↦ the kernel's parameter, as `tracePredicted` has it. */
function kernelScale(
  { spec, family }: CompileContext,
  dpar: string,
): Pick<LatentPredictor, "value" | "derivative"> {
  if (hasThresholds(family, dpar)) return { value: (_, eta) => eta, derivative: () => 1 };
  const { scale } = family.dpars.find(({ name }) => name === dpar)!;
  const link = scaledLink(spec.family.links[dpar]!, scale);
  const { se } = spec.design.response;
  if (dpar !== "sigma" || se?.sigma !== true) {
    return { value: (_, eta) => link.value(eta), derivative: (_, eta) => link.derivative(eta) };
  }
  const errors = se.values;
  if (scale !== "log") {
    return {
      value: (i, eta) => Math.sqrt(link.value(eta) ** 2 + errors[i]! ** 2),
      derivative: (i, eta) => {
        const value = link.value(eta);
        return (value / Math.sqrt(value ** 2 + errors[i]! ** 2)) * link.derivative(eta);
      },
    };
  }
  const squared = (eta: number) => Elementary.exp(2 * link.value(eta));
  return {
    value: (i, eta) => 0.5 * Elementary.log(squared(eta) + errors[i]! ** 2),
    derivative: (i, eta) => (squared(eta) / (squared(eta) + errors[i]! ** 2)) * link.derivative(eta),
  };
}

function coefficientsOf(
  { spec, priors }: CompileContext,
  { design, means, coefficients, coefficientKeys, intercept, interceptKeys, thresholds }: DeclaredPredictor,
  traced: TracedPopulation,
): Pick<LatentPredictor, "coefficients" | "held"> {
  const n = spec.design.nobs;
  const latent: LatentCoefficient[] = [];
  const held: HeldCoefficient[] = [];
  const place = (
    handle: ParameterHandle,
    node: Node,
    elementPriors: readonly (ElementPrior | null)[],
    columnOf: (k: number) => Float64Array,
  ): void => {
    const { lower, upper } = handle.attributes as Bounds;
    let coordinate = handle.from;
    elementPriors.forEach((prior, element) => {
      const column = columnOf(element);
      const fixed = lower[element]! === upper[element]!;
      const bounded = lower[element]! > -Infinity || upper[element]! < Infinity;
      if (!bounded) latent.push({ coordinate, column, prior });
      else if (!fixed) held.push({ node, element, column });
      if (!fixed) coordinate++;
    });
  };
  if (coefficients !== undefined) {
    const { columns } = design.population;
    place(coefficients, traced.coefficients!, priors.elements(coefficientKeys), (k) =>
      columns.slice(k * n, (k + 1) * n).map((value) => value - (intercept === undefined ? 0 : means[k]!)),
    );
  }
  if (intercept !== undefined && !thresholds) {
    place(intercept, traced.intercept!, priors.elements(interceptKeys), () => new Float64Array(n).fill(1));
  }
  return { coefficients: latent, held };
}
