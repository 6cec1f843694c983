/**
 * Linear predictor and likelihood of all rows as one node, value and gradient in one pass in WebAssembly: equal to
 * `linearPredictor` followed by `rowLikelihood` to rounding, for the likelihoods that have a kernel.
 */
import type { Kind } from "../../kernels/kinds.ts";
import { createRowPlan, type RowPlan } from "../../kernels/row-plan.ts";
import { type Op, requireShape } from "../op.ts";
import { type LinearPredictorAttributes, linearPredictor } from "./linear-predictor.ts";

/** Σ w over rows of what depends on the shared parameters p and the data, not on η; adds its derivatives to g. */
export type CommonTerm = (p: Float64Array, g: Float64Array) => number;

export interface FusedLikelihood {
  readonly kind: Kind;
  readonly y: Float64Array;
  /** Trials (binomial) or log y (gamma); null for the others. */
  readonly second: Float64Array | null;
  /** null = all 1. */
  readonly weights: Float64Array | null;
  readonly common: CommonTerm;
}

export interface FusedRowsAttributes extends LinearPredictorAttributes {
  readonly likelihood: FusedLikelihood;
}

/**
 * Operands: those of `linearPredictor`, then the parameters that all rows share, on their kernel scale (scalars or
 * vectors). The result is Σ w_i·log f(y_i | η_i, p) without the data-only terms; −∞ where that is no number.
 * @throws ShapeError when the operands do not fit or the engine cannot run the module.
 */
export const fusedRows: Op<FusedRowsAttributes, RowPlan> = {
  name: "fusedRows",
  shape(inputs, attributes) {
    const { parts, rows, likelihood } = attributes;
    linearPredictor.shape(inputs.slice(0, parts.length), attributes);
    requireShape(likelihood.y.length === rows, "fusedRows: the response needs one entry per row");
    for (const shape of inputs.slice(parts.length)) {
      requireShape(shape.length <= 1, "fusedRows: shared parameters are scalars or vectors");
    }
    return [];
  },
  workspace({ x, attributes: { rows, parts, offset, likelihood } }) {
    const sizes = x.slice(0, parts.length).map((operand) => operand.length);
    const shared = x.slice(parts.length).reduce((sum, operand) => sum + operand.length, 0);
    const { kind, y, second, weights } = likelihood;
    const plan = createRowPlan({ rows, kind, parts, sizes, offset, y, second, weights, shared });
    requireShape(
      plan !== null,
      "fusedRows: WebAssembly is not there, or its memory is too small for the data",
    );
    return plan;
  },
  forward({ x, y, work, attributes: { parts, likelihood } }) {
    let at = 0;
    for (let k = 0; k < x.length; k++) {
      if (k < parts.length) work.operands[k]!.set(x[k]!);
      else {
        work.shared.set(x[k]!, at);
        at += x[k]!.length;
      }
    }
    const total = work.evaluate() + likelihood.common(work.shared, work.sharedBar);
    y[0] = total > Number.NEGATIVE_INFINITY ? total : Number.NEGATIVE_INFINITY;
  },
  backward({ x, xBar, yBar, work, attributes: { parts } }) {
    const bar = yBar[0]!;
    let at = 0;
    for (let k = 0; k < xBar.length; k++) {
      const inPredictor = k < parts.length;
      const own = inPredictor ? work.operandBars[k]! : work.sharedBar;
      const from = inPredictor ? 0 : at;
      const aBar = xBar[k]!;
      if (aBar !== null) for (let i = 0; i < aBar.length; i++) aBar[i]! += bar * own[from + i]!;
      if (!inPredictor) at += x[k]!.length;
    }
  },
};
