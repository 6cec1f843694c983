/** From many numbers to one, and from several nodes to one. */
import type { Op } from "../op.ts";

/** Sum of all elements of all operands: a scalar. */
export const sum: Op = {
  name: "sum",
  shape: () => [],
  forward({ x, y }) {
    let total = 0;
    for (const a of x) for (let i = 0; i < a.length; i++) total += a[i]!;
    y[0] = total;
  },
  backward({ xBar, yBar }) {
    const bar = yBar[0]!;
    for (const aBar of xBar) {
      if (aBar === null) continue;
      for (let i = 0; i < aBar.length; i++) aBar[i]! += bar;
    }
  },
};

/** All elements of all operands one after the other: a vector. */
export const concatenate: Op = {
  name: "concatenate",
  shape: (shapes) => [shapes.reduce((total, shape) => total + shape.reduce((a, b) => a * b, 1), 0)],
  forward({ x, y }) {
    let offset = 0;
    for (const a of x) {
      y.set(a, offset);
      offset += a.length;
    }
  },
  backward({ x, xBar, yBar }) {
    let offset = 0;
    for (let k = 0; k < x.length; k++) {
      const aBar = xBar[k]!;
      if (aBar !== null) for (let i = 0; i < aBar.length; i++) aBar[i]! += yBar[offset + i]!;
      offset += x[k]!.length;
    }
  },
};

/** y[i] = x[index[i]]. */
export const gather: Op<Int32Array> = {
  name: "gather",
  shape: (_shapes, index) => [index.length],
  forward({ x, y, attributes: index }) {
    const a = x[0]!;
    for (let i = 0; i < y.length; i++) y[i] = a[index[i]!]!;
  },
  backward({ xBar, yBar, attributes: index }) {
    const aBar = xBar[0];
    if (aBar == null) return;
    for (let i = 0; i < yBar.length; i++) aBar[index[i]!]! += yBar[i]!;
  },
};
