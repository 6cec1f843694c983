/**
 * The likelihood of all rows as one node: the family's density with links and censoring composed, compiled for these rows and run
 * by a machine in WebAssembly or JavaScript.
 */
import type { Node } from "../autodiff/graph.ts";
import type { ScalarFunction } from "../autodiff/ops/elementwise.ts";
import { ops } from "../autodiff/ops/index.ts";
import { RESPONSE_WIDTH } from "../autodiff/ops/likelihood.ts";
import * as b from "../expressions/build.ts";
import type { Expression } from "../expressions/expression.ts";
import { substitute } from "../expressions/gradient.ts";
import { compileRows } from "../expressions/rows.ts";
import { censoredDensity } from "../families/censored.ts";
import { THRESHOLDS } from "../families/density.ts";
import { scaledLinkExpression } from "../families/link-expressions.ts";
import type { ScaledLink } from "../families/links.ts";
import { placeRows } from "./backend.ts";
import type { CompileContext } from "./compile-context.ts";

export interface RowsOfLikelihood {
  /** The distributional parameters on their kernel scale, then thresholds where there are any. */
  readonly operands: readonly Node[];
  /** rows × RESPONSE_WIDTH. */
  readonly packed: Float64Array;
  /** Of these rows; 0 leaves a row out. */
  readonly weights: Float64Array | null;
  readonly censoring: Int8Array | null;
}

/** Adds Σ w·log f, the terms of data alone included. */
export function addRows(context: CompileContext, rows: RowsOfLikelihood): void {
  const { builder, family, spec } = context;
  const { nobs } = spec.design;
  const { operands, packed, weights, censoring } = rows;
  const names = family.dpars.map(({ name }) => name);
  const thresholds = operands[names.length];
  const column = (k: number) =>
    Float64Array.from({ length: nobs }, (_, i) => packed[i * RESPONSE_WIDTH + k]!);
  const data: Record<string, Float64Array> = { y: column(0), trials: column(1), upper: column(2) };
  if (censoring !== null) data.censoring = Float64Array.from(censoring);

  const perRow: Node[] = [];
  const perRowNames: string[] = [];
  const shared: Node[] = [];
  const sharedNames: string[] = [];
  const replaced = new Map<Expression, Expression>();
  names.forEach((name, k) => {
    const leaf = b.parameter(name);
    const node = operands[k]!;
    if (node.source.kind === "constant") {
      const { value } = node.source;
      if (value.length > 1) data[name] = value;
      replaced.set(leaf, value.length > 1 ? b.data(name) : b.constant(value[0]!));
    } else if (node.size === 1) {
      shared.push(node);
      sharedNames.push(name);
    } else {
      const peeled = withoutLink(node);
      perRow.push(peeled.node);
      perRowNames.push(name);
      if (peeled.link !== undefined) {
        replaced.set(leaf, scaledLinkExpression(peeled.link.link, peeled.link.scale, leaf));
      }
    }
  });
  if (thresholds !== undefined) shared.push(thresholds);

  const density = family.density({ links: spec.family.links, categories: spec.categories });
  const composed = substitute([censoring === null ? density.logDensity : censoredDensity(density)], (node) =>
    replaced.get(node),
  );
  const compiled = compileRows({
    logDensity: composed[0]!,
    data,
    weights,
    perRow: perRowNames,
    shared: sharedNames,
    vectors: thresholds === undefined ? [] : [{ name: THRESHOLDS, length: thresholds.size }],
  });
  const { machine, operands: before } = placeRows(compiled, perRow, spec);
  builder.add(builder.graph.apply(ops.machineRows, [...before, ...shared], { machine }));
  builder.add(compiled.constant);
}

/** A parameter's linear predictor and link, where it was made of these. */
function withoutLink(node: Node): { node: Node; link?: ScaledLink } {
  const { source } = node;
  if (source.kind !== "op" || source.op !== ops.map) return { node };
  const attributes = source.attributes as ScalarFunction & Partial<ScaledLink>;
  if (attributes.link === undefined || attributes.scale === undefined) return { node };
  return { node: source.inputs[0]!, link: attributes as ScaledLink };
}
