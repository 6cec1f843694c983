/** The likelihood of all rows as one node of the graph, with the terms that depend on the data alone. */
import type { Node } from "../autodiff/graph.ts";
import { ops } from "../autodiff/ops/index.ts";
import { RESPONSE_WIDTH } from "../autodiff/ops/likelihood.ts";
import type { LinearPredictorAttributes } from "../autodiff/ops/linear-predictor.ts";
import { NutmixError } from "../errors.ts";
import type { Dpar, RowKernel } from "../families/family.ts";
import { scaledLink } from "../families/links.ts";
import { packResponse } from "../families/response-data.ts";
import type { CompileContext } from "./compile-context.ts";
import { tryFusedRows } from "./fused-rows.ts";
import { gramSystem } from "./gram-system.ts";

export function addLikelihood(
  context: CompileContext,
  values: ReadonlyMap<string, Node>,
  thresholds: Node | undefined,
): void {
  const { spec, family, builder } = context;
  const { response, nobs } = spec.design;
  const kernel = family.kernel({ links: spec.family.links, categories: spec.categories });
  const packed = packResponse(response, family);
  const operands = kernelOperands(context, values);
  if (thresholds !== undefined) operands.push(thresholds);
  const weights = response.weights ?? null;
  const censoring = response.censoring?.codes ?? null;
  if (spec.likelihood === "sums") {
    builder.add(fromSums(context, operands, packed));
    return;
  }
  const rows = tryFusedRows(context, operands, packed);
  if (rows !== undefined) {
    builder.add(rows);
    builder.add(dataTerms(kernel, packed, weights, censoring));
    return;
  }
  const fused = fusedLikelihood(context, operands, packed);
  if (fused !== undefined) {
    builder.add(fused);
    return;
  }
  builder.add(
    builder.graph.apply(ops.rowLikelihood, operands, {
      rows: nobs,
      dpars: family.dpars.length,
      kernel,
      response: packed,
      weights,
      censoring,
    }),
  );
  builder.add(dataTerms(kernel, packed, weights, censoring));
}

/** The kernel's parameters, predicted, estimated or known, in its order; thresholds come after them. */
export function kernelOperands(context: CompileContext, values: ReadonlyMap<string, Node>): Node[] {
  return context.family.dpars.map(
    (dpar) => values.get(dpar.name) ?? context.builder.graph.node(knownValue(context, dpar)),
  );
}

/** The Gaussian likelihood from sufficient statistics: `operands` are mu, a linear predictor, and sigma, a scalar. */
function fromSums({ spec, builder }: CompileContext, operands: readonly Node[], packed: Float64Array): Node {
  const { response, nobs } = spec.design;
  const [mu, sigma] = operands as [Node, Node];
  const { source } = mu;
  if (source.kind !== "op" || source.op !== ops.linearPredictor) {
    throw new NutmixError("sufficient statistics need a linear predictor");
  }
  const predictor = source.attributes as LinearPredictorAttributes;
  const { system, operands: pieces } = gramSystem(
    predictor,
    source.inputs,
    responses(packed, nobs),
    response.weights ?? null,
  );
  return builder.graph.apply(ops.gramLikelihood, [...pieces, sigma], system);
}

/** The faster form of the commonest likelihoods, where it applies. */
function fusedLikelihood(
  { spec, builder }: CompileContext,
  operands: readonly Node[],
  packed: Float64Array,
): Node | undefined {
  const { response, nobs } = spec.design;
  const weights = response.weights ?? null;
  if (response.censoring !== undefined) return undefined;
  const attributes = () => ({ y: responses(packed, nobs), weights });
  if (spec.family.name === "gaussian" && operands[1]!.shape.length === 0) {
    return builder.graph.apply(ops.normalLikelihood, operands, attributes());
  }
  if (spec.family.name === "bernoulli" && spec.family.links.mu === "logit" && weights === null) {
    return builder.graph.apply(ops.bernoulliLogitLikelihood, operands, attributes());
  }
  return undefined;
}

function responses(packed: Float64Array, rows: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, i) => packed[i * RESPONSE_WIDTH]!);
}

/** Parameters that are neither predicted nor estimated: sigma under se(), and those that the family fixes. */
function knownValue({ spec }: CompileContext, dpar: Dpar): Float64Array | number {
  const { se } = spec.design.response;
  const toKernel = scaledLink("identity", dpar.scale).value;
  return dpar.name === "sigma" && se !== undefined ? se.values.map(toKernel) : toKernel(dpar.fixed!);
}

/** Σ w_i·dataTerm_i over the rows that are not censored: once, not in every evaluation. */
function dataTerms(
  kernel: RowKernel,
  packed: Float64Array,
  weights: Float64Array | null,
  censoring: Int8Array | null,
): number {
  if (kernel.dataTerm === undefined) return 0;
  let total = 0;
  for (let i = 0; i * RESPONSE_WIDTH < packed.length; i++) {
    if (censoring !== null && censoring[i] !== 0) continue;
    const row = packed.subarray(i * RESPONSE_WIDTH, (i + 1) * RESPONSE_WIDTH);
    total += (weights?.[i] ?? 1) * kernel.dataTerm(row);
  }
  return total;
}
