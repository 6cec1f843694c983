/**
 * Terms read off their draws: the values of their parameter blocks, and of their vectors, which are computed by the very
 * trace that the model has, over parameters that are a draw's.
 */
import type { DensityBuilder } from "../autodiff/density-builder.ts";
import { Graph, type Node } from "../autodiff/graph.ts";
import { type Shape, sizeOf } from "../autodiff/op.ts";
import { Program } from "../autodiff/program.ts";
import type { DrawColumns } from "../draws/draw-columns.ts";
import { NutmixError } from "../errors.ts";
import type { DrawReader } from "../terms/term.ts";
import type { ReadBack } from "./read-back.ts";
import {
  type DeclaredTerm,
  nodesOf,
  type PlacedTerm,
  standardisedId,
  traceScale,
  traceVector,
} from "./terms.ts";

/** A block of parameters, and the columns of the draws that report it; none = it is not reported. */
interface BlockSource {
  readonly id: string;
  readonly shape: Shape;
  readonly columns?: Int32Array;
}

/** The parameters and vectors of one term for one draw after the other. */
export class TermReader {
  readonly #term: PlacedTerm;
  readonly #blocks: readonly BlockSource[];
  readonly #columns: DrawColumns;
  /** Columns of vectors that are reported as they are. */
  readonly #reported: readonly (Int32Array | undefined)[];
  readonly #scales = new Map<number, Program>();
  #program: Program | undefined;
  #valuesProgram: Program | undefined;
  #row: Float64Array = new Float64Array(0);
  #computed = false;
  #read: Readonly<Record<string, Float64Array>> | undefined;

