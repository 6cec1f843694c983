/** The operations on blocks: tight loops over two rows at a time. Their numbers are those of src/kernels/opcodes.ts. */
import { exp } from "./exp";
import { log, log1p, log1pMinus, log1pUnit } from "./log";
import { Instruction, sumOfLanes } from "./plan";

// @ts-ignore: decorator
@external("env", "host")
declare function host(
  code: i32,
  to: usize,
  a: usize,
  stepA: i32,
  b: usize,
  stepB: i32,
  c: usize,
  stepC: i32,
  count: i32,
): void;

/** From here on an operation is called outside, in JavaScript. */
const OUTSIDE: i32 = 100;
const SUM: i32 = 90;
const SUM_LOG1P: i32 = 91;

export function execute(at: usize, from: i32, count: i32): void {
  const it = changetype<Instruction>(at);
  const to = it.to;
  const a = it.a + <usize>(it.moveA * from);
  const stepA = <usize>it.stepA;
  const b = it.b + <usize>(it.moveB * from);
  const stepB = <usize>it.stepB;
  const c = it.c + <usize>(it.moveC * from);
  const stepC = <usize>it.stepC;
  const end = to + (<usize>((count + 1) >> 1) << 4);
  switch (it.code) {
    case 0:
      return negLoop(to, end, a, stepA);
    case 1:
      return addLoop(to, end, a, stepA, b, stepB);
    case 2:
      return subLoop(to, end, a, stepA, b, stepB);
    case 3:
      return mulLoop(to, end, a, stepA, b, stepB);
    case 4:
      return divLoop(to, end, a, stepA, b, stepB);
    case 5:
      return pullLoop(to, end, a, stepA, b, stepB);
    case 6:
      return sqrtLoop(to, end, a, stepA);
    case 7:
      return absLoop(to, end, a, stepA);
    case 8:
      return maxLoop(to, end, a, stepA, b, stepB);
    case 9:
      return minLoop(to, end, a, stepA, b, stepB);
    case 10:
      return ltLoop(to, end, a, stepA, b, stepB);
    case 11:
      return eqLoop(to, end, a, stepA, b, stepB);
    case 12:
      return selectLoop(to, end, a, stepA, b, stepB, c, stepC);
    case 13:
      return expLoop(to, end, a, stepA);
    case 14:
      return logLoop(to, end, a, stepA);
    case 15:
      return log1pLoop(to, end, a, stepA);
    case 16:
      return expNegAbsLoop(to, end, a, stepA);
    case 17:
      return log1pUnitLoop(to, end, a, stepA);
    case 18:
      return shareLoop(to, end, a, stepA, b, stepB);
    case 19:
      return restLoop(to, end, a, stepA, b, stepB);
    case 20:
      return log1pSquareLoop(to, end, a, stepA, b, stepB);
    case 21:
      return log1pSquareSlopeLoop(to, end, a, stepA, b, stepB);
    case 22:
      return logRatioMinusLoop(to, end, a, stepA, b, stepB);
    case SUM:
      return sum(to, count, a, stepA, b, stepB, c, stepC);
    case SUM_LOG1P:
      return sumLog1p(to, count, a, b, stepB);
    default:
      host(it.code - OUTSIDE, to, a, it.stepA, b, it.stepB, c, it.stepC, count);
  }
}

/** to += Σ a·b·c: what is one number for all rows is multiplied once, where it stands first or last. */
function sum(to: usize, count: i32, a: usize, stepA: usize, b: usize, stepB: usize, c: usize, stepC: usize): void {
  let total = f64x2.splat(0);
  let last: f64 = 0;
  let factor: f64 = 1;
  if (stepA == 0) {
    factor = load<f64>(a);
    if (stepC == 0) {
      factor *= load<f64>(c);
      for (let i = 1; i < count; i += 2) {
        total = f64x2.add(total, v128.load(b));
        b += stepB;
      }
      if ((count & 1) != 0) last = load<f64>(b);
    } else {
      for (let i = 1; i < count; i += 2) {
        total = f64x2.add(total, f64x2.mul(v128.load(b), v128.load(c)));
        b += stepB;
        c += stepC;
      }
      if ((count & 1) != 0) last = load<f64>(b) * load<f64>(c);
    }
  } else {
    for (let i = 1; i < count; i += 2) {
      total = f64x2.add(total, f64x2.mul(f64x2.mul(v128.load(a), v128.load(b)), v128.load(c)));
      a += stepA;
      b += stepB;
      c += stepC;
    }
    if ((count & 1) != 0) last = load<f64>(a) * load<f64>(b) * load<f64>(c);
  }
  store<f64>(to, load<f64>(to) + factor * (sumOfLanes(total) + last));
}

