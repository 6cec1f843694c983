/** A constraint as a node: [x…, log |Jacobian|] from the unconstrained coordinates u. */
import type { Constraint } from "../../constraints/constraint.ts";
import type { Op } from "../op.ts";

export interface ConstrainAttributes {
  // biome-ignore lint/suspicious/noExplicitAny: constraints of every attribute type are applied alike
  readonly constraint: Constraint<any>;
  readonly attributes: unknown;
  /** Number of elements of x. */
  readonly size: number;
}

interface ConstrainWork {
  readonly x: Float64Array;
  readonly xBar: Float64Array;
}

export const constrain: Op<ConstrainAttributes, ConstrainWork> = {
  name: "constrain",
  shape: (_shapes, { size }) => [size + 1],
  workspace: ({ y, yBar, attributes: { size } }) => ({
    x: y.subarray(0, size),
    xBar: yBar.subarray(0, size),
  }),
  forward({ x, y, work, attributes: { constraint, attributes, size } }) {
    y[size] = constraint.constrain(x[0]!, work.x, attributes);
  },
  backward({ x, xBar, yBar, work, attributes: { constraint, attributes, size } }) {
    const uBar = xBar[0];
    if (uBar == null) return;
    constraint.pullback(x[0]!, work.x, work.xBar, yBar[size]!, uBar, attributes);
  },
};
