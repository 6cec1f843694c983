/**
 * The log density of all rows, taken apart by how often each piece is computed: constants once; what depends on shared
 * parameters once per evaluation; on them and a few distinct values of the data once per value; the rest row by row. Rows that
 * take different branches of a `select` by data become classes with programs of their own.
 */
import { type BlockProgram, blockProgram } from "./block-program.ts";
import * as b from "./build.ts";
import { type Expression, inOrder, operandsOf } from "./expression.ts";
import { pullback, type Seeded } from "./gradient.ts";
import { lower } from "./lower.ts";
import { DATA, type Ranks, ROW, ranks, SHARED, TABLE } from "./rank.ts";
import { classesOf, type RowClass } from "./row-classes.ts";
import { type RowData, valuesOf } from "./row-data.ts";
import { type ScalarProgram, scalarProgram } from "./scalar-program.ts";
import { type Term, termsOf } from "./terms.ts";

export interface RowsInput {
  /** log f of one row. */
  readonly logDensity: Expression;
  readonly data: RowData;
  /** Multiplies a row's log density; null = 1. */
  readonly weights: Float64Array | null;
  /** Parameters that differ by row, in the order of the inputs of an evaluation. */
  readonly perRow: readonly string[];
  /** Scalar parameters that all rows share, in their order, then vectors. */
  readonly shared: readonly string[];
  readonly vectors: readonly { readonly name: string; readonly length: number }[];
}

/** What feeds an input register of a segment: a parameter that differs by row, or entries of the shared parameters. */
export type SegmentInput =
  | { readonly kind: "row"; readonly at: number }
  | { readonly kind: "lookup"; readonly index: Int32Array };

/** Rows (or distinct values of their data) that one program passes over. */
export interface Segment {
  /** Numbers of the rows, increasing; of a table, one row for each entry. */
  readonly rows: Int32Array;
  readonly inputs: readonly SegmentInput[];
  readonly columns: readonly Float64Array[];
  readonly program: BlockProgram;
}

export interface CompiledRows {
  /** Σ w·(what depends on the data alone). */
  readonly constant: number;
  /** Number of shared parameters. */
  readonly shared: number;
  readonly scalars: number;
  /** shared → scalars, of which the first is what does not depend on rows. */
  readonly prepare: ScalarProgram;
  readonly segments: readonly Segment[];
  /** The first accumulator takes the value. */
  readonly accumulators: number;
  /** (shared, accumulators) → the derivatives by the shared parameters, but for lookups. */
  readonly finish: ScalarProgram;
}

const WEIGHT = b.data("weight");

export function compileRows(input: RowsInput): CompiledRows {
  const data: RowData = input.weights === null ? input.data : { ...input.data, weight: input.weights };
  const rank = ranks(new Set(input.perRow));
  const pieces = new Pieces(input, data, rank);
  for (const rowClass of classesOf(input.logDensity, data, input.weights, rank)) pieces.addClass(rowClass);
  return pieces.finish();
}

class Pieces {
  #constant = 0;
  #shared: Expression = b.constant(0);
  readonly #segments: Segment[] = [];
  readonly #scalars: Expression[] = [];
  /** Expressions of shared parameters that rows use, and the accumulators of the derivatives by them. */
  readonly #boundaries: Expression[] = [];
  readonly #input: RowsInput;
  readonly #data: RowData;
  readonly #rank: Ranks;

  constructor(input: RowsInput, data: RowData, rank: Ranks) {
    this.#input = input;
    this.#data = data;
    this.#rank = rank;
  }

