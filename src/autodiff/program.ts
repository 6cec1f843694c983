/**
 * A compiled graph: every value and adjoint in one arena of doubles, operations in order, nothing allocated afterwards.
 * What the outputs do not need is dropped; what the parameters do not reach is computed once, here.
 */
import type { LogDensity } from "../log-density.ts";
import type { Graph, Node } from "./graph.ts";
import { type Buffers, type Op, requireShape, type Tape } from "./op.ts";

interface Step {
  // biome-ignore lint/suspicious/noExplicitAny: steps of every attribute type share one list
  readonly op: Op<any, any>;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly tape: Tape<any, any>;
}

export class Program {
  /** Values of the requested outputs, valid after `forward`. */
  readonly outputs: readonly Float64Array[];
  readonly #parameters: Float64Array;
  readonly #parametersBar: Float64Array;
  readonly #outputsBar: readonly Float64Array[];
  readonly #adjoints: Float64Array;
  readonly #steps: readonly Step[];

  constructor(graph: Graph, outputs: readonly Node[]) {
    const needed = ancestors(graph, outputs);
    const arena = layOut(needed);
    const steps: Step[] = [];
    for (const node of needed) {
      const { source } = node;
      if (source.kind === "constant") arena.value(node).set(source.value);
      if (source.kind !== "op") continue;
      const buffers: Buffers<unknown> = {
        x: source.inputs.map((input) => arena.value(input)),
        y: arena.value(node),
        xBar: source.inputs.map((input) => (input.active ? arena.adjoint(input) : null)),
        yBar: arena.adjoint(node),
        attributes: source.attributes,
      };
      const tape = { ...buffers, work: source.op.workspace?.(buffers) };
      if (node.active) steps.push({ op: source.op, tape });
      else source.op.forward(tape);
    }
    const parameters = needed.find((node) => node.source.kind === "parameters");
    this.#parameters = parameters === undefined ? new Float64Array(0) : arena.value(parameters);
    this.#parametersBar = parameters === undefined ? new Float64Array(0) : arena.adjoint(parameters);
    this.#adjoints = arena.adjoints;
    this.#steps = steps;
    this.outputs = outputs.map((node) => arena.value(node));
    this.#outputsBar = outputs.map((node) => arena.adjoint(node));
  }

  /** Runs the operations for parameters `q`; afterwards `outputs` holds their values. */
  forward(q: Float64Array): void {
    if (this.#parameters.length > 0) this.#parameters.set(q);
    const steps = this.#steps;
    for (let i = 0; i < steps.length; i++) {
      const step = steps[i]!;
      step.op.forward(step.tape);
    }
  }

  /** Reverse sweep from all outputs for the last `forward`: *adds* Σ bars·∂outputs/∂q to `gradient`. */
  pullback(bars: readonly Float64Array[], gradient: Float64Array): void {
    this.#adjoints.fill(0);
    for (let k = 0; k < bars.length; k++) {
      const own = this.#outputsBar[k]!;
      const bar = bars[k]!;
      // Constants have no adjoint; outputs may be windows on the same memory.
      for (let i = 0; i < own.length; i++) own[i]! += bar[i]!;
    }
    const steps = this.#steps;
    for (let i = steps.length - 1; i >= 0; i--) {
      const step = steps[i]!;
      step.op.backward(step.tape);
    }
    const along = this.#parametersBar;
    for (let i = 0; i < along.length; i++) gradient[i]! += along[i]!;
  }

  /** Reverse sweep from output `index` (a scalar) for the last `forward`: writes ∂output/∂q into `gradient`. */
  backward(index: number, gradient: Float64Array): void {
    this.#adjoints.fill(0);
    this.#outputsBar[index]![0] = 1;
    const steps = this.#steps;
    for (let i = steps.length - 1; i >= 0; i--) {
      const step = steps[i]!;
      step.op.backward(step.tape);
    }
    gradient.set(this.#parametersBar);
  }
}

/** The log density whose value is the scalar node `target`. */
export function programDensity(target: Node, dimension: number): LogDensity {
  requireShape(target.size === 1, "a log density is a scalar");
  const program = new Program(target.graph, [target]);
  const value = program.outputs[0]!;
  const reached = target.active;
  return {
    dimension,
    evaluate(q, gradient) {
      program.forward(q);
      const logDensity = value[0]!;
      if (!(logDensity > Number.NEGATIVE_INFINITY)) return Number.NEGATIVE_INFINITY;
      if (reached) program.backward(0, gradient);
      else gradient.fill(0);
      return logDensity;
    },
  };
}

function ancestors(graph: Graph, outputs: readonly Node[]): Node[] {
  const marked = new Uint8Array(graph.nodes.length);
  for (const node of outputs) marked[node.id] = 1;
  for (let id = graph.nodes.length - 1; id >= 0; id--) {
    if (marked[id] === 0) continue;
    const { source } = graph.nodes[id]!;
    if (source.kind === "op") for (const input of source.inputs) marked[input.id] = 1;
    if (source.kind === "view") marked[source.of.id] = 1;
  }
  return graph.nodes.filter((node) => marked[node.id] === 1);
}

/** Values and adjoints of the nodes; views share their parent's memory, inactive nodes have no adjoint. */
function layOut(nodes: readonly Node[]) {
  let valueLength = 0;
  let adjointLength = 0;
  for (const node of nodes) {
    if (node.source.kind === "view") continue;
    valueLength += node.size;
    if (node.active) adjointLength += node.size;
  }
  const values = new Float64Array(valueLength);
  const adjoints = new Float64Array(adjointLength);
  const none = new Float64Array(0);
  const valueAt = new Map<Node, Float64Array>();
  const adjointAt = new Map<Node, Float64Array>();
  let valueAtfset = 0;
  let adjointAtfset = 0;
  for (const node of nodes) {
    const { source } = node;
    if (source.kind === "view") {
      const end = source.offset + node.size;
      valueAt.set(node, valueAt.get(source.of)!.subarray(source.offset, end));
      adjointAt.set(node, node.active ? adjointAt.get(source.of)!.subarray(source.offset, end) : none);
      continue;
    }
    valueAt.set(node, values.subarray(valueAtfset, (valueAtfset += node.size)));
    adjointAt.set(node, node.active ? adjoints.subarray(adjointAtfset, (adjointAtfset += node.size)) : none);
  }
  return {
    adjoints,
    value: (node: Node): Float64Array => valueAt.get(node)!,
    adjoint: (node: Node): Float64Array => adjointAt.get(node)!,
  };
}
