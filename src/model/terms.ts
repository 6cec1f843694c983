/**
 * Terms of registered kinds in a model: their parameter blocks declared, given priors, traced, reported and read back, without
 * knowing what any of them is.
 */
import type { DensityBuilder, ParameterHandle } from "../autodiff/density-builder.ts";
import { gather } from "../autodiff/expressions.ts";
import type { Node } from "../autodiff/graph.ts";
import { ops } from "../autodiff/ops/index.ts";
import type { PredictorPart } from "../autodiff/ops/linear-predictor.ts";
import type { Design, SpecialDesign } from "../design/design.ts";
import { dirichlet } from "../distributions/dirichlet.ts";
import { lkjCholesky } from "../distributions/lkj-cholesky.ts";
import { NutmixError } from "../errors.ts";
import { type PredictorKey, predictorKey } from "../quantities/predictor-key.ts";
import type { Quantity, QuantityRole } from "../quantities/quantity.ts";
import { behaviourOf, type TermBehaviour } from "../terms/index.ts";
import type {
  GaussianScale,
  ParameterBlock,
  ParameterNodes,
  TermRows,
  TermTarget,
  TermVector,
} from "../terms/term.ts";
import type { CompileContext } from "./compile-context.ts";
import { addPriors } from "./prior-terms.ts";
import type { PriorKey } from "./priors-of.ts";

/** A term of a design with what it says of itself. */
export interface PlacedTerm {
  readonly key: PredictorKey;
  readonly design: SpecialDesign;
  readonly behaviour: TermBehaviour;
  readonly parameters: readonly ParameterBlock[];
  readonly vectors: readonly TermVector[];
}

export type GaussianVector = TermVector & { readonly kind: "gaussian" };

/** All of them, predictor by predictor. */
export function placedTerms({ predictors }: Pick<Design, "predictors">): PlacedTerm[] {
  return predictors.flatMap((predictor) =>
    predictor.special.map((design) => place(predictorKey(predictor.dpar, predictor), design)),
  );
}

function place(key: PredictorKey, design: SpecialDesign): PlacedTerm {
  const behaviour = behaviourOf(design.kind);
  return {
    key,
    design,
    behaviour,
    parameters: behaviour.parameters(design.state, key),
    vectors: behaviour.vectors(design.state, key),
  };
}

/** The rows of a Gaussian vector as one covariance block has them: the level that a row meets, and its columns within it. */
export interface GaussianColumns {
  readonly levels: number;
  readonly size: number;
  readonly index: Int32Array;
  /** n × size, column-major. */
  readonly columns: Float64Array;
}

/** Of vector `k` of a term with `n` rows. */
export function gaussianColumns(
  { design }: Pick<PlacedTerm, "design">,
  k: number,
  { levels, size }: Pick<GaussianVector, "levels" | "size">,
  n: number,
): GaussianColumns {
  const rows = design.rows[k]!;
  const index = new Int32Array(n);
  if (rows.kind === "dense") return { levels, size, index, columns: rows.columns };
  const columns = rows.columns ?? new Float64Array(n).fill(1);
  if (rows.levels === levels) return { levels, size, index: rows.index, columns };
  // Levels that are correlated with each other are columns of one level.
  const width = columns.length / n;
  const dense = new Float64Array(n * size);
  for (let m = 0; m < width; m++) {
    for (let i = 0; i < n; i++) dense[(rows.index[i]! * width + m) * n + i] = columns[m * n + i]!;
  }
  return { levels, size, index, columns: dense };
}

/** Number of its latent Gaussian coefficients. */
export function gaussianSize({ vectors }: PlacedTerm): number {
  return vectors.reduce(
    (sum, vector) => sum + (vector.kind === "gaussian" ? vector.levels * vector.size : 0),
    0,
  );
}

/** Under which the prior of an element, or of a whole block, is found. */
export function priorKeyOf(key: PredictorKey, { class: own, coef, group = "" }: TermTarget): PriorKey {
  return { class: own, coef, group, ...key };
}

/** Block id of the standardised coefficients of Gaussian vector `k`. */
export function standardisedId(k: number): string {
  return `z${k}`;
}

export interface DeclaredTerm {
  readonly term: PlacedTerm;
  readonly handles: ReadonlyMap<string, ParameterHandle>;
}

export interface TracedTerm {
  readonly term: PlacedTerm;
  readonly reports: readonly { readonly quantity: Quantity; readonly node: Node }[];
  /** One per vector, in the shape that the linear predictor takes. */
  readonly vectors: readonly Node[];
  /** Of a term that may vary over groups: what its coefficient is multiplied by. */
  readonly values?: Node;
}

export function declareTerm({ builder, priors }: CompileContext, term: PlacedTerm): DeclaredTerm {
  const handles = new Map<string, ParameterHandle>();
  for (const block of term.parameters) {
    const { id, shape, constraint, prior, start = 0 } = block;
    const bounds =
      prior.kind === "elements" && constraint === undefined
        ? priors.bounds(prior.targets.map((target) => priorKeyOf(term.key, target)))
        : {};
    handles.set(
      id,
      builder.declare(block.quantity?.names[0] ?? `${id} of ${term.design.label}`, {
        shape,
        start,
        ...bounds,
        ...(constraint && { constraint }),
      }),
    );
  }
  term.vectors.forEach((vector, k) => {
    if (vector.kind !== "gaussian") return;
    const id = standardisedId(k);
    const name = `z of ${term.design.label}`;
    handles.set(id, builder.declare(name, { shape: [vector.levels, vector.size] }));
  });
  return { term, handles };
}

