/** What is done for a block of rows: a list of instructions over registers that hold one number per row of the block. */
import * as b from "./build.ts";
import { type Expression, inOrder, operandsOf } from "./expression.ts";
import type { OperationName } from "./operations.ts";
import { DATA, type Ranks, SHARED } from "./rank.ts";
import { termsOf } from "./terms.ts";

/** Where an operand lies: a register, one number for all rows, or a column with a number for every row. */
export interface Slot {
  readonly space: "register" | "scalar" | "column";
  readonly at: number;
}

export type Instruction =
  | {
      readonly kind: "apply";
      readonly operation: OperationName;
      readonly to: number;
      readonly operands: readonly Slot[];
    }
  /** accumulators[to] += Σ x·y·z over the rows. */
  | { readonly kind: "sum"; readonly to: number; readonly operands: readonly Slot[] }
  /** accumulators[to] += x Σ log(1 + y) for a scalar x and 0 ≤ y ≤ 1. */
  | { readonly kind: "sumLog1p"; readonly to: number; readonly operands: readonly Slot[] };

export interface BlockProgram {
  /** The first registers are the inputs of the rows. */
  readonly registers: number;
  readonly instructions: readonly Instruction[];
  /** For every input the register that holds the derivative by it at the end, −1 where it is 0. */
  readonly slopes: readonly number[];
}

export interface BlockTargets {
  /** Row by row: linear predictors and the like. */
  readonly inputs: readonly Expression[];
  /** Added up over the rows, each into an accumulator. */
  readonly sums: readonly { readonly to: number; readonly root: Expression }[];
  /** The derivative by each input. */
  readonly slopes: readonly Expression[];
}

/** Numbers a place for what is computed elsewhere. */
export type Placing = (expression: Expression) => number;

/** `scalars` places what no row changes, `columns` what depends on the data alone. */
export function blockProgram(
  { inputs, sums, slopes }: BlockTargets,
  rank: Ranks,
  scalars: Placing,
  columns: Placing,
): BlockProgram {
  const terms = sums.flatMap(({ to, root }) =>
    termsOf(root, (node) => rank.of(node) <= DATA).map((term) => ({ to, ...term })),
  );
  const uses = countUses([...terms.map(({ body }) => body), ...slopes]);
  const instructions: Instruction[] = [];
  const registers = new Map<Expression, number>(inputs.map((input, k) => [input, k]));
  let count = inputs.length;

  const emit = (node: Extract<Expression, { kind: "apply" }>): number => {
    const operands = node.operands.map(slot);
    instructions.push({ kind: "apply", operation: node.operation, to: count, operands });
    registers.set(node, count);
    return count++;
  };
  const slot = (node: Expression): Slot => {
    const rankOf = rank.of(node);
    if (rankOf === DATA) return { space: "column", at: columns(node) };
    if (rankOf <= SHARED) return { space: "scalar", at: scalars(node) };
    return { space: "register", at: registers.get(node)! };
  };
  const compute = (root: Expression): Slot => {
    for (const node of inOrder([root])) {
      if (rank.of(node) > SHARED && !registers.has(node) && node.kind === "apply") emit(node);
    }
    return slot(root);
  };

  const one = b.constant(1);
  for (const { to, factor, body } of terms) {
    if (body.kind === "apply" && body.operation === "log1pUnit" && factor.kind === "constant") {
      const operands = [slot(factor), compute(body.operands[0]!)];
      instructions.push({ kind: "sumLog1p", to, operands });
    } else if (body.kind === "apply" && body.operation === "mul" && uses.get(body) === 1) {
      // A product that nothing else needs is not written down.
      const operands = [slot(factor), ...body.operands.map(compute)];
      instructions.push({ kind: "sum", to, operands });
    } else instructions.push({ kind: "sum", to, operands: [slot(factor), compute(body), slot(one)] });
  }
  const results = slopes.map((slope) => {
    if (slope.kind === "constant" && slope.value === 0) return -1;
    const found = compute(slope);
    if (found.space === "register" && found.at >= inputs.length) return found.at;
    // What is no register of its own is copied into one.
    instructions.push({ kind: "apply", operation: "mul", to: count, operands: [found, slot(one)] });
    return count++;
  });
  return reuseRegisters(instructions, results, inputs.length);
}

/** By how many operations and roots each node is used. */
function countUses(roots: readonly Expression[]): Map<Expression, number> {
  const uses = new Map<Expression, number>();
  const count = (node: Expression) => uses.set(node, (uses.get(node) ?? 0) + 1);
  for (const node of inOrder(roots)) operandsOf(node).forEach(count);
  roots.forEach(count);
  return uses;
}

/** A register whose value is not needed any more takes the next one: few of them stay in the first-level cache. */
function reuseRegisters(
  instructions: readonly Instruction[],
  slopes: readonly number[],
  inputs: number,
): BlockProgram {
  const lastUse = new Map<number, number>();
  instructions.forEach(({ operands }, i) => {
    for (const { space, at } of operands) if (space === "register") lastUse.set(at, i);
  });
  for (const register of slopes) lastUse.set(register, Infinity);
  const placed = new Map<number, number>();
  for (let k = 0; k < inputs; k++) placed.set(k, k);
  const free: number[] = [];
  let count = inputs;
  const written = instructions.map((instruction, i): Instruction => {
    const operands = instruction.operands.map(
      (slot): Slot => (slot.space === "register" ? { ...slot, at: placed.get(slot.at)! } : slot),
    );
    const ended = new Set<number>();
    for (const { space, at } of instruction.operands) {
      // Inputs keep theirs: a machine may read them where they are.
      if (space === "register" && at >= inputs && lastUse.get(at) === i) ended.add(placed.get(at)!);
    }
    free.push(...[...ended].sort((x, y) => y - x));
    if (instruction.kind !== "apply") return { ...instruction, operands };
    const to = free.pop() ?? count++;
    placed.set(instruction.to, to);
    return { ...instruction, to, operands };
  });
  return {
    registers: count,
    instructions: written,
    slopes: slopes.map((register) => (register < 0 ? -1 : placed.get(register)!)),
  };
}
