/** Runs block programs in JavaScript: the reference, and the fallback where there is no WebAssembly. */
import * as Elementary from "../numeric/elementary.ts";
import type { Instruction, Slot } from "./block-program.ts";
import { type Operation, operations } from "./operations.ts";
import type { CompiledRows, Segment } from "./rows.ts";

/** Rows that are worked on at a time: few registers of them fill the first-level cache. */
export const BLOCK = 256;

/** Loops over the rows of a block. An operand is an array, where it begins, and 1 or (one number for all rows) 0. */
export type Loop = (
  count: number,
  to: Float64Array,
  at: number,
  a: Float64Array,
  ia: number,
  sa: number,
  b: Float64Array,
  ib: number,
  sb: number,
  c: Float64Array,
  ic: number,
  sc: number,
) => void;

/** The commonest operations have loops of their own, which engines compile well. */
const plain: Readonly<Partial<Record<keyof typeof operations, Loop>>> = {
  neg(n, to, at, a, ia, sa) {
    for (let i = 0; i < n; i++, ia += sa) to[at + i] = -a[ia]!;
  },
  add(n, to, at, a, ia, sa, b, ib, sb) {
    for (let i = 0; i < n; i++, ia += sa, ib += sb) to[at + i] = a[ia]! + b[ib]!;
  },
  sub(n, to, at, a, ia, sa, b, ib, sb) {
    for (let i = 0; i < n; i++, ia += sa, ib += sb) to[at + i] = a[ia]! - b[ib]!;
  },
  mul(n, to, at, a, ia, sa, b, ib, sb) {
    for (let i = 0; i < n; i++, ia += sa, ib += sb) to[at + i] = a[ia]! * b[ib]!;
  },
  div(n, to, at, a, ia, sa, b, ib, sb) {
    for (let i = 0; i < n; i++, ia += sa, ib += sb) to[at + i] = a[ia]! / b[ib]!;
  },
  pull(n, to, at, a, ia, sa, b, ib, sb) {
    for (let i = 0; i < n; i++, ia += sa, ib += sb) {
      const x = a[ia]!;
      to[at + i] = x === 0 ? 0 : x * b[ib]!;
    }
  },
  max(n, to, at, a, ia, sa, b, ib, sb) {
    for (let i = 0; i < n; i++, ia += sa, ib += sb) to[at + i] = Math.max(a[ia]!, b[ib]!);
  },
  min(n, to, at, a, ia, sa, b, ib, sb) {
    for (let i = 0; i < n; i++, ia += sa, ib += sb) to[at + i] = Math.min(a[ia]!, b[ib]!);
  },
  lt(n, to, at, a, ia, sa, b, ib, sb) {
    for (let i = 0; i < n; i++, ia += sa, ib += sb) to[at + i] = a[ia]! < b[ib]! ? 1 : 0;
  },
  exp(n, to, at, a, ia, sa) {
    for (let i = 0; i < n; i++, ia += sa) to[at + i] = Elementary.exp(a[ia]!);
  },
  log(n, to, at, a, ia, sa) {
    for (let i = 0; i < n; i++, ia += sa) to[at + i] = Elementary.log(a[ia]!);
  },
  expNegAbs(n, to, at, a, ia, sa) {
    for (let i = 0; i < n; i++, ia += sa) to[at + i] = Elementary.exp(-Math.abs(a[ia]!));
  },
  log1pUnit(n, to, at, a, ia, sa) {
    for (let i = 0; i < n; i++, ia += sa) to[at + i] = Elementary.log1p(a[ia]!);
  },
  share(n, to, at, a, ia, sa, b, ib, sb) {
    for (let i = 0; i < n; i++, ia += sa, ib += sb) {
      const e = b[ib]!;
      to[at + i] = (a[ia]! < 0 ? e : 1) / (1 + e);
    }
  },
  rest(n, to, at, a, ia, sa, b, ib, sb) {
    for (let i = 0; i < n; i++, ia += sa, ib += sb) {
      const e = b[ib]!;
      to[at + i] = (a[ia]! < 0 ? 1 : e) / (1 + e);
    }
  },
  select(n, to, at, a, ia, sa, b, ib, sb, c, ic, sc) {
    for (let i = 0; i < n; i++, ia += sa, ib += sb, ic += sc) to[at + i] = a[ia] !== 0 ? b[ib]! : c[ic]!;
  },
};