export function traceTerm(context: CompileContext, { term, handles }: DeclaredTerm): TracedTerm {
  const { builder } = context;
  const nodes = new Map([...handles].map(([id, handle]) => [id, builder.parameter(handle)]));
  for (const block of term.parameters) addBlockPrior(context, term.key, block, nodes.get(block.id)!);
  term.vectors.forEach((vector, k) => {
    if (vector.kind === "gaussian") {
      builder.add(builder.graph.apply(ops.standardNormal, [nodes.get(standardisedId(k))!], undefined));
    }
  });
  const at = nodesOf(term, nodes);
  const vectors = term.vectors.map((vector, k) => traceVector(vector, k, at));
  const values = term.behaviour.values?.(term.design.state, at);
  return {
    term,
    vectors,
    ...(values && { values }),
    reports: [
      ...term.parameters.flatMap(({ id, quantity }) => (quantity ? [{ quantity, node: at(id) }] : [])),
      ...term.vectors.flatMap((vector, k) =>
        vector.kind !== "gaussian"
          ? []
          : [
              {
                quantity: vector.quantity,
                node: vector.reported === "standardised" ? at(standardisedId(k)) : vectors[k]!,
              },
            ],
      ),
    ],
  };
}

/** Adds the log prior of a block whose value is `node`. */
export function addBlockPrior(
  context: CompileContext,
  key: PredictorKey,
  { prior, shape }: ParameterBlock,
  node: Node,
): void {
  const { builder, priors } = context;
  switch (prior.kind) {
    case "elements":
      addPriors(
        context,
        node,
        prior.targets.map((target) => priorKeyOf(key, target)),
      );
      return;
    case "standardNormal":
      builder.add(builder.graph.apply(ops.standardNormal, [node], undefined));
      return;
    case "whole": {
      const { call } = priors.get(priorKeyOf(key, prior.target));
      if (call.name === "") return;
      const [first = 1] = call.arguments;
      const density =
        call.name === "lkj"
          ? lkjCholesky(shape[0]!, first)
          : dirichlet(
              call.arguments.length === node.size
                ? call.arguments
                : Array.from({ length: node.size }, () => first),
            );
      builder.add(builder.graph.apply(ops.structuredDensity, [node], density));
    }
  }
}

/** The blocks of a term by id; an unknown id is a defect of the kind, and is named. */
export function nodesOf({ design }: PlacedTerm, nodes: ReadonlyMap<string, Node>): ParameterNodes {
  return (id) => {
    const node = nodes.get(id);
    if (node === undefined) throw new NutmixError(`${design.label} has no parameter block "${id}"`);
    return node;
  };
}

/** A vector as the linear predictor takes it: [size] for dense rows, [levels × size] for a lookup. */
export function traceVector(vector: TermVector, k: number, at: ParameterNodes): Node {
  switch (vector.kind) {
    case "coefficients":
      return at(vector.block);
    case "function":
      return vector.trace(at);
    case "gaussian": {
      const z = at(standardisedId(k));
      const scale = traceScale(vector.scale, at);
      const { graph } = z;
      if (scale.shape.length === 1) return graph.apply(ops.scaleEffects, [scale, z], undefined);
      const ones = graph.constant(new Float64Array(vector.size).fill(1));
      return graph.apply(ops.correlateEffects, [ones, scale, z], undefined);
    }
  }
}

/** Λ: standard deviations by column, or a lower triangular factor. */
export function traceScale(scale: GaussianScale, at: ParameterNodes): Node {
  return scale.kind === "sds" ? gather(at(scale.block), scale.elements) : scale.trace(at);
}

/** The parts of a linear predictor, and their operands. */
export function termParts({ term, vectors }: TracedTerm): { part: PredictorPart; operand: Node }[] {
  return term.design.rows.map((rows, k) => {
    const vector = vectors[k]!;
    const size = sizeOf(rows, vector, term);
    if (rows.kind === "dense") {
      return { part: { kind: "dense", columns: rows.columns }, operand: viewAs(vector, [size]) };
    }
    const { index, columns, levels } = rows;
    return {
      part: { kind: "grouped", index, columns, count: size, first: 0, stride: size },
      operand: viewAs(vector, [levels, size]),
    };
  });
}

function sizeOf(rows: TermRows, vector: Node, { design }: PlacedTerm): number {
  const levels = rows.kind === "lookup" ? rows.levels : 1;
  const size = vector.size / levels;
  if (Number.isInteger(size) && (rows.kind !== "lookup" || rows.columns !== null || size === 1)) return size;
  throw new NutmixError(`${design.label}: a vector of ${vector.size} elements does not fit its rows`);
}

function viewAs(node: Node, shape: readonly number[]): Node {
  return node.graph.view(node, 0, shape);
}

/** Reports what has one of `roles`, term by term. */
export function reportTerms(
  builder: DensityBuilder,
  terms: readonly TracedTerm[],
  roles: readonly QuantityRole[],
): void {
  for (const { reports } of terms) {
    for (const { quantity, node } of reports) {
      if (roles.includes(quantity.role)) builder.report(quantity, node);
    }
  }
}
