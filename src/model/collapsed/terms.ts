/** The hyperparameters of terms whose Gaussian coefficients are integrated out. */
import type { ParameterHandle } from "../../autodiff/density-builder.ts";
import { map } from "../../autodiff/expressions.ts";
import type { Node } from "../../autodiff/graph.ts";
import type { DrawColumns } from "../../draws/draw-columns.ts";
import type { Structure } from "../../marginal/structure.ts";
import * as Elementary from "../../numeric/elementary.ts";
import type { Quantity } from "../../quantities/quantity.ts";
import type { ParameterBlock, ParameterNodes } from "../../terms/term.ts";
import type { CompileContext } from "../compile-context.ts";
import type { ReadBack } from "../read-back.ts";
import { TermReader } from "../term-draws.ts";
import { addBlockPrior, nodesOf, type PlacedTerm, priorKeyOf, traceScale } from "../terms.ts";
import { absolute } from "./hyperparameters.ts";
import { type CollapsedPlan, coefficientBlocks, type PlannedFactor } from "./plan.ts";

export interface DeclaredScales {
  readonly term: PlacedTerm;
  readonly handles: ReadonlyMap<string, ParameterHandle>;
  /** Blocks that are sampled with both signs. */
  readonly signed: ReadonlySet<string>;
}

export interface TracedScales {
  readonly term: PlacedTerm;
  /** With their signs. */
  readonly at: ParameterNodes;
  readonly reports: readonly { readonly quantity: Quantity; readonly node: Node }[];
}

/** @param residualSd of the response, for signed standard deviations; undefined = positive ones alone. */
export function declareScales(
  context: CompileContext,
  term: PlacedTerm,
  { factors }: CollapsedPlan,
  structure: Structure,
  residualSd: number | undefined,
): DeclaredScales {
  const { builder, priors } = context;
  const handles = new Map<string, ParameterHandle>();
  const signed = new Set<string>();
  for (const block of hyperparametersOf(term)) {
    const { id, shape, constraint, prior, start = 0 } = block;
    const name = block.quantity?.names[0] ?? `${id} of ${term.design.label}`;
    if (prior.kind !== "elements" || constraint !== undefined) {
      handles.set(id, builder.declare(name, { shape, start, ...(constraint && { constraint }) }));
      continue;
    }
    const bounds = priors.bounds(prior.targets.map((target) => priorKeyOf(term.key, target)));
    const scale =
      residualSd === undefined ? undefined : resolution(block, term, factors, structure, residualSd);
    const positive =
      bounds.lower.every((bound) => bound === 0) &&
      bounds.upper.every((bound) => bound === Number.POSITIVE_INFINITY);
    if (scale === undefined || !positive) {
      handles.set(id, builder.declare(name, { shape, start, ...bounds }));
      continue;
    }
    signed.add(id);
    handles.set(
      id,
      builder.declare(name, {
        shape,
        sinhScale: scale,
        start: Elementary.asinh(Elementary.exp(start) / scale[0]!),
      }),
    );
  }
  return { term, handles, signed };
}

/**
 * How small a standard deviation the data can tell from zero, element by element: residual sd / √(Σ z² of a level), over the
 * columns that have the standard deviation; undefined for a block that is no standard deviation of a vector.
 */
function resolution(
  { id, shape }: ParameterBlock,
  term: PlacedTerm,
  factors: readonly PlannedFactor[],
  structure: Structure,
  residualSd: number,
): Float64Array | undefined {
  const size = shape.reduce((product, extent) => product * extent, 1);
  const squares = new Float64Array(size);
  const columns = new Float64Array(size);
  factors.forEach(({ vector }, f) => {
    if (vector === undefined || vector.term !== term) return;
    const { scale } = vector.gaussian;
    if (scale.kind !== "sds" || scale.block !== id) return;
    const { columns: values, levels } = structure.blocks[f]!;
    scale.elements.forEach((element, k) => {
      columns[element]!++;
      for (let i = k * structure.rows; i < (k + 1) * structure.rows; i++) {
        squares[element]! += values[i]! ** 2 / levels;
      }
    });
  });
  const scales = squares.map((sum, element) => residualSd / Math.sqrt(sum / columns[element]!));
  return scales.every((scale) => scale > 0 && scale < Number.POSITIVE_INFINITY) ? scales : undefined;
}

/** What is sampled of a term: all but the coefficients. */
function hyperparametersOf(term: PlacedTerm): ParameterBlock[] {
  const coefficients = coefficientBlocks(term);
  return term.parameters.filter((block) => !coefficients.includes(block));
}

export function traceScales(
  context: CompileContext,
  { term, handles, signed }: DeclaredScales,
): TracedScales {
  const nodes = new Map<string, Node>();
  const reports: { quantity: Quantity; node: Node }[] = [];
  for (const block of hyperparametersOf(term)) {
    const node = context.builder.parameter(handles.get(block.id)!);
    const value = signed.has(block.id) ? map(node, absolute) : node;
    addBlockPrior(context, term.key, block, value);
    nodes.set(block.id, node);
    if (block.quantity !== undefined) reports.push({ quantity: block.quantity, node: value });
  }
  return { term, at: nodesOf(term, nodes), reports };
}

/** Λ as the likelihood takes it: standard deviations, and a factor when they are not all of it. */
export function scaleOperands(
  { gaussian }: NonNullable<PlannedFactor["vector"]>,
  { at }: TracedScales,
): { sd: Node; cholesky?: Node } {
  const scale = traceScale(gaussian.scale, at);
  if (scale.shape.length === 1) return { sd: scale };
  return { sd: scale.graph.constant(new Float64Array(gaussian.size).fill(1)), cholesky: scale };
}

export function readScales(
  context: CompileContext,
  { term, handles }: DeclaredScales,
  columns: DrawColumns,
): ReadBack {
  const terms = new TermReader(term, columns);
  return (row, q) => {
    terms.at(row);
    for (const [id, handle] of handles) context.builder.unconstrain(handle, terms.reader.block(id), q);
  };
}