/** A loop over the operation's value, which is called for every row. */
function loopOf({ arity, value }: Operation): Loop {
  const call = value as (a: number, b?: number, c?: number) => number;
  if (arity === 1) {
    return (n, to, at, a, ia, sa) => {
      for (let i = 0; i < n; i++, ia += sa) to[at + i] = call(a[ia]!);
    };
  }
  if (arity === 2) {
    return (n, to, at, a, ia, sa, b, ib, sb) => {
      for (let i = 0; i < n; i++, ia += sa, ib += sb) to[at + i] = call(a[ia]!, b[ib]!);
    };
  }
  return (n, to, at, a, ia, sa, b, ib, sb, c, ic, sc) => {
    for (let i = 0; i < n; i++, ia += sa, ib += sb, ic += sc) to[at + i] = call(a[ia]!, b[ib]!, c[ic]!);
  };
}

const loops = new Map<string, Loop>();

export function loopFor(operation: keyof typeof operations): Loop {
  let loop = loops.get(operation);
  if (loop === undefined) {
    loop = plain[operation] ?? loopOf(operations[operation]);
    loops.set(operation, loop);
  }
  return loop;
}

/** An evaluation in place: written before, run, read after. */
export interface RowsMachine {
  /** What differs by row, and the parameters that all rows share. */
  readonly operands: readonly Float64Array[];
  readonly shared: Float64Array;
  readonly operandBars: readonly Float64Array[];
  readonly sharedBar: Float64Array;
  /** Σ w·log f without what depends on the data alone; the derivatives are in the bars afterwards. NaN or −∞ where impossible. */
  evaluate(): number;
}

/** @param rows length of each of the `perRow` operands */
export function jsMachine(compiled: CompiledRows, rows: number, perRow: number): RowsMachine {
  const vectors = () => Array.from({ length: perRow }, () => new Float64Array(rows));
  const state: State = {
    operands: vectors(),
    operandBars: vectors(),
    shared: new Float64Array(compiled.shared),
    sharedBar: new Float64Array(compiled.shared),
    scalars: new Float64Array(compiled.scalars),
    accumulators: new Float64Array(compiled.accumulators),
  };
  const sharedStage = sharedParameters(compiled, state);
  const segments = compiled.segments.map((segment) => segmentRunner(segment, state));
  return {
    ...state,
    evaluate() {
      sharedStage.before();
      for (const bar of state.operandBars) bar.fill(0);
      for (const run of segments) run();
      return sharedStage.after();
    },
  };
}

interface State {
  readonly operands: readonly Float64Array[];
  readonly operandBars: readonly Float64Array[];
  readonly shared: Float64Array;
  readonly sharedBar: Float64Array;
  readonly scalars: Float64Array;
  readonly accumulators: Float64Array;
}

/** What is done once per evaluation, before and after the rows: `after` returns the value. */
export function sharedParameters(
  compiled: CompiledRows,
  { shared, sharedBar, scalars, accumulators }: Omit<State, "operands" | "operandBars">,
): { before(): void; after(): number } {
  const known = new Float64Array(compiled.shared + compiled.accumulators);
  const gradient = new Float64Array(compiled.shared);
  return {
    before() {
      compiled.prepare.run(shared, scalars);
      accumulators.fill(0);
      sharedBar.fill(0);
    },
    after() {
      known.set(shared);
      known.set(accumulators, compiled.shared);
      compiled.finish.run(known, gradient);
      for (let k = 0; k < gradient.length; k++) sharedBar[k]! += gradient[k]!;
      return scalars[0]! + accumulators[0]!;
    },
  };
}