  constructor(term: PlacedTerm, columns: DrawColumns) {
    this.#term = term;
    this.#columns = columns;
    const standardised = term.vectors.flatMap((vector, k): BlockSource[] =>
      vector.kind !== "gaussian" || vector.reported !== "standardised"
        ? []
        : [
            {
              id: standardisedId(k),
              shape: [vector.levels, vector.size],
              columns: columns.all(vector.quantity.names),
            },
          ],
    );
    this.#blocks = [
      ...term.parameters.map(({ id, shape, quantity }) => ({
        id,
        shape,
        ...(quantity && { columns: columns.all(quantity.names) }),
      })),
      ...standardised,
    ];
    this.#reported = term.vectors.map((vector) => {
      if (vector.kind === "gaussian" && vector.reported === "coefficients") {
        return columns.all(vector.quantity.names);
      }
      return vector.kind === "coefficients"
        ? this.#blocks.find(({ id }) => id === vector.block)?.columns
        : undefined;
    });
  }

  /** The draw to read from: one row of the draws. */
  at(row: Float64Array): void {
    this.#row = row;
    this.#computed = false;
    this.#read = undefined;
  }

  /** A view that the next draw may overwrite. */
  vector(k: number): Float64Array {
    const columns = this.#reported[k];
    if (columns !== undefined) return this.#take(columns);
    this.#program ??= this.#compile();
    if (!this.#computed) this.#program.forward(this.#parameters());
    this.#computed = true;
    return this.#program.outputs[k]!;
  }

  readonly reader: DrawReader = {
    block: (id) => this.#block(id),
    vector: (k) => this.vector(k),
    named: (names) => this.#take(this.#columns.all(names)),
  };

  #block(id: string): Float64Array {
    const block = this.#blocks.find((own) => own.id === id);
    if (block?.columns !== undefined) return this.#take(block.columns);
    const { behaviour, design } = this.#term;
    const gaussian = this.#term.vectors.findIndex((_, k) => standardisedId(k) === id);
    if (gaussian >= 0) return this.#standardised(gaussian);
    this.#read ??= behaviour.readBack?.(design.state, this.reader) ?? {};
    const found = this.#read[id];
    if (found !== undefined) return found;
    throw new NutmixError(`the draws do not tell the parameter block "${id}" of ${design.label}`);
  }

  /** What the coefficient of a term that may vary over groups is multiplied by. */
  values(): Float64Array {
    if (this.#valuesProgram === undefined) {
      const { nodes, graph } = this.#graph(this.#blocks);
      const { behaviour, design } = this.#term;
      const values = behaviour.values!(design.state, nodesOf(this.#term, nodes));
      this.#valuesProgram = new Program(graph, [values]);
    }
    this.#valuesProgram.forward(this.#parameters());
    return this.#valuesProgram.outputs[0]!;
  }

  /** Writes Λz for one level of Gaussian vector `k`. */
  fromStandardised(k: number, z: Float64Array, out: Float64Array): void {
    const scale = this.#scale(k);
    const size = z.length;
    for (let m = 0; m < size; m++) {
      if (scale.length === size) {
        out[m] = scale[m]! * z[m]!;
        continue;
      }
      let sum = 0;
      for (let j = 0; j <= m; j++) sum += scale[m * size + j]! * z[j]!;
      out[m] = sum;
    }
  }

  /** z = Λ⁻¹v. */
  #standardised(k: number): Float64Array {
    const vector = this.#term.vectors[k]!;
    if (vector.kind !== "gaussian") throw new NutmixError("only Gaussian vectors are standardised");
    const { levels, size } = vector;
    const values = this.vector(k);
    const scale = this.#scale(k);
    const diagonal = scale.length === size;
    const z = new Float64Array(levels * size);
    for (let at = 0; at < z.length; at += size) {
      for (let m = 0; m < size; m++) {
        let rest = values[at + m]!;
        if (!diagonal) for (let j = 0; j < m; j++) rest -= scale[m * size + j]! * z[at + j]!;
        z[at + m] = rest / scale[diagonal ? m : m * size + m]!;
      }
    }
    return z;
  }

  /** Λ of Gaussian vector `k` for the draw: its diagonal, or row-major. */
  #scale(k: number): Float64Array {
    const vector = this.#term.vectors[k]!;
    if (vector.kind !== "gaussian") throw new NutmixError("only Gaussian vectors have a scale");
    const blocks = this.#blocks.filter(({ id }) => this.#term.parameters.some((own) => own.id === id));
    let program = this.#scales.get(k);
    if (program === undefined) {
      const { nodes, graph } = this.#graph(blocks);
      program = new Program(graph, [traceScale(vector.scale, nodesOf(this.#term, nodes))]);
      this.#scales.set(k, program);
    }
    program.forward(this.#parameters(blocks));
    return program.outputs[0]!;
  }

  #compile(): Program {
    const { graph, nodes } = this.#graph(this.#blocks);
    const at = nodesOf(this.#term, nodes);
    const traced = this.#term.vectors.map((vector, k) =>
      this.#reported[k] === undefined ? traceVector(vector, k, at) : graph.constant(0),
    );
    return new Program(graph, traced);
  }

  #graph(blocks: readonly BlockSource[]): { graph: Graph; nodes: Map<string, Node> } {
    const graph = new Graph();
    const all = graph.parameters(blocks.reduce((sum, { shape }) => sum + sizeOf(shape), 0));
    const nodes = new Map<string, Node>();
    let from = 0;
    for (const { id, shape } of blocks) {
      nodes.set(id, graph.view(all, from, shape));
      from += sizeOf(shape);
    }
    return { graph, nodes };
  }

  #parameters(blocks: readonly BlockSource[] = this.#blocks): Float64Array {
    const values = new Float64Array(blocks.reduce((sum, { shape }) => sum + sizeOf(shape), 0));
    let from = 0;
    for (const { id, shape } of blocks) {
      values.set(this.#block(id), from);
      from += sizeOf(shape);
    }
    return values;
  }

  #take(columns: Int32Array): Float64Array {
    return Float64Array.from(columns, (column) => this.#row[column]!);
  }
}

/** The coordinates of a term from a reported draw. */
export function readTerm(builder: DensityBuilder, declared: DeclaredTerm, columns: DrawColumns): ReadBack {
  const terms = new TermReader(declared.term, columns);
  return (row, q) => {
    terms.at(row);
    for (const [id, handle] of declared.handles) builder.unconstrain(handle, terms.reader.block(id), q);
  };
}
