/**
 * Declares parameters, adds log-density terms, names what to report: how a formula's model and a user's own density
 * are both written down.
 */
import type { Constraint } from "../constraints/constraint.ts";
import { constraints } from "../constraints/index.ts";
import { ShapeError } from "../errors.ts";
import type { Posterior } from "../log-density.ts";
import { anything, checkOptions, flag, number, type OptionTable, oneOf, such } from "../options.ts";
import { namesOf, plainQuantity, type Quantity } from "../quantities/quantity.ts";
import { slice } from "./expressions.ts";
import { Graph, type Node, type Operand } from "./graph.ts";
import { type Shape, sizeOf } from "./op.ts";
import { ops } from "./ops/index.ts";
import { Program, programDensity } from "./program.ts";

export interface ParameterOptions {
  /** Elements; default a scalar. */
  readonly shape?: Shape;
  /** Bounds of every element, or one per element; equal bounds fix the element. */
  readonly lower?: number | ArrayLike<number>;
  readonly upper?: number | ArrayLike<number>;
  /** A constraint on the whole parameter instead of bounds. */
  readonly constraint?: "ordered" | "simplex" | "cholesky_correlation";
  /** Unbounded elements on the scale s·sinh(u), with s as given (see constraints/sinh.ts). */
  readonly sinhScale?: Float64Array;
  /** Do not report it under its own name. */
  readonly hidden?: boolean;
  /** Centre of the starting points in unconstrained coordinates; default 0. */
  readonly start?: number;
}

const isList = (value: unknown): boolean => Array.isArray(value) || ArrayBuffer.isView(value);
const bound = such("a number, or one per element", (value) => typeof value === "number" || isList(value));
const parameterOptions = {
  shape: such("a list of lengths, e.g. [8]", Array.isArray),
  lower: bound,
  upper: bound,
  constraint: oneOf("ordered", "simplex", "cholesky_correlation"),
  sinhScale: anything,
  hidden: flag,
  start: number,
} satisfies OptionTable<ParameterOptions>;

interface Declared {
  readonly name: string;
  readonly shape: Shape;
  // biome-ignore lint/suspicious/noExplicitAny: constraints of every attribute type
  readonly constraint: Constraint<any>;
  readonly attributes: unknown;
  readonly from: number;
  readonly length: number;
  readonly start: number;
}

/**
 * Two passes: parameters are declared first (which fixes the dimension), then `define` builds the graph. So a density is
 *
 *     const posterior = defineDensity({ mu: {}, tau: { lower: 0 }, theta: { shape: [8] } }, ({ mu, tau, theta }, model) => {
 *       model.add(logDensity("normal", theta, mu, tau));
 *       model.report("theta", theta);
 *     });
 *
 * Throws ShapeError when shapes do not fit, PriorError for an unknown distribution.
 */
export function defineDensity<P extends Record<string, ParameterOptions>>(
  parameters: P,
  define: (nodes: { readonly [K in keyof P]: Node }, model: DensityBuilder) => void,
): Posterior {
  const builder = new DensityBuilder();
  const handles: Record<string, ParameterHandle> = {};
  for (const [name, options] of Object.entries(parameters)) handles[name] = builder.declare(name, options);
  const nodes: Record<string, Node> = {};
  for (const [name, handle] of Object.entries(handles)) {
    nodes[name] = builder.parameter(handle);
    if (parameters[name]!.hidden !== true) builder.report(ownQuantity(name, parameters[name]!), nodes[name]);
  }
  define(nodes as { [K in keyof P]: Node }, builder);
  return builder.build();
}

export type ParameterHandle = Declared;

export class DensityBuilder {
  readonly graph = new Graph();
  readonly #declared: Declared[] = [];
  readonly #terms: Operand[] = [];
  readonly #jacobians: Node[] = [];
  readonly #reported: { quantity: Quantity; node: Node }[] = [];
  #dimension = 0;
  #q: Node | undefined;