/** to += a Σ log(1 + b) for 0 ≤ b ≤ 1: a product of at most 128 factors in [1, 2] has one logarithm. */
function sumLog1p(to: usize, count: i32, a: usize, b: usize, stepB: usize): void {
  const one = f64x2.splat(1);
  let product = one;
  for (let i = 1; i < count; i += 2) {
    product = f64x2.mul(product, f64x2.add(one, v128.load(b)));
    b += stepB;
  }
  if ((count & 1) != 0) {
    product = f64x2.replace_lane(product, 0, f64x2.extract_lane(product, 0) * (1 + load<f64>(b)));
  }
  store<f64>(to, load<f64>(to) + load<f64>(a) * sumOfLanes(log(product)));
}

function negLoop(to: usize, end: usize, a: usize, stepA: usize): void {
  for (; to < end; to += 16) {
    const x = v128.load(a);
    v128.store(to, f64x2.neg(x));
    a += stepA;
  }
}

function addLoop(to: usize, end: usize, a: usize, stepA: usize, b: usize, stepB: usize): void {
  for (; to < end; to += 16) {
    const x = v128.load(a);
    const y = v128.load(b);
    v128.store(to, f64x2.add(x, y));
    a += stepA;
    b += stepB;
  }
}

function subLoop(to: usize, end: usize, a: usize, stepA: usize, b: usize, stepB: usize): void {
  for (; to < end; to += 16) {
    const x = v128.load(a);
    const y = v128.load(b);
    v128.store(to, f64x2.sub(x, y));
    a += stepA;
    b += stepB;
  }
}

function mulLoop(to: usize, end: usize, a: usize, stepA: usize, b: usize, stepB: usize): void {
  for (; to < end; to += 16) {
    const x = v128.load(a);
    const y = v128.load(b);
    v128.store(to, f64x2.mul(x, y));
    a += stepA;
    b += stepB;
  }
}

function divLoop(to: usize, end: usize, a: usize, stepA: usize, b: usize, stepB: usize): void {
  for (; to < end; to += 16) {
    const x = v128.load(a);
    const y = v128.load(b);
    v128.store(to, f64x2.div(x, y));
    a += stepA;
    b += stepB;
  }
}

function pullLoop(to: usize, end: usize, a: usize, stepA: usize, b: usize, stepB: usize): void {
  for (; to < end; to += 16) {
    const x = v128.load(a);
    const y = v128.load(b);
    v128.store(to, v128.and(f64x2.mul(x, y), f64x2.ne(x, f64x2.splat(0))));
    a += stepA;
    b += stepB;
  }
}

function sqrtLoop(to: usize, end: usize, a: usize, stepA: usize): void {
  for (; to < end; to += 16) {
    const x = v128.load(a);
    v128.store(to, f64x2.sqrt(x));
    a += stepA;
  }
}

function absLoop(to: usize, end: usize, a: usize, stepA: usize): void {
  for (; to < end; to += 16) {
    const x = v128.load(a);
    v128.store(to, f64x2.abs(x));
    a += stepA;
  }
}

function maxLoop(to: usize, end: usize, a: usize, stepA: usize, b: usize, stepB: usize): void {
  for (; to < end; to += 16) {
    const x = v128.load(a);
    const y = v128.load(b);
    v128.store(to, f64x2.max(x, y));
    a += stepA;
    b += stepB;
  }
}

function minLoop(to: usize, end: usize, a: usize, stepA: usize, b: usize, stepB: usize): void {
  for (; to < end; to += 16) {
    const x = v128.load(a);
    const y = v128.load(b);
    v128.store(to, f64x2.min(x, y));
    a += stepA;
    b += stepB;
  }
}

function ltLoop(to: usize, end: usize, a: usize, stepA: usize, b: usize, stepB: usize): void {
  for (; to < end; to += 16) {
    const x = v128.load(a);
    const y = v128.load(b);
    v128.store(to, v128.and(f64x2.lt(x, y), f64x2.splat(1)));
    a += stepA;
    b += stepB;
  }
}

function eqLoop(to: usize, end: usize, a: usize, stepA: usize, b: usize, stepB: usize): void {
  for (; to < end; to += 16) {
    const x = v128.load(a);
    const y = v128.load(b);
    v128.store(to, v128.and(f64x2.eq(x, y), f64x2.splat(1)));
    a += stepA;
    b += stepB;
  }
}

