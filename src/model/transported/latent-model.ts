/**
 * What transported coordinates need to know of a compiled model: which coordinates are latent Gaussian effects and unbounded
 * coefficients, how they enter the linear predictors, and the likelihood of a row.
 */
import type { DensityBuilder, ParameterHandle } from "../../autodiff/density-builder.ts";
import type { Node } from "../../autodiff/graph.ts";
import type { ElementPrior } from "../../autodiff/ops/density.ts";
import { ops } from "../../autodiff/ops/index.ts";
import type { Bounds } from "../../constraints/constraint.ts";
import type { Design } from "../../design/design.ts";
import { NutmixError } from "../../errors.ts";
import type { RowKernel } from "../../families/family.ts";
import { scaledLink } from "../../families/links.ts";
import { packResponse } from "../../families/response-data.ts";
import * as Elementary from "../../numeric/elementary.ts";
import { type PredictorKey, predictorKey, sameKey } from "../../quantities/predictor-key.ts";
import type { CompileContext } from "../compile-context.ts";
import type { DeclaredGroup, TracedGroup } from "../group-level.ts";
import { groupBlocks } from "../groups.ts";
import { kernelOperands } from "../likelihood.ts";
import type { DeclaredPredictor, TracedPopulation } from "../population.ts";
import type { TracedPredictor } from "../predictor.ts";
import { hasThresholds } from "../targets.ts";
import {
  type DeclaredTerm,
  gaussianColumns,
  placedTerms,
  standardisedId,
  type TracedTerm,
} from "../terms.ts";

/** What the pattern of the latent effects' precision depends on. */
export interface LatentLayout {
  readonly rows: number;
  readonly predictors: readonly Pick<LatentPredictor, "coefficients">[];
  readonly blocks: readonly Omit<LatentBlock, "sd" | "cholesky">[];
}

