/** The log-likelihood of all rows as one node: value and derivatives in one pass of a machine that was made for these rows. */
import type { RowsMachine } from "../../expressions/js-machine.ts";
import { type Op, requireShape, sizeOf } from "../op.ts";

export interface MachineRowsAttributes {
  /** It holds the state of an evaluation: one program at a time may run the node. */
  readonly machine: RowsMachine;
}

/**
 * Operands: those of the machine, one array each, then the parameters that all rows share (scalars or vectors). The result is
 * Σ w·log f without what depends on the data alone; −∞ where that is no number.
 */
export const machineRows: Op<MachineRowsAttributes> = {
  name: "machineRows",
  shape(inputs, { machine: { operands, shared } }) {
    const sizes = inputs.map(sizeOf);
    requireShape(
      operands.every(({ length }, k) => sizes[k] === length),
      `machineRows: the machine takes operands of ${operands.map(({ length }) => length).join(", ")} elements`,
    );
    requireShape(
      sizes.slice(operands.length).reduce((sum, size) => sum + size, 0) === shared.length,
      `machineRows: the machine has ${shared.length} shared parameters`,
    );
    return [];
  },
  forward({ x, y, attributes: { machine } }) {
    const { operands, shared } = machine;
    let at = 0;
    for (let k = 0; k < x.length; k++) {
      if (k < operands.length) operands[k]!.set(x[k]!);
      else {
        shared.set(x[k]!, at);
        at += x[k]!.length;
      }
    }
    const total = machine.evaluate();
    y[0] = total > Number.NEGATIVE_INFINITY ? total : Number.NEGATIVE_INFINITY;
  },
  backward({ x, xBar, yBar, attributes: { machine } }) {
    const bar = yBar[0]!;
    const { operandBars, sharedBar } = machine;
    let at = 0;
    for (let k = 0; k < xBar.length; k++) {
      const own = k < operandBars.length ? operandBars[k]! : sharedBar;
      const from = k < operandBars.length ? 0 : at;
      const aBar = xBar[k]!;
      if (aBar !== null) for (let i = 0; i < aBar.length; i++) aBar[i]! += bar * own[from + i]!;
      if (k >= operandBars.length) at += x[k]!.length;
    }
  },
};
