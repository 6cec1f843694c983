/** The likelihood of all rows as one node of the graph, with the terms that depend on the data alone. */
import { gather } from "../autodiff/expressions.ts";
import type { Node } from "../autodiff/graph.ts";
import { ops } from "../autodiff/ops/index.ts";
import { RESPONSE_WIDTH } from "../autodiff/ops/likelihood.ts";
import type { LinearPredictorAttributes } from "../autodiff/ops/linear-predictor.ts";
import { NutmixError } from "../errors.ts";
import type { Dpar } from "../families/family.ts";
import { scaledLink } from "../families/links.ts";
import { packResponse } from "../families/response-data.ts";
import type { CompileContext } from "./compile-context.ts";
import { gramSystem } from "./gram-system.ts";
import { addRows } from "./row-likelihood.ts";

export function addLikelihood(
  context: CompileContext,
  values: ReadonlyMap<string, Node>,
  thresholds: Node | undefined,
): void {
  const { spec, family, builder } = context;
  const { response } = spec.design;
  const packed = packResponse(response, family);
  const operands = kernelOperands(context, values);
  if (thresholds !== undefined) operands.push(thresholds);
  const weights = response.weights ?? null;
  const censoring = response.censoring?.codes ?? null;
  if (spec.likelihood === "sums") {
    builder.add(fromSums(context, operands, packed));
    return;
  }
  if (censoring === null || family.tails === undefined) {
    addRows(context, { operands, packed, weights, censoring });
    return;
  }
  const kept = Float64Array.from(censoring, (code, i) => (code === 0 ? (weights?.[i] ?? 1) : 0));
  addRows(context, { operands, packed, weights: kept, censoring: null });
  builder.add(censoredCounts(context, operands, packed, censoring));
}

/** Censored rows of families whose tails are sums of probabilities, row by row. */
function censoredCounts(
  { spec, family, builder }: CompileContext,
  operands: readonly Node[],
  packed: Float64Array,
  censoring: Int8Array,
): Node {
  const rows = Array.from(censoring, (_, i) => i).filter((i) => censoring[i] !== 0);
  const { weights } = spec.design.response;
  const dpars = family.dpars.length;
  return builder.graph.apply(
    ops.rowLikelihood,
    operands.map((node, k) => (k < dpars && node.size > 1 ? gather(node, rows) : node)),
    {
      rows: rows.length,
      dpars,
      kernel: family.kernel({ links: spec.family.links, categories: spec.categories }),
      response: Float64Array.from({ length: rows.length * RESPONSE_WIDTH }, (_, at) => {
        const row = rows[Math.floor(at / RESPONSE_WIDTH)]!;
        return packed[row * RESPONSE_WIDTH + (at % RESPONSE_WIDTH)]!;
      }),
      weights: weights === undefined ? null : Float64Array.from(rows, (row) => weights[row]!),
      censoring: Int8Array.from(rows, (row) => censoring[row]!),
    },
  );
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

function responses(packed: Float64Array, rows: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, i) => packed[i * RESPONSE_WIDTH]!);
}

/** Parameters that are neither predicted nor estimated: sigma under se(), and those that the family fixes. */
function knownValue({ spec }: CompileContext, dpar: Dpar): Float64Array | number {
  const { se } = spec.design.response;
  const toKernel = scaledLink("identity", dpar.scale).value;
  return dpar.name === "sigma" && se !== undefined ? se.values.map(toKernel) : toKernel(dpar.fixed!);
}