  /** Reserves the unconstrained coordinates of a parameter; all are declared before the first is used. */
  declare(name: string, options: ParameterOptions = {}): ParameterHandle {
    if (this.#q !== undefined) throw new ShapeError(`declare ${name} before any parameter is used`);
    options = checkOptions(`parameter ${name}`, parameterOptions, options);
    const shape = options.shape ?? [];
    const size = sizeOf(shape);
    const { constraint, attributes } = chooseConstraint(name, size, options);
    const length = constraint.unconstrainedSize(size, attributes as never);
    const declared = {
      name,
      shape,
      constraint,
      attributes,
      from: this.#dimension,
      length,
      start: options.start ?? 0,
    };
    this.#declared.push(declared);
    this.#dimension += length;
    return declared;
  }

  /** The constrained parameter as a node; its log-Jacobian is added to the density. Call once per handle. */
  parameter(handle: ParameterHandle): Node {
    this.#q ??= this.graph.parameters(this.#dimension);
    const size = sizeOf(handle.shape);
    const u = this.graph.view(this.#q, handle.from, [handle.length]);
    if (isUnbounded(handle)) return this.graph.view(u, 0, handle.shape);
    const { constraint, attributes } = handle;
    const constrained = this.graph.apply(ops.constrain, [u], { constraint, attributes, size });
    this.add(slice(constrained, size));
    return this.graph.view(constrained, 0, handle.shape);
  }

  /** Writes the coordinates of a parameter with value `x` (in the interior of its domain) into `q`. */
  unconstrain(
    { constraint, attributes, from, length }: ParameterHandle,
    x: Float64Array,
    q: Float64Array,
  ): void {
    constraint.unconstrain(x, q.subarray(from, from + length), attributes as never);
  }

  /** Adds a scalar to the log density (Stan's `target +=`). */
  add(term: Operand): void {
    this.#terms.push(term);
  }

  /** Adds a scalar that belongs to the choice of coordinates: part of the density, but not of the one reported with draws. */
  addJacobian(term: Node): void {
    this.#terms.push(term);
    this.#jacobians.push(term);
  }

  /** The value of a parameter at `q`. */
  constrained(
    { constraint, attributes, from, length, shape }: ParameterHandle,
    q: Float64Array,
  ): Float64Array {
    const x = new Float64Array(sizeOf(shape));
    constraint.constrain(q.subarray(from, from + length), x, attributes as never);
    return x;
  }

  /** The coordinates of a parameter in `q`, as a view. */
  coordinatesOf({ from, length }: ParameterHandle, q: Float64Array): Float64Array {
    return q.subarray(from, from + length);
  }

  /** Reports a node as a quantity, or under names alone: one per element, or `name[i]` from a single name. */
  report(what: Quantity | string | readonly string[], node: Node): void {
    const quantity = isQuantity(what)
      ? what
      : typeof what === "string"
        ? ownQuantity(what, { shape: node.shape })
        : plainQuantity(what);
    const { names } = quantity;
    if (names.length !== node.size)
      throw new ShapeError(`report: ${names.length} names for ${node.size} elements`);
    this.#reported.push({ quantity, node });
  }

  build(): Posterior {
    const total = this.graph.apply(ops.sum, this.#terms, undefined);
    const reports = new Program(
      this.graph,
      this.#reported.map((report) => report.node),
    );
    const jacobian =
      this.#jacobians.length === 0
        ? undefined
        : new Program(this.graph, [this.graph.apply(ops.sum, this.#jacobians, undefined)]);
    const start = new Float64Array(this.#dimension);
    const quantities = this.#reported.map(({ quantity }) => quantity);
    for (const { from, length, start: value } of this.#declared) start.fill(value, from, from + length);
    return {
      density: { ...programDensity(total, this.#dimension), coordinateName: (i) => this.#coordinateName(i) },
      names: namesOf(quantities),
      quantities,
      start,
      ...(jacobian && {
        logJacobian(q: Float64Array) {
          jacobian.forward(q);
          return jacobian.outputs[0]![0]!;
        },
      }),
      constrain(q, _rng, out) {
        reports.forward(q);
        let at = 0;
        for (const output of reports.outputs) {
          out.set(output, at);
          at += output.length;
        }
      },
    };
  }

  #coordinateName(i: number): string {
    const declared = this.#declared.find(({ from, length }) => i >= from && i < from + length);
    if (declared === undefined) return `q[${i}]`;
    return declared.length === 1 ? declared.name : `${declared.name}[${i - declared.from + 1}]`;
  }
}

function isQuantity(what: Quantity | string | readonly string[]): what is Quantity {
  return typeof what === "object" && "role" in what;
}

/** A parameter of the user's own, under its name. */
function ownQuantity(name: string, { shape = [], lower, upper }: ParameterOptions): Quantity {
  return {
    ...plainQuantity(elementNames(name, shape)),
    ...(typeof lower === "number" && { lower }),
    ...(typeof upper === "number" && { upper }),
    ...(shape.length > 0 && {
      arrays: [name],
      index: shape.map((extent) => Array.from({ length: extent }, (_, k) => String(k + 1))),
    }),
  };
}

function elementNames(name: string, shape: Shape): string[] {
  if (shape.length === 0) return [name];
  const indices = shape.reduce<number[][]>(
    (prefixes, extent) =>
      prefixes.flatMap((prefix) => Array.from({ length: extent }, (_, i) => [...prefix, i + 1])),
    [[]],
  );
  return indices.map((index) => `${name}[${index.join(",")}]`);
}

function chooseConstraint(name: string, size: number, options: ParameterOptions) {
  if (options.constraint !== undefined) {
    return { constraint: constraints[options.constraint] as Constraint<unknown>, attributes: undefined };
  }
  if (options.sinhScale !== undefined) {
    return {
      constraint: constraints.sinh as Constraint<unknown>,
      attributes: { scale: fill(name, size, options.sinhScale) },
    };
  }
  const lower = fill(name, size, options.lower ?? Number.NEGATIVE_INFINITY);
  const upper = fill(name, size, options.upper ?? Number.POSITIVE_INFINITY);
  for (let i = 0; i < size; i++) {
    if (!(lower[i]! <= upper[i]!)) {
      throw new ShapeError(`${name}: lower bound ${lower[i]} is not below upper bound ${upper[i]}`);
    }
  }
  return { constraint: constraints.bounds as Constraint<unknown>, attributes: { lower, upper } };
}

function fill(name: string, size: number, bound: number | ArrayLike<number>): Float64Array {
  if (typeof bound === "number") return new Float64Array(size).fill(bound);
  if (bound.length !== size) throw new ShapeError(`${name}: ${bound.length} bounds for ${size} elements`);
  return Float64Array.from(bound);
}

function isUnbounded({ attributes }: Declared): boolean {
  const bounds = attributes as { lower?: Float64Array; upper?: Float64Array } | undefined;
  if (bounds?.lower === undefined || bounds.upper === undefined) return false;
  return (
    bounds.lower.every((value) => value === -Infinity) && bounds.upper.every((value) => value === Infinity)
  );
}
