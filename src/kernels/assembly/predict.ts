/** The linear predictor of one block of rows: offset + intercept + Xβ + Σ Z r. */
import { DENSE, GROUPED, INTERCEPT, Input, PART_BYTES, Part } from "./plan";

export function predict(plan: Input, from: i32, count: i32): void {
  const bytes = <usize>((count + 1) >> 1) << 4;
  const first = <usize>from << 3;
  start(plan, first, bytes);
  for (let p = 0; p < plan.count; p++) {
    const part = changetype<Part>(plan.parts + <usize>p * PART_BYTES);
    if (part.kind == DENSE) addDense(plan, part, first, bytes);
    else if (part.kind == GROUPED) {
      if (part.columns == 0) addLevels(plan, part, first, bytes);
      else addGrouped(plan, part, first, bytes);
    } else if (part.kind != INTERCEPT) addColumn(plan.eta, part.operand + first, bytes);
  }
}

/** η = offset + intercepts. */
function start(plan: Input, first: usize, bytes: usize): void {
  let constant: f64 = 0;
  for (let p = 0; p < plan.count; p++) {
    const part = changetype<Part>(plan.parts + <usize>p * PART_BYTES);
    if (part.kind == INTERCEPT) constant += load<f64>(part.operand);
  }
  const eta = plan.eta;
  const all = f64x2.splat(constant);
  for (let i: usize = 0; i < bytes; i += 16) v128.store(eta + i, all);
  if (plan.offset != 0) addColumn(eta, plan.offset + first, bytes);
}

function addColumn(eta: usize, column: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 16) {
    v128.store(eta + i, f64x2.add(v128.load(eta + i), v128.load(column + i)));
  }
}

/** Four columns to a pass. */
function addDense(plan: Input, part: Part, first: usize, bytes: usize): void {
  const eta = plan.eta;
  const column = <usize>plan.column;
  let at = part.columns + first;
  let beta = part.operand;
  let k = 0;
  for (; k + 3 < part.count; k += 4) {
    const b0 = v128.load64_splat(beta);
    const b1 = v128.load64_splat(beta, 8);
    const b2 = v128.load64_splat(beta, 16);
    const b3 = v128.load64_splat(beta, 24);
    const c1 = at + column;
    const c2 = c1 + column;
    const c3 = c2 + column;
    for (let i: usize = 0; i < bytes; i += 16) {
      const left = f64x2.add(f64x2.mul(b0, v128.load(at + i)), f64x2.mul(b1, v128.load(c1 + i)));
      const right = f64x2.add(f64x2.mul(b2, v128.load(c2 + i)), f64x2.mul(b3, v128.load(c3 + i)));
      v128.store(eta + i, f64x2.add(v128.load(eta + i), f64x2.add(left, right)));
    }
    at = c3 + column;
    beta += 32;
  }
  for (; k < part.count; k++) {
    const b = v128.load64_splat(beta);
    for (let i: usize = 0; i < bytes; i += 16) {
      v128.store(eta + i, f64x2.add(v128.load(eta + i), f64x2.mul(b, v128.load(at + i))));
    }
    at += column;
    beta += 8;
  }
}

// @ts-ignore: decorator
@inline
function gather(operand: usize, index: usize): v128 {
  const low = v128.load64_splat(operand + <usize>load<u32>(index));
  return v128.load64_lane(operand + <usize>load<u32>(index, 4), low, 1);
}

function addLevels(plan: Input, part: Part, first: usize, bytes: usize): void {
  const eta = plan.eta;
  const operand = part.operand;
  let index = part.index + (first >> 1);
  for (let i: usize = 0; i < bytes; i += 16) {
    v128.store(eta + i, f64x2.add(v128.load(eta + i), gather(operand, index)));
    index += 8;
  }
}

function addGrouped(plan: Input, part: Part, first: usize, bytes: usize): void {
  const eta = plan.eta;
  const column = <usize>plan.column;
  for (let m = 0; m < part.count; m++) {
    const operand = part.operand + (<usize>m << 3);
    const at = part.columns + first + <usize>m * column;
    let index = part.index + (first >> 1);
    for (let i: usize = 0; i < bytes; i += 16) {
      const product = f64x2.mul(v128.load(at + i), gather(operand, index));
      v128.store(eta + i, f64x2.add(v128.load(eta + i), product));
      index += 8;
    }
  }
}