function selectLoop(to: usize, end: usize, a: usize, stepA: usize, b: usize, stepB: usize, c: usize, stepC: usize): void {
  for (; to < end; to += 16) {
    const x = v128.load(a);
    const y = v128.load(b);
    const z = v128.load(c);
    v128.store(to, v128.bitselect(y, z, f64x2.ne(x, f64x2.splat(0))));
    a += stepA;
    b += stepB;
    c += stepC;
  }
}

function expLoop(to: usize, end: usize, a: usize, stepA: usize): void {
  for (; to < end; to += 16) {
    const x = v128.load(a);
    v128.store(to, exp(x));
    a += stepA;
  }
}

function logLoop(to: usize, end: usize, a: usize, stepA: usize): void {
  for (; to < end; to += 16) {
    const x = v128.load(a);
    v128.store(to, log(x));
    a += stepA;
  }
}

function log1pLoop(to: usize, end: usize, a: usize, stepA: usize): void {
  for (; to < end; to += 16) {
    const x = v128.load(a);
    v128.store(to, log1p(x));
    a += stepA;
  }
}

function expNegAbsLoop(to: usize, end: usize, a: usize, stepA: usize): void {
  for (; to < end; to += 16) {
    const x = v128.load(a);
    v128.store(to, exp(f64x2.neg(f64x2.abs(x))));
    a += stepA;
  }
}

function log1pUnitLoop(to: usize, end: usize, a: usize, stepA: usize): void {
  for (; to < end; to += 16) {
    const x = v128.load(a);
    v128.store(to, log1pUnit(x));
    a += stepA;
  }
}

function shareLoop(to: usize, end: usize, a: usize, stepA: usize, b: usize, stepB: usize): void {
  const one = f64x2.splat(1);
  for (; to < end; to += 16) {
    const x = v128.load(a);
    const y = v128.load(b);
    v128.store(to, f64x2.div(v128.bitselect(y, one, f64x2.lt(x, f64x2.splat(0))), f64x2.add(one, y)));
    a += stepA;
    b += stepB;
  }
}

function restLoop(to: usize, end: usize, a: usize, stepA: usize, b: usize, stepB: usize): void {
  const one = f64x2.splat(1);
  for (; to < end; to += 16) {
    const x = v128.load(a);
    const y = v128.load(b);
    v128.store(to, f64x2.div(v128.bitselect(one, y, f64x2.lt(x, f64x2.splat(0))), f64x2.add(one, y)));
    a += stepA;
    b += stepB;
  }
}

/** log(1 + x²/y), also where x² overflows. */
function log1pSquareLoop(to: usize, end: usize, a: usize, stepA: usize, b: usize, stepB: usize): void {
  for (; to < end; to += 16) {
    const x = v128.load(a);
    const y = v128.load(b);
    const square = f64x2.mul(x, x);
    let value = log1p(f64x2.div(square, y));
    const far = f64x2.eq(square, f64x2.splat(Infinity));
    if (v128.any_true(far)) {
      const large = f64x2.sub(f64x2.mul(f64x2.splat(2), log(f64x2.abs(x))), log(y));
      value = v128.bitselect(large, value, far);
    }
    v128.store(to, value);
    a += stepA;
    b += stepB;
  }
}

/** 2 x / (y + x²), and 2 / x where x² overflows. */
function log1pSquareSlopeLoop(to: usize, end: usize, a: usize, stepA: usize, b: usize, stepB: usize): void {
  const two = f64x2.splat(2);
  for (; to < end; to += 16) {
    const x = v128.load(a);
    const square = f64x2.mul(x, x);
    const value = f64x2.div(f64x2.mul(two, x), f64x2.add(v128.load(b), square));
    const far = f64x2.eq(square, f64x2.splat(Infinity));
    v128.store(to, v128.bitselect(f64x2.div(two, x), value, far));
    a += stepA;
    b += stepB;
  }
}

/** log r − r + 1 from x = log r and y = r. */
function logRatioMinusLoop(to: usize, end: usize, a: usize, stepA: usize, b: usize, stepB: usize): void {
  for (; to < end; to += 16) {
    const u = f64x2.sub(v128.load(b), f64x2.splat(1));
    const near = f64x2.lt(f64x2.abs(u), f64x2.splat(0.25));
    v128.store(to, v128.bitselect(log1pMinus(u), f64x2.sub(v128.load(a), u), near));
    a += stepA;
    b += stepB;
  }
}
