/** The reverse of predict.ts: ∂/∂η of one block of rows, pulled back to the operands. */
import { DENSE, GROUPED, INTERCEPT, Input, PART_BYTES, Part, sumOfLanes } from "./plan";

export function pull(plan: Input, from: i32, count: i32): void {
  const first = <usize>from << 3;
  // The row that fills up an odd number must not count.
  if ((count & 1) != 0) store<f64>(plan.slope + (<usize>count << 3), 0);
  const bytes = <usize>((count + 1) >> 1) << 4;
  for (let p = 0; p < plan.count; p++) {
    const part = changetype<Part>(plan.parts + <usize>p * PART_BYTES);
    if (part.kind == DENSE) pullDense(plan, part, first, bytes);
    else if (part.kind == INTERCEPT) pullIntercept(plan, part, bytes);
    else if (part.kind == GROUPED) {
      for (let m = 0; m < part.count; m++) {
        const column = part.columns == 0 ? <usize>0 : part.columns + first + <usize>m * <usize>plan.column;
        const bar = part.operandBar + (<usize>m << 3);
        const index = part.index + (first >> 1);
        if (part.runs != 0) scatterRuns(plan.slope, column, index, bar, bytes);
        else scatter(plan.slope, column, index, bar, bytes);
      }
    } else memory.copy(part.operandBar + first, plan.slope, <usize>count << 3);
  }
}

function pullIntercept(plan: Input, part: Part, bytes: usize): void {
  let sum = f64x2.splat(0);
  for (let i: usize = 0; i < bytes; i += 16) sum = f64x2.add(sum, v128.load(plan.slope + i));
  addTo(part.operandBar, sumOfLanes(sum));
}

// @ts-ignore: decorator
@inline
function addTo(at: usize, x: f64): void {
  store<f64>(at, load<f64>(at) + x);
}

/** Xᵀ∂, four columns to a pass. */
function pullDense(plan: Input, part: Part, first: usize, bytes: usize): void {
  const slope = plan.slope;
  const column = <usize>plan.column;
  let at = part.columns + first;
  let bar = part.operandBar;
  let k = 0;
  for (; k + 3 < part.count; k += 4) {
    const c1 = at + column;
    const c2 = c1 + column;
    const c3 = c2 + column;
    let s0 = f64x2.splat(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    for (let i: usize = 0; i < bytes; i += 16) {
      const g = v128.load(slope + i);
      s0 = f64x2.add(s0, f64x2.mul(g, v128.load(at + i)));
      s1 = f64x2.add(s1, f64x2.mul(g, v128.load(c1 + i)));
      s2 = f64x2.add(s2, f64x2.mul(g, v128.load(c2 + i)));
      s3 = f64x2.add(s3, f64x2.mul(g, v128.load(c3 + i)));
    }
    addTo(bar, sumOfLanes(s0));
    addTo(bar + 8, sumOfLanes(s1));
    addTo(bar + 16, sumOfLanes(s2));
    addTo(bar + 24, sumOfLanes(s3));
    at = c3 + column;
    bar += 32;
  }
  for (; k < part.count; k++) {
    let s = f64x2.splat(0);
    for (let i: usize = 0; i < bytes; i += 16) {
      s = f64x2.add(s, f64x2.mul(v128.load(slope + i), v128.load(at + i)));
    }
    addTo(bar, sumOfLanes(s));
    at += column;
    bar += 8;
  }
}

// @ts-ignore: decorator
@inline
function product(slope: usize, column: usize, i: usize): v128 {
  const g = v128.load(slope + i);
  return column == 0 ? g : f64x2.mul(g, v128.load(column + i));
}

/** Levels in any order. */
function scatter(slope: usize, column: usize, index: usize, bar: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 16) {
    const g = product(slope, column, i);
    addTo(bar + <usize>load<u32>(index), f64x2.extract_lane(g, 0));
    addTo(bar + <usize>load<u32>(index, 4), f64x2.extract_lane(g, 1));
    index += 8;
  }
}

/** Runs of one level: summed in a register, since memory that was just written is slow to read again. */
function scatterRuns(slope: usize, column: usize, index: usize, bar: usize, bytes: usize): void {
  let current = <usize>load<u32>(index);
  let sum = f64x2.splat(0);
  for (let i: usize = 0; i < bytes; i += 16) {
    const g = product(slope, column, i);
    const low = <usize>load<u32>(index);
    const high = <usize>load<u32>(index, 4);
    if (low == current && high == current) sum = f64x2.add(sum, g);
    else {
      addTo(bar + current, sumOfLanes(sum));
      addTo(bar + low, f64x2.extract_lane(g, 0));
      current = high;
      sum = f64x2(0, 0);
      sum = f64x2.replace_lane(sum, 0, f64x2.extract_lane(g, 1));
    }
    index += 8;
  }
  addTo(bar + current, sumOfLanes(sum));
}
