/** Expressions of scalars as a list of steps: what is asked of one row, or of the parameters that rows share. */
import { NutmixError } from "../errors.ts";
import { type Expression, inOrder } from "./expression.ts";
import { operations } from "./operations.ts";

type Step = (registers: Float64Array) => void;

/** Where the values of leaves stand in the inputs. */
export interface Leaves {
  /** Position of a data column or a parameter in the inputs. */
  at(leaf: Extract<Expression, { kind: "data" | "parameter" }>): number;
  /** Position of the first entry of a vector. */
  vector(name: string): number;
}

export interface ScalarProgram {
  /** Writes the values of the roots into `out`; allocates nothing. */
  run(inputs: Float64Array, out: Float64Array): void;
}

/** @param leaves where the data and parameters of the roots stand in the inputs of `run` */
export function scalarProgram(roots: readonly Expression[], leaves: Leaves): ScalarProgram {
  const order = inOrder(roots);
  const at = new Map<Expression, number>();
  order.forEach((node, i) => {
    at.set(node, i);
  });
  const registers = new Float64Array(order.length);
  const loads: [register: number, input: number][] = [];
  const elements: [register: number, first: number, index: number][] = [];
  const steps: Step[] = [];
  for (const node of order) {
    const to = at.get(node)!;
    switch (node.kind) {
      case "constant":
        registers[to] = node.value;
        break;
      case "data":
      case "parameter":
        loads.push([to, leaves.at(node)]);
        break;
      case "element":
        elements.push([to, leaves.vector(node.of), at.get(node.index)!]);
        break;
      case "apply":
        steps.push(
          step(
            node.operation,
            to,
            node.operands.map((operand) => at.get(operand)!),
          ),
        );
    }
  }
  const results = Int32Array.from(roots, (root) => at.get(root)!);
  // Elements whose index is computed come after the steps that compute it: those of data, which nothing else feeds.
  const indices = new Set(elements.map(([, , index]) => index));
  const early = indices.size === 0 ? [] : indexSteps(order, at, indices);
  return {
    run(inputs, out) {
      for (const [to, from] of loads) registers[to] = inputs[from]!;
      for (const early_ of early) early_(registers);
      for (const [to, first, index] of elements) registers[to] = inputs[first + registers[index]!]!;
      for (let i = 0; i < steps.length; i++) steps[i]!(registers);
      for (let k = 0; k < results.length; k++) out[k] = registers[results[k]!]!;
    },
  };
}

/** The steps of everything that indices are made of. */
function indexSteps(
  order: readonly Expression[],
  at: ReadonlyMap<Expression, number>,
  indices: ReadonlySet<number>,
): Step[] {
  const needed = inOrder(order.filter((node) => indices.has(at.get(node)!)));
  return needed.flatMap((node) => {
    if (node.kind === "parameter" || node.kind === "element") {
      throw new NutmixError("an index depends on the data alone");
    }
    if (node.kind !== "apply") return [];
    return [
      step(
        node.operation,
        at.get(node)!,
        node.operands.map((operand) => at.get(operand)!),
      ),
    ];
  });
}

function step(name: keyof typeof operations, to: number, [a = 0, b = 0, c = 0]: readonly number[]): Step {
  switch (name) {
    case "neg":
      return (r) => (r[to] = -r[a]!);
    case "add":
      return (r) => (r[to] = r[a]! + r[b]!);
    case "sub":
      return (r) => (r[to] = r[a]! - r[b]!);
    case "mul":
      return (r) => (r[to] = r[a]! * r[b]!);
    case "div":
      return (r) => (r[to] = r[a]! / r[b]!);
    case "pull":
      return (r) => (r[to] = r[a] === 0 ? 0 : r[a]! * r[b]!);
    case "select":
      return (r) => (r[to] = r[a] !== 0 ? r[b]! : r[c]!);
    default: {
      const { value } = operations[name];
      return (r) => (r[to] = value(r[a]!, r[b]!, r[c]!));
    }
  }
}
