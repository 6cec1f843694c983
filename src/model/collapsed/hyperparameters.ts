/**
 * Standard deviations and correlations of a collapsed model. Its likelihood is smooth in *signed* standard deviations, which
 * enter through diag(sd)·L alone: they are sampled with both signs, on a scale that is linear near zero, where the logarithmic
 * scale has a long tail. What is reported is |sd|, with the correlations' signs turned accordingly; the priors are symmetric
 * under that (LKJ), or belong to |sd|.
 */

import type { ParameterHandle } from "../../autodiff/density-builder.ts";
import { gather, map, multiply, reshape } from "../../autodiff/expressions.ts";
import type { Node } from "../../autodiff/graph.ts";
import type { ScalarFunction } from "../../autodiff/ops/elementwise.ts";
import { ops } from "../../autodiff/ops/index.ts";
import { lkjCholesky } from "../../distributions/lkj-cholesky.ts";
import type { Structure } from "../../marginal/structure.ts";
import * as Elementary from "../../numeric/elementary.ts";
import type { CompileContext } from "../compile-context.ts";
import type { TracedHyperparameters } from "../group-level.ts";
import { type GroupBlock, sdKeysOf } from "../groups.ts";
import { addPriors } from "../prior-terms.ts";
import type { PriorKey } from "../priors-of.ts";
import type { CollapsedPlan } from "./plan.ts";

export interface DeclaredHyperparameters {
  readonly block: GroupBlock;
  readonly sdKeys: readonly PriorKey[];
  /** With either sign, unless the priors bound it. */
  readonly sd: ParameterHandle;
  readonly cholesky: ParameterHandle | undefined;
}

export interface SignedHyperparameters {
  readonly block: GroupBlock;
  readonly signed: Node;
  readonly cholesky: Node | undefined;
}

/** Of standard deviations that are sampled with both signs. */
export const absolute: ScalarFunction = { value: Math.abs, derivative: (x) => (x < 0 ? -1 : 1) };
const sign: ScalarFunction = { value: (x) => (x < 0 ? -1 : 1), derivative: () => 0 };

/**
 * How small a standard deviation the data of the levels can tell from zero, roughly: residual sd / √(Σ z² of a level), by block.
 */
export function resolutions(
  { factors }: CollapsedPlan,
  structure: Structure,
  residualSd: number,
): Map<GroupBlock, Float64Array> {
  const found = new Map<GroupBlock, Float64Array>();
  factors.forEach(({ members }, f) => {
    const { columns, levels } = structure.blocks[f]!;
    const rows = structure.rows;
    for (const { block, from } of members) {
      const scale = Float64Array.from(block.coefficients, (_, k) => {
        let squares = 0;
        for (let i = (from + k) * rows; i < (from + k + 1) * rows; i++) squares += columns[i]! ** 2;
        return residualSd / Math.sqrt(squares / levels);
      });
      found.set(block, scale);
    }
  });
  return found;
}

/** `resolution`: for signed standard deviations; undefined = positive ones alone. */
export function declareHyperparameters(
  { builder, priors }: CompileContext,
  block: GroupBlock,
  resolution: Float64Array | undefined,
): DeclaredHyperparameters {
  const size = block.coefficients.length;
  const sdKeys = sdKeysOf(block);
  const { lower, upper } = priors.bounds(sdKeys);
  const free =
    resolution !== undefined &&
    lower.every((bound) => bound === 0) &&
    upper.every((bound) => bound === Number.POSITIVE_INFINITY) &&
    resolution.every((scale) => scale > 0 && scale < Number.POSITIVE_INFINITY);
  const start = priors.start(sdKeys[0]!);
  return {
    block,
    sdKeys,
    sd: builder.declare(`sd_${block.group}`, {
      shape: [size],
      ...(free
        ? { sinhScale: resolution, start: Elementary.asinh(Elementary.exp(start) / resolution[0]!) }
        : { lower, upper, start }),
    }),
    cholesky: block.correlated
      ? builder.declare(`L_${block.group}`, { shape: [size, size], constraint: "cholesky_correlation" })
      : undefined,
  };
}

export function traceHyperparameters(
  context: CompileContext,
  declared: DeclaredHyperparameters,
): SignedHyperparameters {
  const { builder, priors } = context;
  const { block, sdKeys } = declared;
  const signed = builder.parameter(declared.sd);
  addPriors(context, map(signed, absolute), sdKeys);
  if (declared.cholesky === undefined) return { block, signed, cholesky: undefined };
  const cholesky = builder.parameter(declared.cholesky);
  const { call } = priors.get({ class: "cor", group: block.group });
  builder.add(
    builder.graph.apply(
      ops.structuredDensity,
      [cholesky],
      lkjCholesky(block.coefficients.length, call.arguments[0] ?? 1),
    ),
  );
  return { block, signed, cholesky };
}

/** |sd|, and the factor whose rows have taken over the signs. */
export function unsigned({ block, signed, cholesky }: SignedHyperparameters): TracedHyperparameters {
  const sd = map(signed, absolute);
  if (cholesky === undefined) return { block, sd };
  const size = block.coefficients.length;
  const rowOf = Array.from({ length: size * size }, (_, at) => Math.floor(at / size));
  const signs = reshape(gather(map(signed, sign), rowOf), [size, size]);
  return { block, sd, cholesky: multiply(signs, cholesky) };
}