/** A function that passes over the rows of a segment. */
function segmentRunner({ rows, inputs, columns, program }: Segment, state: State): () => void {
  const { scalars, accumulators, operands, operandBars, shared, sharedBar } = state;
  const registers = new Float64Array(program.registers * BLOCK);
  // Rows that follow each other are read where they are.
  const first = rows[0]!;
  const inPlace = rows[rows.length - 1] === first + rows.length - 1;
  const sources = inputs.map((input) => (input.kind === "row" && inPlace ? operands[input.at]! : null));
  const spaces = { registers, scalars, columns, accumulators, sources, first };
  const steps = program.instructions.map((instruction) => instructionStep(instruction, spaces));
  const gathers = inputs.flatMap((input, k) => {
    if (sources[k] !== null) return [];
    const source = input.kind === "row" ? operands[input.at]! : shared;
    return [{ at: k * BLOCK, source, index: input.kind === "row" ? rows : input.index }];
  });
  const scatters = inputs.flatMap((input, k) => {
    const at = program.slopes[k]! * BLOCK;
    if (at < 0) return [];
    const bar = input.kind === "row" ? operandBars[input.at]! : sharedBar;
    return [{ at, bar, index: input.kind === "row" ? rows : input.index }];
  });
  return () => {
    for (let from = 0; from < rows.length; from += BLOCK) {
      const count = Math.min(BLOCK, rows.length - from);
      for (const { at, source, index } of gathers) {
        for (let i = 0; i < count; i++) registers[at + i] = source[index[from + i]!]!;
      }
      for (let s = 0; s < steps.length; s++) steps[s]!(from, count);
      for (const { at, bar, index } of scatters) {
        for (let i = 0; i < count; i++) bar[index[from + i]!]! += registers[at + i]!;
      }
    }
  };
}

interface Spaces {
  readonly registers: Float64Array;
  readonly scalars: Float64Array;
  readonly columns: readonly Float64Array[];
  readonly accumulators: Float64Array;
  /** For each of the first registers the array that is read in its place, from `first` on; null = the register itself. */
  readonly sources?: readonly (Float64Array | null)[];
  readonly first?: number;
}

interface Place {
  readonly array: Float64Array;
  readonly begin: number;
  /** 1 when the block begins where its rows do. */
  readonly moves: 0 | 1;
  readonly step: 0 | 1;
}

/** Does one instruction for `count` rows from `from` on. */
export type Step = (from: number, count: number) => void;

export function instructionStep(instruction: Instruction, spaces: Spaces): Step {
  const [a, b = a, c = a] = instruction.operands.map((slot) => place(slot, spaces)) as [
    Place,
    Place?,
    Place?,
  ];
  const { registers, accumulators } = spaces;
  const { to } = instruction;
  if (instruction.kind === "apply") {
    const loop = loopFor(instruction.operation);
    return (from, count) => {
      const atA = a.begin + a.moves * from;
      const atB = b.begin + b.moves * from;
      const atC = c.begin + c.moves * from;
      loop(count, registers, to * BLOCK, a.array, atA, a.step, b.array, atB, b.step, c.array, atC, c.step);
    };
  }
  if (instruction.kind === "sum") {
    return (from, count) => {
      const atA = a.begin + a.moves * from;
      const atB = b.begin + b.moves * from;
      const atC = c.begin + c.moves * from;
      const x = a.array;
      const y = b.array;
      const z = c.array;
      let sum = 0;
      if (a.step === 0 && c.step === 0) {
        for (let i = 0, iy = atB; i < count; i++, iy += b.step) sum += y[iy]!;
        sum *= x[atA]! * z[atC]!;
      } else if (a.step === 0) {
        for (let i = 0, iy = atB, iz = atC; i < count; i++, iy += b.step, iz += c.step)
          sum += y[iy]! * z[iz]!;
        sum *= x[atA]!;
      } else {
        for (let i = 0; i < count; i++) sum += x[atA + i]! * y[atB + i * b.step]! * z[atC + i * c.step]!;
      }
      accumulators[to]! += sum;
    };
  }
  return (from, count) => {
    const at = b.begin + b.moves * from;
    // Up to 2^256: a product of factors in [1, 2] has one logarithm.
    let product = 1;
    for (let i = 0; i < count; i++) product *= 1 + b.array[at + i * b.step]!;
    accumulators[to]! += a.array[a.begin]! * Elementary.log(product);
  };
}

function place({ space, at }: Slot, { registers, scalars, columns, sources, first = 0 }: Spaces): Place {
  switch (space) {
    case "register": {
      const source = sources?.[at] ?? null;
      if (source !== null) return { array: source, begin: first, moves: 1, step: 1 };
      return { array: registers, begin: at * BLOCK, moves: 0, step: 1 };
    }
    case "scalar":
      return { array: scalars, begin: at, moves: 0, step: 0 };
    case "column":
      return { array: columns[at]!, begin: 0, moves: 1, step: 1 };
  }
}
