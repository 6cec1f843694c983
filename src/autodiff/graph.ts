/**
 * The graph: what to compute, with shapes known and checked as it is built. How it is run is `program.ts`'s business.
 */
import { formatShape, type Op, requireShape, type Shape, sizeOf } from "./op.ts";

export interface Node {
  readonly graph: Graph;
  /** Position in creation order, which is a topological order. */
  readonly id: number;
  readonly shape: Shape;
  readonly size: number;
  readonly source: NodeSource;
  /** Whether any parameter reaches this node. */
  readonly active: boolean;
}

export type NodeSource =
  | { readonly kind: "parameters" }
  | { readonly kind: "constant"; readonly value: Float64Array }
  /** A window on another node's memory: costs nothing at run time. */
  | { readonly kind: "view"; readonly of: Node; readonly offset: number }
  | {
      readonly kind: "op";
      // biome-ignore lint/suspicious/noExplicitAny: the graph holds operations of every attribute type
      readonly op: Op<any, any>;
      readonly inputs: readonly Node[];
      readonly attributes: unknown;
    };

/** A value that may enter an operation: a node, or a number or array that becomes a constant. */
export type Operand = Node | number | Float64Array | readonly number[];

export class Graph {
  readonly nodes: Node[] = [];

  /** The vector of unconstrained parameters, of length `dimension`; a graph has one. */
  parameters(dimension: number): Node {
    requireShape(
      !this.nodes.some((node) => node.source.kind === "parameters"),
      "a graph has one vector of parameters",
    );
    return this.#add({ kind: "parameters" }, [dimension], true);
  }

  /** A constant; without `shape` a number is a scalar and an array a vector. */
  constant(value: number | Float64Array | readonly number[], shape?: Shape): Node {
    const array = typeof value === "number" ? Float64Array.of(value) : Float64Array.from(value);
    const own = shape ?? (typeof value === "number" ? [] : [array.length]);
    requireShape(
      sizeOf(own) === array.length,
      `constant: ${array.length} values do not fill ${formatShape(own)}`,
    );
    return this.#add({ kind: "constant", value: array }, own, false);
  }

  /** `length` elements of `node` from `offset` on, as a vector; a scalar when `shape` is []. */
  view(node: Node, offset: number, shape: Shape): Node {
    requireShape(
      offset >= 0 && offset + sizeOf(shape) <= node.size,
      `view: ${formatShape(shape)} at ${offset} does not lie within ${formatShape(node.shape)}`,
    );
    return this.#add({ kind: "view", of: node, offset }, shape, node.active);
  }

  apply<A, W>(op: Op<A, W>, inputs: readonly Operand[], attributes: A): Node {
    const nodes = inputs.map((input) => this.node(input));
    const shape = op.shape(
      nodes.map((node) => node.shape),
      attributes,
    );
    return this.#add(
      { kind: "op", op, inputs: nodes, attributes },
      shape,
      nodes.some((node) => node.active),
    );
  }

  /** The operand as a node of this graph. */
  node(operand: Operand): Node {
    if (!isNode(operand)) return this.constant(operand);
    requireShape(operand.graph === this, "operands must belong to the same graph");
    return operand;
  }

  /** One line per node: for looking at what a model became. */
  toString(): string {
    return this.nodes
      .map(
        (node) => `%${node.id} ${formatShape(node.shape)}${node.active ? "" : " const"} = ${describe(node)}`,
      )
      .join("\n");
  }

  #add(source: NodeSource, shape: Shape, active: boolean): Node {
    const node: Node = { graph: this, id: this.nodes.length, shape, size: sizeOf(shape), source, active };
    this.nodes.push(node);
    return node;
  }
}

export function isNode(operand: Operand): operand is Node {
  return typeof operand === "object" && "graph" in operand;
}

function describe(node: Node): string {
  const { source } = node;
  switch (source.kind) {
    case "parameters":
      return "parameters";
    case "constant":
      return node.size === 1 ? String(source.value[0]) : "constant";
    case "view":
      return `%${source.of.id}[${source.offset}…]`;
    case "op":
      return `${source.op.name}(${source.inputs.map((input) => `%${input.id}`).join(", ")})`;
  }
}
