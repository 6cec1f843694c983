/**
 * Linear predictor and likelihood of all rows as one node, value and gradient in one pass in WebAssembly: equal to
 * `linearPredictor` followed by `rowLikelihood` to rounding, for the likelihoods that have a kernel.
 */
import type { RowPlan } from "../../kernels/row-plan.ts";
import { type Op, requireShape, sizeOf } from "../op.ts";
import { type LinearPredictorAttributes, linearPredictor } from "./linear-predictor.ts";

/** Σ w over rows of what depends on the shared parameters p and the data, not on η; adds its derivatives to g. */
export type CommonTerm = (p: Float64Array, g: Float64Array) => number;

export interface FusedRowsAttributes extends LinearPredictorAttributes {
  /** Made for these rows and parts. It holds the state of an evaluation: one program at a time may run the node. */
  readonly plan: RowPlan;
  readonly common: CommonTerm;
}

/**
 * Operands: those of `linearPredictor`, then the parameters that all rows share, on their kernel scale (scalars or
 * vectors). The result is Σ w_i·log f(y_i | η_i, p) without the data-only terms; −∞ where that is no number.
 */
export const fusedRows: Op<FusedRowsAttributes> = {
  name: "fusedRows",
  shape(inputs, attributes) {
    const { parts, plan } = attributes;
    linearPredictor.shape(inputs.slice(0, parts.length), attributes);
    const shared = inputs.slice(parts.length);
    requireShape(
      shared.every((shape) => shape.length <= 1) &&
        shared.reduce((sum, shape) => sum + sizeOf(shape), 0) === plan.shared.length,
      `fusedRows: the plan has ${plan.shared.length} shared parameters, scalars or vectors`,
    );
    return [];
  },
  forward({ x, y, attributes: { parts, plan, common } }) {
    let at = 0;
    for (let k = 0; k < x.length; k++) {
      if (k < parts.length) plan.operands[k]!.set(x[k]!);
      else {
        plan.shared.set(x[k]!, at);
        at += x[k]!.length;
      }
    }
    const total = plan.evaluate() + common(plan.shared, plan.sharedBar);
    y[0] = total > Number.NEGATIVE_INFINITY ? total : Number.NEGATIVE_INFINITY;
  },
  backward({ x, xBar, yBar, attributes: { parts, plan } }) {
    const bar = yBar[0]!;
    let at = 0;
    for (let k = 0; k < xBar.length; k++) {
      const inPredictor = k < parts.length;
      const own = inPredictor ? plan.operandBars[k]! : plan.sharedBar;
      const from = inPredictor ? 0 : at;
      const aBar = xBar[k]!;
      if (aBar !== null) for (let i = 0; i < aBar.length; i++) aBar[i]! += bar * own[from + i]!;
      if (!inPredictor) at += x[k]!.length;
    }
  },
};