  addClass({ rows, logDensity }: RowClass): void {
    const rank = this.#rank;
    const weight = this.#input.weights === null ? b.constant(1) : WEIGHT;
    const perRow: Term[] = [];
    const tables = new Map<string, Term[]>();
    for (const term of termsOf(logDensity, (node) => rank.of(node) <= DATA)) {
      const factor = b.mul(weight, term.factor);
      const { body } = term;
      if (rank.of(body) <= SHARED) {
        const total = valuesOf(factor, this.#data, rows).reduce((sum, value) => sum + value, 0);
        if (body.kind === "constant") this.#constant += total * body.value;
        else this.#shared = b.add(this.#shared, b.mul(total, body));
      } else if (rank.of(body) === TABLE) {
        const leaves = inOrder([body]).filter(({ kind }) => kind === "data");
        const key = leaves.map(({ id }) => id).join();
        tables.set(key, [...(tables.get(key) ?? []), { factor, body }]);
      } else perRow.push({ factor, body });
    }
    for (const terms of tables.values()) if (!this.#addTable(rows, terms)) perRow.push(...terms);
    if (perRow.length > 0) this.#addSegment(rows, perRow, this.#data);
  }

  /** Terms of shared parameters and the data: once for every distinct value, when there are few. */
  #addTable(rows: Int32Array, terms: readonly Term[]): boolean {
    const names = inOrder(terms.map(({ body }) => body)).flatMap((node) =>
      node.kind === "data" ? [node.name] : [],
    );
    const entries = new Map<string | number, number>();
    const first: number[] = [];
    const only = names.length === 1 ? this.#data[names[0]!]! : undefined;
    const entryOf = rows.map((row) => {
      const key = only === undefined ? names.map((name) => this.#data[name]![row]!).join() : only[row]!;
      let entry = entries.get(key);
      if (entry === undefined) {
        entry = first.length;
        entries.set(key, entry);
        first.push(row);
      }
      return entry;
    });
    if (first.length > rows.length / 2) return false;
    // Factors are added up over the rows of an entry: columns of the table under names of their own.
    const table: Record<string, Float64Array> = {};
    for (const name of names) table[name] = Float64Array.from(first, (row) => this.#data[name]![row]!);
    const summed = terms.map(({ factor, body }, k): Term => {
      const total = new Float64Array(first.length);
      valuesOf(factor, this.#data, rows).forEach((value, i) => {
        total[entryOf[i]!]! += value;
      });
      table[`factor ${k}`] = total;
      return { factor: b.data(`factor ${k}`), body };
    });
    const all = Int32Array.from(first, (_, i) => i);
    this.#addSegment(all, summed, table);
    return true;
  }

  #addSegment(rows: Int32Array, terms: readonly Term[], data: RowData): void {
    const rank = this.#rank;
    const bodies = terms.map(({ body }) => body);
    const nodes = inOrder(bodies);
    const inputs = nodes.filter(
      (node) =>
        (node.kind === "parameter" && rank.of(node) === ROW) ||
        (node.kind === "element" && rank.of(node) === TABLE),
    );
    const boundaries = [
      ...new Set(
        nodes
          .filter((node) => rank.of(node) > SHARED && node.kind === "apply")
          .flatMap(operandsOf)
          .filter((node) => rank.of(node) === SHARED),
      ),
    ];
    const seeded = terms.map(({ factor, body }): Seeded => ({ root: body, seed: factor }));
    const slopes = pullback(seeded, [...inputs, ...boundaries]);
    const value = b.sum(terms.map(({ factor, body }) => b.mul(factor, body)));
    const [root, ...lowered] = lower([value, ...slopes]) as [Expression, ...Expression[]];

    const columns: Float64Array[] = [];
    const known = new Map<Expression, number>();
    const column = (node: Expression): number => {
      const at = known.get(node) ?? columns.push(valuesOf(node, data, rows)) - 1;
      known.set(node, at);
      return at;
    };
    const sums = boundaries
      .map((boundary, k) => ({
        to: 1 + indexIn(this.#boundaries, boundary),
        root: lowered[inputs.length + k]!,
      }))
      .filter((sum) => !(sum.root.kind === "constant" && sum.root.value === 0));
    const program = blockProgram(
      { inputs, sums: [{ to: 0, root }, ...sums], slopes: lowered.slice(0, inputs.length) },
      rank,
      (node) => 1 + indexIn(this.#scalars, node),
      column,
    );
    this.#segments.push({
      rows,
      inputs: inputs.map((node) => this.#feed(node, data, rows)),
      columns,
      program,
    });
  }

  #feed(node: Expression, data: RowData, rows: Int32Array): SegmentInput {
    if (node.kind === "parameter") return { kind: "row", at: this.#input.perRow.indexOf(node.name) };
    const { of, index } = node as Extract<Expression, { kind: "element" }>;
    const first = this.#firstOf(of);
    return { kind: "lookup", index: Int32Array.from(valuesOf(index, data, rows), (at) => first + at) };
  }

  #firstOf(vector: string): number {
    let at = this.#input.shared.length;
    for (const { name, length } of this.#input.vectors) {
      if (name === vector) return at;
      at += length;
    }
    throw new RangeError(`there is no vector ${vector}`);
  }

  finish(): CompiledRows {
    const { shared, vectors } = this.#input;
    const total = vectors.reduce((sum, { length }) => sum + length, shared.length);
    const leaves = {
      at: (leaf: { kind: string; name: string }) =>
        leaf.kind === "data" ? total + Number(leaf.name) : shared.indexOf(leaf.name),
      vector: (name: string) => this.#firstOf(name),
    };
    const parameters = [
      ...shared.map((name) => b.parameter(name)),
      ...vectors.flatMap(({ name, length }) => Array.from({ length }, (_, k) => b.element(name, k))),
    ];
    const gradient = pullback(
      [
        { root: this.#shared, seed: b.constant(1) },
        ...this.#boundaries.map((root, k) => ({ root, seed: b.data(String(1 + k)) })),
      ],
      parameters,
    );
    return {
      constant: this.#constant,
      shared: total,
      scalars: 1 + this.#scalars.length,
      prepare: scalarProgram([this.#shared, ...this.#scalars], leaves),
      segments: this.#segments,
      accumulators: 1 + this.#boundaries.length,
      finish: scalarProgram(gradient, leaves),
    };
  }
}

function indexIn(list: Expression[], node: Expression): number {
  const at = list.indexOf(node);
  return at >= 0 ? at : list.push(node) - 1;
}