export interface LatentModel extends LatentLayout {
  readonly builder: DensityBuilder;
  readonly predictors: readonly LatentPredictor[];
  readonly blocks: readonly LatentBlock[];
  readonly scales: readonly PositiveScales[];
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

/** Standard deviations that are positive and nothing else, and the effects that they belong to. */
export interface PositiveScales {
  /** First coordinates of log sd and of the partial correlations (−1 = none). */
  readonly sd: number;
  readonly correlations: number;
  readonly count: number;
  /** For each column of a block which of them it has. */
  readonly members: readonly { readonly block: LatentBlock; readonly elements: readonly number[] }[];
}

/** Effects r = diag(sd)·L·z for every level: of a grouping factor, or (one level) the coefficients of a smooth. */
export interface LatentBlock {
  /** Blocks of one grouping factor are together in the system. */
  readonly group: string;
  readonly levels: number;
  readonly size: number;
  /** Coordinate of z of the first level; levels × size follow, row-major. */
  readonly from: number;
  readonly sd: Node;
  readonly cholesky?: Node | undefined;
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

/** The blocks of a design without the nodes of a compiled model: groups, then terms with latent Gaussian vectors. */
export function latentBlocks(design: Pick<Design, "predictors" | "nobs">): LatentLayout["blocks"] {
  const { predictors, nobs } = design;
  const at = (key: PredictorKey) => predictors.findIndex((own) => sameKey(predictorKey(own.dpar, own), key));
  const groups = groupBlocks(design as Design).map(({ group, levels, coefficients, members }) => ({
    group: `group ${group}`,
    levels: levels.length,
    size: coefficients.length,
    from: 0,
    members: members.map(({ key, term, first }) => ({
      predictor: at(key),
      index: term.index,
      columns: term.columns,
      count: term.names.length,
      first,
    })),
  }));
  const terms = placedTerms(design as Design).flatMap((term) =>
    term.vectors.flatMap((vector, k) => {
      if (vector.kind !== "gaussian") return [];
      const { index, columns } = gaussianColumns(term, k, vector, nobs);
      return [
        {
          group: `term ${term.key.dpar} ${term.design.label} ${k}`,
          levels: vector.levels,
          size: vector.size,
          from: 0,
          members: [
            {
              predictor: at(term.key),
              index,
              columns,
              count: vector.size,
              first: 0,
            },
          ],
        },
      ];
    }),
  );
  return [...groups, ...terms];
}

/** The parts of a model as it was compiled. */
export interface CompiledParts {
  readonly predictors: {
    readonly declared: readonly DeclaredPredictor[];
    readonly populations: readonly TracedPopulation[];
    readonly traced: readonly TracedPredictor[];
  };
  readonly groups: { readonly declared: readonly DeclaredGroup[]; readonly traced: readonly TracedGroup[] };
  readonly terms: { readonly declared: readonly DeclaredTerm[]; readonly traced: readonly TracedTerm[] };
  /** Distributional parameters on the kernel's scale. */
  readonly values: ReadonlyMap<string, Node>;
}

export function latentModel(context: CompileContext, parts: CompiledParts): LatentModel {
  const { declared, populations, traced: predictors } = parts.predictors;
  const { declared: declaredGroups, traced: groups } = parts.groups;
  const { declared: declaredTerms, traced: terms } = parts.terms;
  const { spec, family, builder } = context;
  const { response, nobs } = spec.design;
  const placed = latentBlocks(spec.design);
  const vectors = declaredTerms.flatMap(({ term }, t) =>
    term.vectors.flatMap(({ kind }, k) => (kind === "gaussian" ? [{ t, k }] : [])),
  );
  const blocks = placed.map((layout, b): LatentBlock => {
    const group = declaredGroups[b];
    if (group !== undefined) {
      const { sd, cholesky } = groups[b]!;
      return { ...layout, from: group.standardised.from, sd, cholesky };
    }
    const { t, k } = vectors[b - declaredGroups.length]!;
    const from = declaredTerms[t]!.handles.get(standardisedId(k))!.from;
    return { ...layout, from, ...scaleOf(terms[t]!.vectors[k]!) };
  });
  const blockOfTerm = (t: number, k: number) =>
    blocks[declaredGroups.length + vectors.findIndex((own) => own.t === t && own.k === k)]!;
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
    blocks,
    scales: [
      ...declaredGroups.flatMap(({ block, sd, cholesky }, b) => {
        const elements = block.coefficients.map((_, k) => k);
        const correlations = cholesky?.from ?? -1;
        return positive(sd, correlations, [{ block: blocks[b]!, elements }]);
      }),
      ...declaredTerms.flatMap(({ term, handles }, t) =>
        [...handles].flatMap(([id, handle]) =>
          positive(
            handle,
            -1,
            term.vectors.flatMap((vector, k) =>
              vector.kind === "gaussian" && vector.scale.kind === "sds" && vector.scale.block === id
                ? [{ block: blockOfTerm(t, k), elements: vector.scale.elements }]
                : [],
            ),
          ),
        ),
      ),
    ],
    likelihood: {
      kernel: family.kernel({ links: spec.family.links, categories: spec.categories }),
      response: packResponse(response, family),
      weights: response.weights ?? null,
      censoring: response.censoring?.codes ?? null,
      operands: kernelOperands(context, parts.values).map((operand) => builder.graph.node(operand)),
      thresholds: predictors[0]!.thresholds,
      sigmaAt:
        family.dpars[0]!.scale === "identity" ? family.dpars.findIndex(({ name }) => name === "sigma") : -1,
    },
  };
}

/** Of a vector as `traceVector` makes it. */
function scaleOf({ source }: Node): { sd: Node; cholesky?: Node } {
  if (source.kind === "op" && source.op === ops.scaleEffects) return { sd: source.inputs[0]! };
  if (source.kind === "op" && source.op === ops.correlateEffects) {
    return { sd: source.inputs[0]!, cholesky: source.inputs[1]! };
  }
  throw new NutmixError("a latent Gaussian vector is neither scaled nor correlated");
}

function positive(
  { attributes, from, length }: ParameterHandle,
  correlations: number,
  members: PositiveScales["members"],
): PositiveScales[] {
  const bounds = attributes as Partial<Bounds> | undefined;
  if (members.length === 0 || bounds?.lower === undefined || bounds.upper === undefined) return [];
  const plain =
    bounds.lower.every((value) => value === 0) && bounds.upper.every((value) => value === Infinity);
  return plain ? [{ sd: from, correlations, count: length, members }] : [];
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
