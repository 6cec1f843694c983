/**
 * One pass over all rows in WebAssembly: the linear predictor, the likelihood and the derivatives by every operand,
 * block by block while a block is in the cache. Constants are copied into the memory of the plan once.
 */
import { Layout } from "./layout.ts";
import { instantiateKernels, type KernelExports } from "./load.ts";
import { planFields, type RowPlanInput } from "./plan-fields.ts";

export type { RowPlanInput } from "./plan-fields.ts";

export interface RowPlan {
  /** Written before `evaluate`: the operands of the parts, and the shared parameters. */
  readonly operands: readonly Float64Array[];
  readonly shared: Float64Array;
  /** Read after it. */
  readonly operandBars: readonly Float64Array[];
  readonly sharedBar: Float64Array;
  /** Σ w log f without what depends on the data, or on data and shared parameters, alone. */
  evaluate(): number;
}

/** null where the engine cannot run it or the data do not fit into its memory. */
export function createRowPlan(input: RowPlanInput): RowPlan | null {
  const layout = new Layout();
  const { rows, sizes } = input;
  const padded = rows + (rows % 2);
  const lengths = [
    ...sizes.map((size, k) => (input.parts[k]!.kind === "rows" ? padded : size)),
    input.shared,
  ];
  const values = lengths.map((length) => layout.doubles(guarded(length)));
  const from = layout.reserve(0);
  const bars = lengths.map((length) => layout.reserve(8 * (length + 2)));
  const to = layout.reserve(0);
  const address = layout.integers(
    planFields(layout, input, padded, values.map(skipGuard), bars.map(skipGuard)),
  );

  const running = instantiate(layout);
  if (running === null) return null;
  const { memory, kernels } = running;
  const view = (at: number, length: number) => new Float64Array(memory.buffer, skipGuard(at), length);
  const allBars = new Float64Array(memory.buffer, from, (to - from) / 8);
  const last = sizes.length;
  return {
    operands: sizes.map((size, k) => view(values[k]!, size)),
    operandBars: sizes.map((size, k) => view(bars[k]!, size)),
    shared: view(values[last]!, input.shared),
    sharedBar: view(bars[last]!, input.shared),
    evaluate() {
      allBars.fill(0);
      return kernels.evaluate(address);
    },
  };
}

function instantiate(layout: Layout): { memory: WebAssembly.Memory; kernels: KernelExports } | null {
  try {
    const memory = layout.memory();
    const kernels = instantiateKernels(memory);
    return kernels && { memory, kernels };
  } catch {
    return null;
  }
}

/** −∞, the values, ∞: thresholds of the outer categories need no case of their own. */
function guarded(length: number): Float64Array {
  const values = new Float64Array(length + 2);
  values[0] = Number.NEGATIVE_INFINITY;
  values[length + 1] = Number.POSITIVE_INFINITY;
  return values;
}

const skipGuard = (address: number): number => address + 8;
